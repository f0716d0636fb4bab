import { multiply3, transpose3 } from '../linalg/matrix3.js';

/** Rotations as Float64Array[9], row-major; axis-angle vectors in radians; unit quaternions (w, x, y, z), as COLMAP writes them. */

/** Below this angle (radians) sines are replaced by their series, whose next term is below 1e-17. */
const SMALL_ANGLE = 1e-4;

/**
 * Exponential map: the rotation by |w| about w (Rodrigues).
 *
 * @param R receives the rotation at `offset`
 */
export function rotationFromAxisAngle(
  wx: number,
  wy: number,
  wz: number,
  R = new Float64Array(9),
  offset = 0,
): Float64Array {
  const squared = wx * wx + wy * wy + wz * wz;
  const angle = Math.sqrt(squared);
  const isSmall = angle < SMALL_ANGLE;
  const a = isSmall ? 1 - squared / 6 : Math.sin(angle) / angle;
  const halfSine = Math.sin(0.5 * angle);
  const b = isSmall ? 0.5 - squared / 24 : (2 * halfSine * halfSine) / squared;
  R[offset] = 1 - b * (wy * wy + wz * wz);
  R[offset + 1] = b * wx * wy - a * wz;
  R[offset + 2] = b * wx * wz + a * wy;
  R[offset + 3] = b * wx * wy + a * wz;
  R[offset + 4] = 1 - b * (wx * wx + wz * wz);
  R[offset + 5] = b * wy * wz - a * wx;
  R[offset + 6] = b * wx * wz - a * wy;
  R[offset + 7] = b * wy * wz + a * wx;
  R[offset + 8] = 1 - b * (wx * wx + wy * wy);
  return R;
}

/** Logarithm map: the axis-angle vector of a rotation, of length in [0, pi]; accurate at both ends (through the quaternion). */
export function axisAngleFromRotation(R: Float64Array, out = new Float64Array(3)): Float64Array {
  const q = quaternionFromRotation(R);
  const sine = Math.hypot(q[1]!, q[2]!, q[3]!);
  const scale = sine < SMALL_ANGLE ? 2 + (sine * sine) / 3 : (2 * Math.atan2(sine, q[0]!)) / sine;
  out[0] = scale * q[1]!;
  out[1] = scale * q[2]!;
  out[2] = scale * q[3]!;
  return out;
}

/** Unit quaternion (w, x, y, z) with w >= 0 (Shepperd 1978: divides by the largest component). */
export function quaternionFromRotation(R: Float64Array): Float64Array {
  const [xx, yy, zz] = [R[0]!, R[4]!, R[8]!];
  const candidates = [xx + yy + zz, xx - yy - zz, yy - xx - zz, zz - xx - yy];
  const largest = candidates.indexOf(Math.max(...candidates));
  const root = Math.sqrt(1 + candidates[largest]!);
  const wx = R[7]! - R[5]!;
  const wy = R[2]! - R[6]!;
  const wz = R[3]! - R[1]!;
  const xy = R[1]! + R[3]!;
  const xz = R[2]! + R[6]!;
  const yz = R[5]! + R[7]!;
  const rows = [
    [root * root, wx, wy, wz],
    [wx, root * root, xy, xz],
    [wy, xy, root * root, yz],
    [wz, xz, yz, root * root],
  ];
  const q = Float64Array.from(rows[largest]!);
  const length = Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!) * (q[0]! < 0 ? -1 : 1);
  for (let i = 0; i < 4; i++) q[i]! /= length;
  return q;
}

/** Rotation of a quaternion (w, x, y, z) of any length above 0. */
export function rotationFromQuaternion(q: ArrayLike<number>): Float64Array {
  const scale = 1 / Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!);
  const [w, x, y, z] = [q[0]! * scale, q[1]! * scale, q[2]! * scale, q[3]! * scale];
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}

/** Angle between two rotations, radians, 0..pi. */
export function angleBetweenRotations(R1: Float64Array, R2: Float64Array): number {
  const w = axisAngleFromRotation(multiply3(transpose3(R1), R2));
  return Math.hypot(w[0]!, w[1]!, w[2]!);
}
