import type { Camera } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { RegisteredImage, SparseModel } from '../../../src-shared/scene/sparse-model.js';

/** Which photo an image of a foreign model is, and what its camera is called here. */
export interface ModelNames {
  /** `undefined` for an image that is none of the photos: it is left out. */
  photoOf(image: RegisteredImage): Photo | undefined;
  cameraIdOf(image: RegisteredImage, photo: Photo): number;
}

/**
 * A foreign model with our photos' ids and names. Images that are none of our photos are left out, and points that fewer than two
 * photos see then.
 */
export function modelOfPhotos(model: SparseModel, names: ModelNames): SparseModel {
  const newPhotoIds = new Map<number, number>();
  const cameras = new Map<number, Camera>();
  const images: RegisteredImage[] = [];
  for (const image of model.images) {
    const photo = names.photoOf(image);
    const camera = model.cameras.find(({ cameraId }) => cameraId === image.cameraId);
    if (photo === undefined || camera === undefined) continue;
    const cameraId = names.cameraIdOf(image, photo);
    newPhotoIds.set(image.photoId, photo.photoId);
    if (!cameras.has(cameraId)) cameras.set(cameraId, { ...camera, cameraId });
    images.push({ photoId: photo.photoId, name: photo.name, cameraId, camFromWorld: image.camFromWorld });
  }
  return {
    cameras: [...cameras.values()].sort((a, b) => a.cameraId - b.cameraId),
    images: images.sort((a, b) => a.photoId - b.photoId),
    ...keepObservations(model, (i) => newPhotoIds.has(model.trackPhotoIds[i]!), newPhotoIds),
  };
}

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
