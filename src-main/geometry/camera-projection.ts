import { CAMERA_MODEL_PARAMETERS, type CameraModel } from '../../src-shared/scene/camera.js';

/**
 * Projection by COLMAP's camera models, without allocation. All models are cases of one with nine parameters, the LENS
 * vector `fx, fy, cx, cy, k1, k2, p1, p2, k3` (pixels; distortion of normalised coordinates):
 *
 *   x = X / Z, y = Y / Z, r^2 = x^2 + y^2, radial = 1 + k1 r^2 + k2 r^4 + k3 r^6
 *   u = fx (x radial + 2 p1 x y + p2 (r^2 + 2 x^2)) + cx
 *   v = fy (y radial + p1 (r^2 + 2 y^2) + 2 p2 x y) + cy
 *
 * Based on: Brown 1966, with OpenCV's and COLMAP's order and signs. A model's own parameters are spread to a lens vector once
 * per change ({@link lensFromParameters}), and Jacobians are folded back ({@link foldLensJacobian}).
 */
export const LENS_SIZE = 9;

/** Index of a model's own parameter that each entry of the lens vector takes; -1: always 0. */
const LENS_SOURCES: Readonly<Record<CameraModel, readonly number[]>> = {
  SIMPLE_PINHOLE: [0, 0, 1, 2, -1, -1, -1, -1, -1],
  PINHOLE: [0, 1, 2, 3, -1, -1, -1, -1, -1],
  SIMPLE_RADIAL: [0, 0, 1, 2, 3, -1, -1, -1, -1],
  RADIAL: [0, 0, 1, 2, 3, 4, -1, -1, -1],
  OPENCV: [0, 1, 2, 3, 4, 5, 6, 7, -1],
  // Its k4, k5 and k6 are 0 (`scene/camera.ts`).
  FULL_OPENCV: [0, 1, 2, 3, 4, 5, 6, 7, 8],
};

/** Number of parameters of a model. */
export function parameterCount(model: CameraModel): number {
  return CAMERA_MODEL_PARAMETERS[model].length;
}

/**
 * Spreads a model's parameters to a lens vector.
 *
 * @param parameters in the model's order, read from `from`
 * @param lens receives 9 numbers at `offset`
 */
export function lensFromParameters(
  model: CameraModel,
  parameters: ArrayLike<number>,
  lens = new Float64Array(LENS_SIZE),
  offset = 0,
  from = 0,
): Float64Array {
  const sources = LENS_SOURCES[model];
  for (let i = 0; i < LENS_SIZE; i++) {
    const source = sources[i]!;
    lens[offset + i] = source < 0 ? 0 : parameters[from + source]!;
  }
  return lens;
}

/**
 * Jacobian of a pixel wrt the model's own parameters, from the one wrt the lens vector.
 *
 * @param JLens Float64Array[2*9] at `from`, as {@link projectWithJacobian} writes it
 * @param J receives 2 x {@link parameterCount}, row-major, at `offset`
 */
export function foldLensJacobian(
  model: CameraModel,
  JLens: Float64Array,
  from: number,
  J: Float64Array,
  offset: number,
) {
  const sources = LENS_SOURCES[model];
  const count = parameterCount(model);
  J.fill(0, offset, offset + 2 * count);
  for (let i = 0; i < LENS_SIZE; i++) {
    const source = sources[i]!;
    if (source < 0) continue;
    J[offset + source]! += JLens[from + i]!;
    J[offset + count + source]! += JLens[from + LENS_SIZE + i]!;
  }
}

/**
 * Projects a point of the camera frame.
 *
 * @param lens lens vector at `lensAt`
 * @param pixel receives u, v at `pixelAt`; not written when the result is false
 * @returns whether the point is in front of the camera (z > 0)
 */
export function project(
  lens: Float64Array,
  lensAt: number,
  X: number,
  Y: number,
  Z: number,
  pixel: Float64Array,
  pixelAt: number,
): boolean {
  if (!(Z > 0)) return false;
  const x = X / Z;
  const y = Y / Z;
  const r2 = x * x + y * y;
  const p1 = lens[lensAt + 6]!;
  const p2 = lens[lensAt + 7]!;
  const radial = 1 + r2 * (lens[lensAt + 4]! + r2 * (lens[lensAt + 5]! + r2 * lens[lensAt + 8]!));
  pixel[pixelAt] = lens[lensAt]! * (x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)) + lens[lensAt + 2]!;
  pixel[pixelAt + 1] = lens[lensAt + 1]! * (y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y) + lens[lensAt + 3]!;
  return true;
}

/**
 * {@link project} with derivatives.
 *
 * @param JPoint receives the 2x3 Jacobian wrt X, Y, Z, row-major, at `pointAt`
 * @param JLens receives the 2x9 Jacobian wrt the lens vector, row-major, at `jLensAt`
 * @returns whether the point is in front of the camera; nothing is written otherwise
 */
export function projectWithJacobian(
  lens: Float64Array,
  lensAt: number,
  X: number,
  Y: number,
  Z: number,
  pixel: Float64Array,
  pixelAt: number,
  JPoint: Float64Array,
  pointAt: number,
  JLens: Float64Array,
  jLensAt: number,
): boolean {
  if (!(Z > 0)) return false;
  const inverseZ = 1 / Z;
  const x = X * inverseZ;
  const y = Y * inverseZ;
  const r2 = x * x + y * y;
  const fx = lens[lensAt]!;
  const fy = lens[lensAt + 1]!;
  const k1 = lens[lensAt + 4]!;
  const k2 = lens[lensAt + 5]!;
  const p1 = lens[lensAt + 6]!;
  const p2 = lens[lensAt + 7]!;
  const k3 = lens[lensAt + 8]!;
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
  const xDistorted = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x);
  const yDistorted = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y;
  pixel[pixelAt] = fx * xDistorted + lens[lensAt + 2]!;
  pixel[pixelAt + 1] = fy * yDistorted + lens[lensAt + 3]!;

  // d radial / d x = slope x, d radial / d y = slope y.
  const slope = 2 * (k1 + r2 * (2 * k2 + 3 * k3 * r2));
  const xx = fx * (radial + slope * x * x + 2 * p1 * y + 6 * p2 * x);
  const xy = fx * (slope * x * y + 2 * p1 * x + 2 * p2 * y);
  const yx = fy * (slope * x * y + 2 * p1 * x + 2 * p2 * y);
  const yy = fy * (radial + slope * y * y + 6 * p1 * y + 2 * p2 * x);
  JPoint[pointAt] = xx * inverseZ;
  JPoint[pointAt + 1] = xy * inverseZ;
  JPoint[pointAt + 2] = -(xx * x + xy * y) * inverseZ;
  JPoint[pointAt + 3] = yx * inverseZ;
  JPoint[pointAt + 4] = yy * inverseZ;
  JPoint[pointAt + 5] = -(yx * x + yy * y) * inverseZ;

  JLens[jLensAt] = xDistorted;
  JLens[jLensAt + 1] = 0;
  JLens[jLensAt + 2] = 1;
  JLens[jLensAt + 3] = 0;
  JLens[jLensAt + 4] = fx * x * r2;
  JLens[jLensAt + 5] = fx * x * r2 * r2;
  JLens[jLensAt + 6] = fx * 2 * x * y;
  JLens[jLensAt + 7] = fx * (r2 + 2 * x * x);
  JLens[jLensAt + 8] = fx * x * r2 * r2 * r2;
  JLens[jLensAt + 9] = 0;
  JLens[jLensAt + 10] = yDistorted;
  JLens[jLensAt + 11] = 0;
  JLens[jLensAt + 12] = 1;
  JLens[jLensAt + 13] = fy * y * r2;
  JLens[jLensAt + 14] = fy * y * r2 * r2;
  JLens[jLensAt + 15] = fy * (r2 + 2 * y * y);
  JLens[jLensAt + 16] = fy * 2 * x * y;
  JLens[jLensAt + 17] = fy * y * r2 * r2 * r2;
  return true;
}

const MAX_NEWTON_STEPS = 50;
/** Residual in distorted normalised coordinates: far below 1e-9 px at any focal length. */
const NEWTON_TOLERANCE = 1e-15;
/** What still counts as solved where rounding or a fold of the lens polynomial stops Newton's method. */
const SOLVED = 1e-9;

/**
 * The normalised image point (x / z, y / z of the ray in the camera frame) of a pixel: inverts the distortion by Newton's method
 * from the distorted point, with halved steps where the residual would grow.
 *
 * @param point receives x, y at `pointAt`: the best found
 * @returns whether it was solved; false beyond the radius where the polynomial folds back, which no lens images
 */
export function unproject(
  lens: Float64Array,
  lensAt: number,
  u: number,
  v: number,
  point: Float64Array,
  pointAt: number,
): boolean {
  const xDistorted = (u - lens[lensAt + 2]!) / lens[lensAt]!;
  const yDistorted = (v - lens[lensAt + 3]!) / lens[lensAt + 1]!;
  const k1 = lens[lensAt + 4]!;
  const k2 = lens[lensAt + 5]!;
  const p1 = lens[lensAt + 6]!;
  const p2 = lens[lensAt + 7]!;
  const k3 = lens[lensAt + 8]!;
  point[pointAt] = xDistorted;
  point[pointAt + 1] = yDistorted;
  if (k1 === 0 && k2 === 0 && p1 === 0 && p2 === 0 && k3 === 0) return true;

  let x = xDistorted;
  let y = yDistorted;
  let stepX = 0;
  let stepY = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < MAX_NEWTON_STEPS; iteration++) {
    const r2 = x * x + y * y;
    const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
    const rx = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x) - xDistorted;
    const ry = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y - yDistorted;
    const residual = Math.max(Math.abs(rx), Math.abs(ry));
    if (residual < best) {
      best = residual;
      point[pointAt] = x;
      point[pointAt + 1] = y;
      if (residual < NEWTON_TOLERANCE) break;
      const slope = 2 * (k1 + r2 * (2 * k2 + 3 * k3 * r2));
      const xx = radial + slope * x * x + 2 * p1 * y + 6 * p2 * x;
      const xy = slope * x * y + 2 * p1 * x + 2 * p2 * y;
      const yy = radial + slope * y * y + 6 * p1 * y + 2 * p2 * x;
      const determinant = xx * yy - xy * xy;
      // Beyond the fold: shrink towards the centre, where the model is invertible.
      stepX = determinant > 0 ? (xy * ry - yy * rx) / determinant : -0.5 * x;
      stepY = determinant > 0 ? (xy * rx - xx * ry) / determinant : -0.5 * y;
    } else {
      stepX *= 0.5;
      stepY *= 0.5;
      if (Math.max(Math.abs(stepX), Math.abs(stepY)) < 1e-17) break;
    }
    x = point[pointAt]! + stepX;
    y = point[pointAt + 1]! + stepY;
  }
  return best < SOLVED;
}
