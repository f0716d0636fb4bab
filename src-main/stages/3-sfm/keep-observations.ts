import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';

const MIN_TRACK_LENGTH = 2;

/**
 * The points of a model with some of its observations, where at least two are left.
 *
 * @param isKept by index in the track arrays
 * @param newPhotoIds what photos are called in the result; as they are when absent
 */
export function keepObservations(
  model: SparseModel,
  isKept: (observation: number) => boolean,
  newPhotoIds?: ReadonlyMap<number, number>,
): Omit<SparseModel, 'cameras' | 'images'> {
  const { trackOffsets, trackPhotoIds } = model;
  const points: number[] = [];
  const observations: number[] = [];
  const offsets = [0];
  for (let point = 0; point < model.errors.length; point++) {
    const kept: number[] = [];
    for (let i = trackOffsets[point]!; i < trackOffsets[point + 1]!; i++) {
      if (isKept(i)) kept.push(i);
    }
    if (kept.length < MIN_TRACK_LENGTH) continue;
    points.push(point);
    for (const i of kept) observations.push(i);
    offsets.push(observations.length);
  }
  return {
    positions: Float64Array.from(triples(points), (i) => model.positions[i]!),
    colors: Uint8Array.from(triples(points), (i) => model.colors[i]!),
    errors: Float32Array.from(points, (point) => model.errors[point]!),
    trackOffsets: Uint32Array.from(offsets),
    trackPhotoIds: Uint32Array.from(observations, (i) => newPhotoIds?.get(trackPhotoIds[i]!) ?? trackPhotoIds[i]!),
    trackFeatures: Uint32Array.from(observations, (i) => model.trackFeatures[i]!),
    trackPixels: Float32Array.from(
      observations.flatMap((i) => [i * 2, i * 2 + 1]),
      (i) => model.trackPixels[i]!,
    ),
  };
}

const triples = (points: readonly number[]) => points.flatMap((point) => [point * 3, point * 3 + 1, point * 3 + 2]);
