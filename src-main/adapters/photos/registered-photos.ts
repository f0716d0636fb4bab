import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Photo, RejectedPhoto } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';

/** @throws SFM_TOO_FEW_REGISTERED */
export function requirePhotos({ images }: SparseModel, photoCount: number, minRegisteredPhotos: number): void {
  if (images.length >= minRegisteredPhotos) return;
  throw new StudioError('SFM_TOO_FEW_REGISTERED', {
    message: `Only ${images.length} of ${photoCount} photos could be aligned.`,
    details: { registered: images.length, photos: photoCount },
  });
}

/** The photos that a model does not have. Other programs do not tell why: @param reason for all of them */
export function leftOutOf(photos: readonly Photo[], { images }: SparseModel, reason: string): RejectedPhoto[] {
  const registered = new Set(images.map(({ photoId }) => photoId));
  return photos
    .filter(({ photoId }) => !registered.has(photoId))
    .map(({ name }) => ({ name, code: 'PHOTO_NOT_REGISTERED', reason }));
}
