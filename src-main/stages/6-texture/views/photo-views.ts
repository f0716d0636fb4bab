import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import type { Photo } from '../../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../../src-shared/scene/sparse-model.js';
import { limitedSize } from '../../../formats/image/decode-photo.js';
import { lensFromParameters } from '../../../geometry/camera-projection.js';
import type { PhotoView } from './observe-surface.js';

/** A registered photo at the size at which it is sampled. */
export interface RegisteredView extends PhotoView {
  readonly photoId: number;
}

/** A photo is reduced until its pixels are about so many to a texel: sampling a much finer photo would alias. */
const PIXELS_PER_TEXEL = 1.25;

/** The registered photos, in the order of the model, each at the size that the texture can show. */
export function photoViews(
  photos: readonly Photo[],
  model: SparseModel,
  mesh: Mesh,
  texelsPerUnit: number,
): RegisteredView[] {
  const cameras = new Map(model.cameras.map((camera) => [camera.cameraId, camera]));
  const photosById = new Map(photos.map((photo) => [photo.photoId, photo]));
  return model.images.map((image) => {
    const photo = photosById.get(image.photoId);
    const camera = cameras.get(image.cameraId);
    if (photo === undefined || camera === undefined) {
      throw new StudioError('INTERNAL', { message: 'The model refers to a photo or camera that does not exist.' });
    }
    const camFromWorld = new Float64Array(12);
    camFromWorld.set(image.camFromWorld.R);
    camFromWorld.set(image.camFromWorld.t, 9);
    const lens = lensFromParameters(camera.model, camera.parameters);
    const pixelsPerUnit = lens[0]! / nearDepth(mesh, camFromWorld);
    const scale = Math.min(1, (PIXELS_PER_TEXEL * texelsPerUnit) / pixelsPerUnit);
    const { path, name, width, height, maskPath } = photo;
    const full = { path, name, width, height, ...(maskPath === undefined ? {} : { maskPath }) };
    const view = { photo: full, width: camera.width, height: camera.height, lens, camFromWorld };
    return {
      ...resizedView(view, Math.ceil(scale * Math.max(photo.width, photo.height))),
      photoId: photo.photoId,
    };
  });
}

/** The same view at another working size. */
export function resizedView(view: PhotoView, maxDimensionPx: number): PhotoView {
  const { width, height } = limitedSize(view.photo, { maxDimensionPx });
  const lens = view.lens.slice();
  const scaleX = width / view.width;
  const scaleY = height / view.height;
  lens[0]! *= scaleX;
  lens[1]! *= scaleY;
  lens[2]! *= scaleX;
  lens[3]! *= scaleY;
  return { photo: view.photo, width, height, lens, camFromWorld: view.camFromWorld };
}

/** Depth of the nearer part of the surface (10th percentile of a sample of its vertices in front of the camera). */
function nearDepth({ positions }: Mesh, T: Float64Array): number {
  const depths: number[] = [];
  const step = Math.max(1, Math.floor(positions.length / 3 / 2000)) * 3;
  for (let i = 0; i < positions.length; i += step) {
    const depth = T[6]! * positions[i]! + T[7]! * positions[i + 1]! + T[8]! * positions[i + 2]! + T[11]!;
    if (depth > 0) depths.push(depth);
  }
  depths.sort((a, b) => a - b);
  return depths[Math.floor(depths.length / 10)] ?? 1;
}
