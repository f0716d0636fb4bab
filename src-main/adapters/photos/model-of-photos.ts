import type { Camera } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { RegisteredImage, SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { keepObservations } from '../../stages/3-sfm/keep-observations.js';

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
