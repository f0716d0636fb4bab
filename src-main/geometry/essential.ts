import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { crossMatrix3, determinant3, multiply3, transpose3 } from '../linalg/matrix3.js';
import { svd3 } from '../linalg/svd3.js';

/** E = [t]x R of cam2FromCam1 = (R, t), so that x2^T E x1 = 0. */
export function essentialFromPose({ R, t }: RigidTransform): Float64Array {
  return multiply3(crossMatrix3(t), R);
}

/**
 * The four relative poses of an essential matrix (Hartley & Zisserman, Multiple View Geometry, 2nd ed., Result 9.19):
 * (R1, t), (R1, -t), (R2, t), (R2, -t), with |t| = 1. All have the same E up to sign.
 */
export function posesFromEssential(E: Float64Array): [RigidTransform, RigidTransform, RigidTransform, RigidTransform] {
  const { U, V } = svd3(E);
  const W = Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1);
  const sign = determinant3(U) * determinant3(V) < 0 ? -1 : 1;
  const Vt = transpose3(V);
  const rotation = (turn: Float64Array) => multiply3(multiply3(U, turn), Vt).map((x) => sign * x);
  const R1 = rotation(W);
  const R2 = rotation(transpose3(W));
  const t = Float64Array.of(U[2]!, U[5]!, U[8]!);
  const opposite = t.map((x) => -x);
  return [
    { R: R1, t },
    { R: R1, t: opposite },
    { R: R2, t },
    { R: R2, t: opposite },
  ];
}

/** Rays closer to parallel than this angle have no depth that doubles can tell. */
const MIN_ANGLE_RAD = 1e-6;

/**
 * How many points lie in front of both cameras. Points whose rays are parallel, within the noise, count as in front: they may be
 * at infinity.
 *
 * @param x1, x2 Float64Array[n*2], normalised image points
 * @param minAngleRad rays closer to parallel count as parallel; about twice the error of a point for a verdict on the pose
 */
export function countInFront(
  { R, t }: RigidTransform,
  x1: Float64Array,
  x2: Float64Array,
  subset: Uint32Array,
  minAngleRad = MIN_ANGLE_RAD,
): number {
  let count = 0;
  for (const i of subset) {
    // depth2 b = depth1 a + t, with a = R x1 and b = x2: least squares of the two depths.
    const [u, v] = [x1[i * 2]!, x1[i * 2 + 1]!];
    const ax = R[0]! * u + R[1]! * v + R[2]!;
    const ay = R[3]! * u + R[4]! * v + R[5]!;
    const az = R[6]! * u + R[7]! * v + R[8]!;
    const [bx, by] = [x2[i * 2]!, x2[i * 2 + 1]!];
    const aa = ax * ax + ay * ay + az * az;
    const bb = bx * bx + by * by + 1;
    const ab = ax * bx + ay * by + az;
    const at = ax * t[0]! + ay * t[1]! + az * t[2]!;
    const bt = bx * t[0]! + by * t[1]! + t[2]!;
    const determinant = aa * bb - ab * ab;
    if (determinant < minAngleRad ** 2 * aa * bb) {
      if (ab > 0) count++;
    } else if (ab * bt - bb * at > 0 && aa * bt - ab * at > 0) {
      count++;
    }
  }
  return count;
}

/**
 * Of the four poses of an essential matrix, the one with most points in front of both cameras; |t| = 1.
 *
 * @param x1, x2 Float64Array[n*2], normalised image points
 */
export function poseFromEssential(
  E: Float64Array,
  x1: Float64Array,
  x2: Float64Array,
  subset: Uint32Array,
): RigidTransform {
  const [first, ...others] = posesFromEssential(E);
  let best = first;
  let bestCount = countInFront(first, x1, x2, subset);
  for (const pose of others) {
    const count = countInFront(pose, x1, x2, subset);
    if (count > bestCount) {
      best = pose;
      bestCount = count;
    }
  }
  return best;
}

/** Angles between the rays of corresponding points in one frame, radians: the triangulation angles of true matches. */
export function rayAngles(R: Float64Array, x1: Float64Array, x2: Float64Array, subset: Uint32Array): Float64Array {
  const angles = new Float64Array(subset.length);
  for (let k = 0; k < subset.length; k++) {
    const i = subset[k]! * 2;
    const [u, v] = [x1[i]!, x1[i + 1]!];
    const ax = R[0]! * u + R[1]! * v + R[2]!;
    const ay = R[3]! * u + R[4]! * v + R[5]!;
    const az = R[6]! * u + R[7]! * v + R[8]!;
    const [bx, by] = [x2[i]!, x2[i + 1]!];
    const sine = Math.hypot(ay - az * by, az * bx - ax, ax * by - ay * bx);
    angles[k] = Math.atan2(sine, ax * bx + ay * by + az);
  }
  return angles;
}
