import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { CAMERA_MODEL_PARAMETERS, type CameraModel } from '../../../src-shared/scene/camera.js';

/** COLMAP's camera models by their number in binary files (`src/colmap/sensor/models.h`). */
export const MODEL_NAMES = [
  'SIMPLE_PINHOLE',
  'PINHOLE',
  'SIMPLE_RADIAL',
  'RADIAL',
  'OPENCV',
  'OPENCV_FISHEYE',
  'FULL_OPENCV',
  'FOV',
  'SIMPLE_RADIAL_FISHEYE',
  'RADIAL_FISHEYE',
  'THIN_PRISM_FISHEYE',
  'RAD_TAN_THIN_PRISM_FISHEYE',
] as const;

/** @throws MODEL_UNREADABLE naming a model that is not supported */
export function cameraModelOf(name: string): CameraModel {
  if (name in CAMERA_MODEL_PARAMETERS) return name as CameraModel;
  throw new StudioError('MODEL_UNREADABLE', {
    message: `The camera model ${name} is not supported.`,
    hint:
      `Supported are ${Object.keys(CAMERA_MODEL_PARAMETERS).join(', ')}. ` +
      'Solve the cameras with one of these, or give an undistorted model (`colmap image_undistorter`).',
    details: { model: name },
  });
}
