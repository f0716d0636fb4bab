import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';

/** The observations of a model by image, as COLMAP's files list them. */
export interface ObservationsByImage {
  /** For each image of the model, its observations (index in the track arrays) by increasing feature. */
  readonly lists: readonly Uint32Array[];
  /** Uint32Array[observations], position of the observation in its image's list. */
  readonly indexInImage: Uint32Array;
  /** Uint32Array[observations], index of the observed point. */
  readonly points: Uint32Array;
}

export function observationsByImage(model: SparseModel): ObservationsByImage {
  const { trackOffsets, trackPhotoIds, trackFeatures } = model;
  const points = new Uint32Array(trackPhotoIds.length);
  for (let point = 0; point + 1 < trackOffsets.length; point++) {
    points.fill(point, trackOffsets[point], trackOffsets[point + 1]);
  }
  const byPhoto = new Map<number, number[]>(model.images.map((image) => [image.photoId, []]));
  trackPhotoIds.forEach((photoId, observation) => {
    byPhoto.get(photoId)?.push(observation);
  });
  const indexInImage = new Uint32Array(trackPhotoIds.length);
  const lists = model.images.map((image) => {
    const list = Uint32Array.from(byPhoto.get(image.photoId) ?? []);
    list.sort((a, b) => trackFeatures[a]! - trackFeatures[b]! || a - b);
    list.forEach((observation, index) => {
      indexInImage[observation] = index;
    });
    return list;
  });
  return { lists, indexInImage, points };
}
