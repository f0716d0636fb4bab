import { cofactors3 } from '../linalg/matrix3.js';
import { nullSpace } from '../linalg/null-space.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';

const A = new Float64Array(8 * 9);
const rows = new Float64Array(18);
const values = new Float64Array(9);
const vectors = new Float64Array(81);

/**
 * The homography x2 ~ H x1 of four correspondences, by the direct linear transform (Hartley & Zisserman, Multiple View Geometry,
 * 2nd ed., sec. 4.1).
 *
 * @param x1, x2 Float64Array[n*2], of the order of 1 (conditioned)
 * @param sample four indices of points
 * @param models receives H, Float64Array[9], Frobenius norm 1
 * @returns 1; 0 where three of the points are collinear in either image, so that H is singular
 */
export function solveHomography(x1: Float64Array, x2: Float64Array, sample: Uint32Array, models: Float64Array): number {
  if (hasCollinearTriple(x1, sample) || hasCollinearTriple(x2, sample)) return 0;
  for (let k = 0; k < 4; k++) writeRows(x1, x2, sample[k]!, A, k * 18);
  nullSpace(A, 8, 9, models);
  return 1;
}

/**
 * Homography of four or more correspondences by linear least squares.
 *
 * @param subset indices of the points to use
 * @returns Float64Array[9]; undefined where the points do not determine it
 */
export function fitHomography(x1: Float64Array, x2: Float64Array, subset: Uint32Array): Float64Array | undefined {
  if (subset.length < 4) return undefined;
  const normal = new Float64Array(81);
  for (const index of subset) {
    writeRows(x1, x2, index, rows, 0);
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j <= i; j++) normal[i * 9 + j]! += rows[i]! * rows[j]! + rows[9 + i]! * rows[9 + j]!;
    }
  }
  for (let i = 0; i < 9; i++) for (let j = 0; j < i; j++) normal[j * 9 + i] = normal[i * 9 + j]!;
  symmetricEigen(normal, 9, values, vectors);
  if (!(values[1]! > 1e-12 * values[8]!)) return undefined;
  return vectors.slice(0, 9);
}

const inverse = new Float64Array(9);

/**
 * Squared transfer errors of a homography, the mean of both directions.
 *
 * @param H the 3x3 matrix at `at`
 * @param indices the points to measure: `indices[from .. to-1]`
 * @param out receives `to - from` squared distances, units of the points; Infinity where a point maps to infinity or behind
 */
export function transferErrors(
  H: Float64Array,
  at: number,
  x1: Float64Array,
  x2: Float64Array,
  indices: Uint32Array,
  from: number,
  to: number,
  out: Float64Array,
): void {
  cofactors3(at === 0 ? H : H.subarray(at, at + 9), inverse); // its transpose is the inverse up to scale
  for (let k = from; k < to; k++) {
    const i = indices[k]! * 2;
    const u1 = x1[i]!;
    const v1 = x1[i + 1]!;
    const u2 = x2[i]!;
    const v2 = x2[i + 1]!;
    const w2 = H[at + 6]! * u1 + H[at + 7]! * v1 + H[at + 8]!;
    const w1 = inverse[2]! * u2 + inverse[5]! * v2 + inverse[8]!;
    const du2 = (H[at]! * u1 + H[at + 1]! * v1 + H[at + 2]!) / w2 - u2;
    const dv2 = (H[at + 3]! * u1 + H[at + 4]! * v1 + H[at + 5]!) / w2 - v2;
    const du1 = (inverse[0]! * u2 + inverse[3]! * v2 + inverse[6]!) / w1 - u1;
    const dv1 = (inverse[1]! * u2 + inverse[4]! * v2 + inverse[7]!) / w1 - v1;
    const error = 0.5 * (du1 * du1 + dv1 * dv1 + du2 * du2 + dv2 * dv2);
    out[k - from] = Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
  }
}

function writeRows(x1: Float64Array, x2: Float64Array, index: number, out: Float64Array, at: number): void {
  const u1 = x1[index * 2]!;
  const v1 = x1[index * 2 + 1]!;
  const u2 = x2[index * 2]!;
  const v2 = x2[index * 2 + 1]!;
  out[at] = u1;
  out[at + 1] = v1;
  out[at + 2] = 1;
  out[at + 3] = out[at + 4] = out[at + 5] = 0;
  out[at + 6] = -u2 * u1;
  out[at + 7] = -u2 * v1;
  out[at + 8] = -u2;
  out[at + 9] = out[at + 10] = out[at + 11] = 0;
  out[at + 12] = u1;
  out[at + 13] = v1;
  out[at + 14] = 1;
  out[at + 15] = -v2 * u1;
  out[at + 16] = -v2 * v1;
  out[at + 17] = -v2;
}

/** Twice the area of a triangle below which its points count as collinear, for points of the order of 1. */
const COLLINEAR_AREA = 1e-6;

function hasCollinearTriple(x: Float64Array, sample: Uint32Array): boolean {
  for (let skip = 0; skip < 4; skip++) {
    const a = sample[skip === 0 ? 1 : 0]! * 2;
    const b = sample[skip <= 1 ? 2 : 1]! * 2;
    const c = sample[skip <= 2 ? 3 : 2]! * 2;
    const area = (x[b]! - x[a]!) * (x[c + 1]! - x[a + 1]!) - (x[b + 1]! - x[a + 1]!) * (x[c]! - x[a]!);
    if (Math.abs(area) < COLLINEAR_AREA) return true;
  }
  return false;
}
