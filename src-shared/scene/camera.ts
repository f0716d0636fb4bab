/** Camera models and their parameter order, as COLMAP defines them. Focal lengths and principal points are in pixels. */
export const CAMERA_MODEL_PARAMETERS = {
  SIMPLE_PINHOLE: ['f', 'cx', 'cy'],
  PINHOLE: ['fx', 'fy', 'cx', 'cy'],
  SIMPLE_RADIAL: ['f', 'cx', 'cy', 'k1'],
  RADIAL: ['f', 'cx', 'cy', 'k1', 'k2'],
  OPENCV: ['fx', 'fy', 'cx', 'cy', 'k1', 'k2', 'p1', 'p2'],
  /** Of models solved elsewhere, with k4, k5, k6 = 0 alone: so OpenMVG's three radial coefficients have a place. */
  FULL_OPENCV: ['fx', 'fy', 'cx', 'cy', 'k1', 'k2', 'p1', 'p2', 'k3', 'k4', 'k5', 'k6'],
} as const;

export type CameraModel = keyof typeof CAMERA_MODEL_PARAMETERS;

/** Those that the built-in engine solves for. */
export type SolvedCameraModel = Exclude<CameraModel, 'FULL_OPENCV'>;

/** The intrinsics shared by all photos of one physical camera at one zoom and size. */
export interface Camera {
  readonly cameraId: number;
  readonly model: CameraModel;
  /** Pixels, of the upright photo (EXIF orientation applied). */
  readonly width: number;
  readonly height: number;
  /** In the order of {@link CAMERA_MODEL_PARAMETERS}. */
  readonly parameters: readonly number[];
}

/** Where a camera's initial focal length comes from; `given` intrinsics are kept fixed. */
export type FocalSource = 'given' | 'exif-35mm' | 'exif-sensor' | 'guess';

/** A camera before it is refined: what import knows of it. */
export interface CameraPrior extends Camera {
  readonly model: SolvedCameraModel;
  readonly focalSource: FocalSource;
}
