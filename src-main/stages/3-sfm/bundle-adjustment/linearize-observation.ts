import { BASE_PARAMETER_COUNT, type BundleState } from './bundle-problem.js';

/** Camera z below which a point counts as behind the camera, relative to its distance. */
const MIN_RELATIVE_DEPTH = 1e-6;

/** What a point behind the camera costs, px^2: constant, so that it has no gradient and steps that put points there lose. */
export const BEHIND_CAMERA_SQUARED_PX = 1e8;

/** Residual and Jacobians of one observation; overwritten by each call. */
export class Linearization {
  /** Projection minus observation: u, v, pixels. */
  readonly residual = new Float64Array(2);
  /** [2*3] wrt the world point. */
  readonly point = new Float64Array(6);
  /** [2*6] wrt the pose: exp(omega) R X + t + tau, at omega, tau. */
  readonly pose = new Float64Array(12);
  /** [2*8] wrt the OPENCV parameters. */
  readonly intrinsics = new Float64Array(2 * BASE_PARAMETER_COUNT);

  /**
   * Projects point into image (its camera given) and differentiates.
   *
   * @returns false for a point behind the camera; the fields are then undefined
   */
  compute(state: BundleState, image: number, camera: number, point: number, u: number, v: number): boolean {
    const { rotations: R, translations: t, points: X, intrinsics: K } = state;
    const r = image * 9;
    const p = point * 3;
    const c = camera * BASE_PARAMETER_COUNT;
    const X0 = X[p]!;
    const X1 = X[p + 1]!;
    const X2 = X[p + 2]!;
    const q0 = R[r]! * X0 + R[r + 1]! * X1 + R[r + 2]! * X2;
    const q1 = R[r + 3]! * X0 + R[r + 4]! * X1 + R[r + 5]! * X2;
    const q2 = R[r + 6]! * X0 + R[r + 7]! * X1 + R[r + 8]! * X2;
    const c0 = q0 + t[image * 3]!;
    const c1 = q1 + t[image * 3 + 1]!;
    const c2 = q2 + t[image * 3 + 2]!;
    if (!(c2 > MIN_RELATIVE_DEPTH * (Math.abs(c0) + Math.abs(c1)))) return false;

    const fx = K[c]!;
    const fy = K[c + 1]!;
    const k1 = K[c + 4]!;
    const k2 = K[c + 5]!;
    const p1 = K[c + 6]!;
    const p2 = K[c + 7]!;
    const inverseZ = 1 / c2;
    const x = c0 * inverseZ;
    const y = c1 * inverseZ;
    const xx = x * x;
    const yy = y * y;
    const xy = x * y;
    const r2 = xx + yy;
    const radial = 1 + r2 * (k1 + k2 * r2);
    const xd = x * radial + 2 * p1 * xy + p2 * (r2 + 2 * xx);
    const yd = y * radial + 2 * p2 * xy + p1 * (r2 + 2 * yy);
    this.residual[0] = fx * xd + K[c + 2]! - u;
    this.residual[1] = fy * yd + K[c + 3]! - v;

    // Distorted wrt undistorted coordinates, times the focal lengths.
    const slope = 2 * (k1 + 2 * k2 * r2);
    const mixed = slope * xy + 2 * (p1 * x + p2 * y);
    const ux = fx * (radial + slope * xx + 2 * p1 * y + 6 * p2 * x);
    const uy = fx * mixed;
    const vx = fy * mixed;
    const vy = fy * (radial + slope * yy + 2 * p2 * x + 6 * p1 * y);
    // Wrt the point in the camera's frame.
    const a0 = ux * inverseZ;
    const a1 = uy * inverseZ;
    const a2 = -(a0 * x + a1 * y);
    const b0 = vx * inverseZ;
    const b1 = vy * inverseZ;
    const b2 = -(b0 * x + b1 * y);

    const Jx = this.point;
    Jx[0] = a0 * R[r]! + a1 * R[r + 3]! + a2 * R[r + 6]!;
    Jx[1] = a0 * R[r + 1]! + a1 * R[r + 4]! + a2 * R[r + 7]!;
    Jx[2] = a0 * R[r + 2]! + a1 * R[r + 5]! + a2 * R[r + 8]!;
    Jx[3] = b0 * R[r]! + b1 * R[r + 3]! + b2 * R[r + 6]!;
    Jx[4] = b0 * R[r + 1]! + b1 * R[r + 4]! + b2 * R[r + 7]!;
    Jx[5] = b0 * R[r + 2]! + b1 * R[r + 5]! + b2 * R[r + 8]!;
    const Jc = this.pose; // d(R X)/d omega = -[R X]x
    Jc[0] = a2 * q1 - a1 * q2;
    Jc[1] = a0 * q2 - a2 * q0;
    Jc[2] = a1 * q0 - a0 * q1;
    Jc[3] = a0;
    Jc[4] = a1;
    Jc[5] = a2;
    Jc[6] = b2 * q1 - b1 * q2;
    Jc[7] = b0 * q2 - b2 * q0;
    Jc[8] = b1 * q0 - b0 * q1;
    Jc[9] = b0;
    Jc[10] = b1;
    Jc[11] = b2;
    const Jk = this.intrinsics;
    Jk[0] = xd;
    Jk[1] = 0;
    Jk[2] = 1;
    Jk[3] = 0;
    Jk[4] = fx * x * r2;
    Jk[5] = fx * x * r2 * r2;
    Jk[6] = fx * 2 * xy;
    Jk[7] = fx * (r2 + 2 * xx);
    Jk[8] = 0;
    Jk[9] = yd;
    Jk[10] = 0;
    Jk[11] = 1;
    Jk[12] = fy * y * r2;
    Jk[13] = fy * y * r2 * r2;
    Jk[14] = fy * (r2 + 2 * yy);
    Jk[15] = fy * 2 * xy;
    return true;
  }
}

/**
 * The squared reprojection error alone, px^2; BEHIND_CAMERA_SQUARED_PX for a point behind the camera.
 *
 * @param lensAt where the camera's OPENCV parameters begin in `state.intrinsics`: also models that keep more than those for a
 *   camera are measured by this
 */
export function squaredReprojectionError(
  state: BundleState,
  image: number,
  lensAt: number,
  point: number,
  u: number,
  v: number,
): number {
  const { rotations: R, translations: t, points: X, intrinsics: K } = state;
  const r = image * 9;
  const c = lensAt;
  const X0 = X[point * 3]!;
  const X1 = X[point * 3 + 1]!;
  const X2 = X[point * 3 + 2]!;
  const c0 = R[r]! * X0 + R[r + 1]! * X1 + R[r + 2]! * X2 + t[image * 3]!;
  const c1 = R[r + 3]! * X0 + R[r + 4]! * X1 + R[r + 5]! * X2 + t[image * 3 + 1]!;
  const c2 = R[r + 6]! * X0 + R[r + 7]! * X1 + R[r + 8]! * X2 + t[image * 3 + 2]!;
  if (!(c2 > MIN_RELATIVE_DEPTH * (Math.abs(c0) + Math.abs(c1)))) return BEHIND_CAMERA_SQUARED_PX;
  const x = c0 / c2;
  const y = c1 / c2;
  const r2 = x * x + y * y;
  const radial = 1 + r2 * (K[c + 4]! + K[c + 5]! * r2);
  const p1 = K[c + 6]!;
  const p2 = K[c + 7]!;
  const du = K[c]! * (x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)) + K[c + 2]! - u;
  const dv = K[c + 1]! * (y * radial + 2 * p2 * x * y + p1 * (r2 + 2 * y * y)) + K[c + 3]! - v;
  return du * du + dv * dv;
}
