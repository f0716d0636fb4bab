import type { Camera } from '../../../src-shared/scene/camera.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { lensFromParameters, unproject } from '../../geometry/camera-projection.js';

/**
 * The same model for photos without lens distortion: PINHOLE cameras of the same focal lengths and principal point, and every
 * observation where the undistorted photo shows it. One that falls outside of it stays, as COLMAP's own undistorter leaves it.
 */
export function undistortedModel(model: SparseModel): SparseModel {
  const lensOf = new Map(
    model.cameras.map((camera) => [camera.cameraId, lensFromParameters(camera.model, camera.parameters)]),
  );
  const cameraOf = new Map(model.images.map(({ photoId, cameraId }) => [photoId, cameraId]));
  const trackPixels = new Float32Array(model.trackPixels.length);
  const ray = new Float64Array(2);
  model.trackPhotoIds.forEach((photoId, observation) => {
    const lens = lensOf.get(cameraOf.get(photoId)!)!;
    const at = observation * 2;
    unproject(lens, 0, model.trackPixels[at]!, model.trackPixels[at + 1]!, ray, 0);
    trackPixels[at] = lens[0]! * ray[0]! + lens[2]!;
    trackPixels[at + 1] = lens[1]! * ray[1]! + lens[3]!;
  });
  const cameras = model.cameras.map((camera): Camera => {
    const [fx, fy, cx, cy] = lensOf.get(camera.cameraId)!;
    return { ...camera, model: 'PINHOLE', parameters: [fx!, fy!, cx!, cy!] };
  });
  return { ...model, cameras, trackPixels };
}
