import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Camera } from '../../../src-shared/scene/camera.js';

/** OpenMVG counts pixels from the centre of the first one, Atlas from its corner. */
export const PIXEL_SHIFT = 0.5;

/** What sfm_data.json holds of a camera, apart from cereal's wrapping. Pixels as OpenMVG counts them. */
export interface OpenMvgIntrinsic {
  /** The name under which cereal knows the type. */
  readonly type: OpenMvgCameraType;
  readonly width: number;
  readonly height: number;
  readonly focal: number;
  readonly principalPoint: readonly [number, number];
  /** k1; or k1, k2, k3; or k1, k2, k3, t1, t2. */
  readonly distortion: readonly number[];
}

/** Name of the coefficients in the file, and their number. */
export const DISTORTIONS = {
  pinhole: undefined,
  pinhole_radial_k1: { name: 'disto_k1', count: 1 },
  pinhole_radial_k3: { name: 'disto_k3', count: 3 },
  pinhole_brown_t2: { name: 'disto_t2', count: 5 },
} as const;

export type OpenMvgCameraType = keyof typeof DISTORTIONS;

/**
 * An OpenMVG camera as ours, exactly. Its k1, k2, k3 and t1, t2 are Brown's with OpenCV's order and signs (`distoFunction` of
 * Camera_Pinhole_Brown.hpp), so they become k1, k2, k3 and p1, p2.
 */
export function cameraOfIntrinsic(cameraId: number, intrinsic: OpenMvgIntrinsic): Camera {
  const { width, height, focal: f, principalPoint, distortion } = intrinsic;
  const [cx, cy] = principalPoint.map((value) => value + PIXEL_SHIFT) as [number, number];
  const [k1 = 0, k2 = 0, k3 = 0, t1 = 0, t2 = 0] = distortion;
  const size = { cameraId, width, height };
  if (intrinsic.type === 'pinhole') return { ...size, model: 'SIMPLE_PINHOLE', parameters: [f, cx, cy] };
  if (intrinsic.type === 'pinhole_radial_k1') return { ...size, model: 'SIMPLE_RADIAL', parameters: [f, cx, cy, k1] };
  return { ...size, model: 'FULL_OPENCV', parameters: [f, f, cx, cy, k1, k2, t1, t2, k3, 0, 0, 0] };
}

/** OpenMVG has one focal length a camera; pixels that differ more from squares than this would show in the poses. */
const MAX_FOCAL_DIFFERENCE = 0.02;

/**
 * Our camera as OpenMVG's, exactly where both focal lengths are equal; else with their mean.
 *
 * @param isSolved whether the distortion is to be solved: it then has all coefficients that OpenMVG can solve without Brown's
 * @throws TOOL_NOT_CAPABLE for pixels that are far from square
 */
export function intrinsicOfCamera(camera: Camera, isSolved: boolean): OpenMvgIntrinsic {
  const { model, width, height, parameters: p } = camera;
  const at = (index: number) => p[index] ?? 0;
  const hasTwo = model === 'PINHOLE' || model === 'OPENCV' || model === 'FULL_OPENCV';
  const [fx, fy, cx, cy] = hasTwo ? [at(0), at(1), at(2), at(3)] : [at(0), at(0), at(1), at(2)];
  if (Math.abs(fx - fy) > MAX_FOCAL_DIFFERENCE * fx) {
    throw new StudioError('TOOL_NOT_CAPABLE', {
      message: 'OpenMVG has no cameras with two focal lengths.',
      hint: 'Use another engine for the cameras (--sfm builtin), or one focal length.',
      details: { program: 'openMVG_main_SfM', fx, fy },
    });
  }
  const [k1, k2, p1, p2, k3] = hasTwo ? [at(4), at(5), at(6), at(7), at(8)] : [at(3), at(4), 0, 0, 0];
  const common = {
    ...{ width, height, focal: (fx + fy) / 2 },
    principalPoint: [cx - PIXEL_SHIFT, cy - PIXEL_SHIFT] as [number, number],
  };
  if (p1 !== 0 || p2 !== 0) return { ...common, type: 'pinhole_brown_t2', distortion: [k1, k2, k3, p1, p2] };
  if (isSolved || k2 !== 0 || k3 !== 0) return { ...common, type: 'pinhole_radial_k3', distortion: [k1, k2, k3] };
  if (k1 !== 0) return { ...common, type: 'pinhole_radial_k1', distortion: [k1] };
  return { ...common, type: 'pinhole', distortion: [] };
}
