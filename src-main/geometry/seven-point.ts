import { cofactors3, determinant3 } from '../linalg/matrix3.js';
import { nullSpace } from '../linalg/null-space.js';
import { cubicRoots } from '../linalg/polynomial-roots.js';

/** Largest number of matrices of {@link solveSevenPoint}. */
export const SEVEN_POINT_MAX_SOLUTIONS = 3;

const A = new Float64Array(7 * 9);
const basis = new Float64Array(2 * 9);
const F1 = basis.subarray(0, 9);
const F2 = basis.subarray(9, 18);
const cofactors = new Float64Array(9);
const roots = new Float64Array(3);

/**
 * Fundamental matrices of seven correspondences: x2^T F x1 = 0 and det F = 0.
 *
 * Based on: Hartley & Zisserman, Multiple View Geometry, 2nd ed., sec. 11.1.2.
 *
 * @param x1, x2 Float64Array[n*2], of the order of 1 (conditioned), camera 1 and 2
 * @param sample seven indices of points
 * @param models receives the matrices, row-major, at multiples of 9
 * @returns the number of matrices: 1 or 3 (0 where the cubic vanishes); arbitrary where the points do not determine F
 */
export function solveSevenPoint(x1: Float64Array, x2: Float64Array, sample: Uint32Array, models: Float64Array): number {
  for (let k = 0; k < 7; k++) writeEpipolarRow(x1, x2, sample[k]!, A, k * 9);
  nullSpace(A, 7, 9, basis);
  // det(F1 + g F2) = det F1 + g <cof F1, F2> + g^2 <cof F2, F1> + g^3 det F2
  let linear = 0;
  cofactors3(F1, cofactors);
  for (let i = 0; i < 9; i++) linear += cofactors[i]! * F2[i]!;
  let quadratic = 0;
  cofactors3(F2, cofactors);
  for (let i = 0; i < 9; i++) quadratic += cofactors[i]! * F1[i]!;
  const count = cubicRoots(determinant3(F2), quadratic, linear, determinant3(F1), roots);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < 9; i++) models[k * 9 + i] = F1[i]! + roots[k]! * F2[i]!;
  }
  return count;
}

/** The coefficients of x2^T F x1 = 0 in the nine entries of F, at `at`. */
export function writeEpipolarRow(x1: Float64Array, x2: Float64Array, index: number, A: Float64Array, at: number): void {
  const u1 = x1[index * 2]!;
  const v1 = x1[index * 2 + 1]!;
  const u2 = x2[index * 2]!;
  const v2 = x2[index * 2 + 1]!;
  A[at] = u2 * u1;
  A[at + 1] = u2 * v1;
  A[at + 2] = u2;
  A[at + 3] = v2 * u1;
  A[at + 4] = v2 * v1;
  A[at + 5] = v2;
  A[at + 6] = u1;
  A[at + 7] = v1;
  A[at + 8] = 1;
}
