/**
 * Squared Sampson distances to an epipolar geometry: the first-order distance of (x1, x2) to the nearest pair with
 * x2^T F x1 = 0 (Hartley & Zisserman, Multiple View Geometry, 2nd ed., Eq. 11.9).
 *
 * @param F the 3x3 matrix at `at`, row-major: fundamental with pixels, essential with normalised points
 * @param x1, x2 Float64Array[n*2]
 * @param indices the points to measure: `indices[from .. to-1]`
 * @param out receives `to - from` squared distances, in the units of the points
 */
export function sampsonErrors(
  F: Float64Array,
  at: number,
  x1: Float64Array,
  x2: Float64Array,
  indices: Uint32Array,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const f0 = F[at]!;
  const f1 = F[at + 1]!;
  const f2 = F[at + 2]!;
  const f3 = F[at + 3]!;
  const f4 = F[at + 4]!;
  const f5 = F[at + 5]!;
  const f6 = F[at + 6]!;
  const f7 = F[at + 7]!;
  const f8 = F[at + 8]!;
  for (let k = from; k < to; k++) {
    const i = indices[k]! * 2;
    const u1 = x1[i]!;
    const v1 = x1[i + 1]!;
    const u2 = x2[i]!;
    const v2 = x2[i + 1]!;
    const a = f0 * u1 + f1 * v1 + f2;
    const b = f3 * u1 + f4 * v1 + f5;
    const c = f0 * u2 + f3 * v2 + f6;
    const d = f1 * u2 + f4 * v2 + f7;
    const residual = u2 * a + v2 * b + f6 * u1 + f7 * v1 + f8;
    const gradient = a * a + b * b + c * c + d * d;
    out[k - from] = gradient > 0 ? (residual * residual) / gradient : Number.POSITIVE_INFINITY;
  }
}
