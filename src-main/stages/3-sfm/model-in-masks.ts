import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { decodeMask } from '../../formats/image/decode-photo.js';
import { keepObservations } from './keep-observations.js';

/** Observations of the object that most photos must have: some photos of small objects have no more, chance gives them one or none. */
export const MIN_OBJECT_OBSERVATIONS = 15;

/**
 * Points that fewer photos see say nothing: two rays meet somewhere for many a wrong match. 12 photos of an object that was turned by 30
 * degrees each before a still background had 182 such points within their masks and one that three photos saw; where the object stood still
 * the photos have 15 to 72 observations of the latter.
 */
const MIN_WITNESSES = 3;

/** Whether an observation of a photo, at a pixel, shows the object. */
type InMask = (photoId: number, u: number, v: number) => boolean;

/**
 * What a model that was solved from whole photos says of the object: its points as the masks see them. Most photos must see enough of
 * them, or the model is of what is around the object, which is of no use where the object was turned and the camera stood still.
 *
 * @param model with our photos' ids
 * @param minObservations that more than half of the photos must have, of points that three photos see
 * @returns the cameras and the object's points; `undefined` when the model is not of the object
 * @throws MASK_UNREADABLE
 */
export async function modelInMasks(
  model: SparseModel,
  photos: readonly Photo[],
  minObservations: number,
): Promise<SparseModel | undefined> {
  const inMask = await masksOf(model, photos);
  const { trackPhotoIds, trackPixels } = model;
  const isOfObject = (i: number) => inMask(trackPhotoIds[i]!, trackPixels[i * 2]!, trackPixels[i * 2 + 1]!);
  const object = { ...model, ...keepObservations(model, isOfObject) };
  const counts = new Map<number, number>();
  const { trackOffsets } = object;
  for (let point = 0; point < object.errors.length; point++) {
    const seenBy = object.trackPhotoIds.subarray(trackOffsets[point]!, trackOffsets[point + 1]!);
    if (seenBy.length < MIN_WITNESSES) continue;
    for (const photoId of seenBy) counts.set(photoId, (counts.get(photoId) ?? 0) + 1);
  }
  const showing = [...counts.values()].filter((count) => count >= minObservations).length;
  return showing > model.images.length / 2 ? object : undefined;
}

async function masksOf({ images }: SparseModel, photos: readonly Photo[]): Promise<InMask> {
  const masks = new Map<number, { readonly mask: Uint8Array; readonly width: number; readonly height: number }>();
  for (const photo of photos) {
    if (!images.some(({ photoId }) => photoId === photo.photoId)) continue;
    const { photoId, width, height } = photo;
    const mask = await decodeMask(photo, width, height);
    if (mask) masks.set(photoId, { mask, width, height });
  }
  return (photoId, u, v) => {
    const found = masks.get(photoId);
    if (found === undefined) return true;
    const column = Math.min(Math.max(Math.floor(u), 0), found.width - 1);
    const row = Math.min(Math.max(Math.floor(v), 0), found.height - 1);
    return found.mask[row * found.width + column]! > 0;
  };
}
