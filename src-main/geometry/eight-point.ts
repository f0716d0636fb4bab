import { multiply3, transpose3 } from '../linalg/matrix3.js';
import { svd3 } from '../linalg/svd3.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { writeEpipolarRow } from './seven-point.js';

const row = new Float64Array(9);
const values = new Float64Array(9);
const vectors = new Float64Array(81);

/**
 * Fundamental matrix of eight or more correspondences by weighted linear least squares, made singular.
 *
 * Based on: Hartley, In Defense of the Eight-Point Algorithm, PAMI 1997. With an `initial` matrix each equation is weighted by
 * the inverse gradient of its Sampson distance there, which makes the algebraic error a geometric one (Luong & Faugeras 1996).
 *
 * @param x1, x2 Float64Array[n*2], of the order of 1 (conditioned)
 * @param subset indices of the points to use
 * @returns Float64Array[9], rank 2; undefined where the points do not determine F (coplanar points, pure rotation)
 */
export function solveEightPoint(
  x1: Float64Array,
  x2: Float64Array,
  subset: Uint32Array,
  initial?: Float64Array,
): Float64Array | undefined {
  if (subset.length < 8) return undefined;
  const normal = new Float64Array(81);
  for (const index of subset) {
    writeEpipolarRow(x1, x2, index, row, 0);
    const weight = initial ? sampsonWeight(initial, row) : 1;
    for (let i = 0; i < 9; i++) {
      const scaled = weight * row[i]!;
      for (let j = 0; j <= i; j++) normal[i * 9 + j]! += scaled * row[j]!;
    }
  }
  for (let i = 0; i < 9; i++) for (let j = 0; j < i; j++) normal[j * 9 + i] = normal[i * 9 + j]!;
  symmetricEigen(normal, 9, values, vectors);
  if (!(values[1]! > 1e-12 * values[8]!)) return undefined;
  return nearestSingular(vectors.slice(0, 9));
}

/** 1 / |gradient|^2 of the epipolar constraint; the row's entries 2, 5, 6 and 7 are u2, v2, u1 and v1. */
function sampsonWeight(F: Float64Array, equation: Float64Array): number {
  const [u2, v2, u1, v1] = [equation[2]!, equation[5]!, equation[6]!, equation[7]!];
  const a = F[0]! * u1 + F[1]! * v1 + F[2]!;
  const b = F[3]! * u1 + F[4]! * v1 + F[5]!;
  const c = F[0]! * u2 + F[3]! * v2 + F[6]!;
  const d = F[1]! * u2 + F[4]! * v2 + F[7]!;
  return 1 / Math.max(a * a + b * b + c * c + d * d, 1e-12);
}

/** The nearest matrix of rank 2 in the Frobenius norm. */
function nearestSingular(F: Float64Array): Float64Array {
  const { U, s, V } = svd3(F);
  const S = Float64Array.of(s[0]!, 0, 0, 0, s[1]!, 0, 0, 0, 0);
  return multiply3(multiply3(U, S), transpose3(V));
}
