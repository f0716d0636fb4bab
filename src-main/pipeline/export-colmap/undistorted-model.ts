import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { lensFromParameters, unproject } from '../../geometry/camera-projection.js';
import { undistortedCamera } from './undistorted-camera.js';

/**
 * The same model for photos without lens distortion: PINHOLE cameras ({@link undistortedCamera}), and every observation where the
 * undistorted photo shows it. One that falls outside of it stays, as COLMAP's own undistorter leaves it.
 */
export function undistortedModel(model: SparseModel): SparseModel {
  const cameras = model.cameras.map(undistortedCamera);
  const lensOf = new Map(
    model.cameras.map((camera) => [camera.cameraId, lensFromParameters(camera.model, camera.parameters)]),
  );
  const pinholeOf = new Map(cameras.map(({ cameraId, parameters }) => [cameraId, parameters]));
  const cameraOf = new Map(model.images.map(({ photoId, cameraId }) => [photoId, cameraId]));
  const trackPixels = new Float32Array(model.trackPixels.length);
  const ray = new Float64Array(2);
  model.trackPhotoIds.forEach((photoId, observation) => {
    const cameraId = cameraOf.get(photoId)!;
    const [fx, fy, cx, cy] = pinholeOf.get(cameraId)!;
    const at = observation * 2;
    unproject(lensOf.get(cameraId)!, 0, model.trackPixels[at]!, model.trackPixels[at + 1]!, ray, 0);
    trackPixels[at] = fx! * ray[0]! + cx!;
    trackPixels[at + 1] = fy! * ray[1]! + cy!;
  });
  return { ...model, cameras, trackPixels };
}
