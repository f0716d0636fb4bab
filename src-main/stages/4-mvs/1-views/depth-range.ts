import type { RegisteredImage, SparseModel } from '../../../../src-shared/scene/sparse-model.js';

/** How the range of depths follows from the sparse points. */
export interface DepthRangeOptions {
  /** Share of the nearest and of the farthest points that is taken for outliers. */
  readonly outlierRatio: number;
  /** The nearest depth is divided, the farthest multiplied by this. */
  readonly marginFactor: number;
  /** With fewer points of its own, a view takes the whole model's. */
  readonly minPoints: number;
}

export const DEPTH_RANGE_DEFAULTS: DepthRangeOptions = { outlierRatio: 0.01, marginFactor: 1.4, minPoints: 20 };

/** Depths (camera z, world units) of the points that each photo sees: by photo id, ascending. */
export function depthsOfSeenPoints(model: SparseModel): Map<number, Float64Array> {
  const images = new Map(model.images.map((image) => [image.photoId, image]));
  const depths = new Map<number, number[]>(model.images.map((image) => [image.photoId, []]));
  for (let point = 0; point + 1 < model.trackOffsets.length; point++) {
    for (let o = model.trackOffsets[point]!; o < model.trackOffsets[point + 1]!; o++) {
      const image = images.get(model.trackPhotoIds[o]!);
      if (image) depths.get(image.photoId)?.push(depthIn(image, model.positions, point));
    }
  }
  return new Map([...depths].map(([photoId, values]) => [photoId, positiveSorted(values)]));
}

/**
 * The range of depths to search in a view.
 *
 * @param seen depths of the points that the view sees, ascending
 * @returns undefined when no point of the model is in front of the camera
 */
export function depthRange(
  image: RegisteredImage,
  model: SparseModel,
  seen: Float64Array,
  options: DepthRangeOptions,
): { depthMin: number; depthMax: number } | undefined {
  let depths = seen;
  if (depths.length < options.minPoints) {
    const count = model.positions.length / 3;
    depths = positiveSorted(Array.from({ length: count }, (_, point) => depthIn(image, model.positions, point)));
  }
  if (depths.length === 0) return undefined;
  const skipped = Math.floor(depths.length * options.outlierRatio);
  return {
    depthMin: depths[skipped]! / options.marginFactor,
    depthMax: depths[depths.length - 1 - skipped]! * options.marginFactor,
  };
}

function depthIn({ camFromWorld: { R, t } }: RegisteredImage, positions: Float64Array, point: number): number {
  return R[6]! * positions[point * 3]! + R[7]! * positions[point * 3 + 1]! + R[8]! * positions[point * 3 + 2]! + t[2]!;
}

const positiveSorted = (values: number[]) => Float64Array.from(values.filter((value) => value > 0)).sort();
