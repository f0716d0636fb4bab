import { cross3, determinant3, multiply3, normalize3, transpose3 } from './matrix3.js';

/** `A = U diag(s) V^T`. */
export interface Svd3 {
  /** Float64Array[9], orthogonal, row-major; singular vectors are columns. */
  readonly U: Float64Array;
  /** Float64Array[3], descending, not negative. */
  readonly s: Float64Array;
  /** Float64Array[9], orthogonal, row-major; singular vectors are columns. */
  readonly V: Float64Array;
}

const MAX_SWEEPS = 40;

/**
 * Singular value decomposition of a 3x3 matrix of any rank, accurate to some units in the last place of the largest value.
 *
 * Based on: one-sided Jacobi (Hestenes 1958), Golub & Van Loan, Matrix Computations, 4th ed., sec. 8.6.3. Columns of U whose
 * singular value is zero (relative 1e-15) are completed to an orthogonal matrix.
 *
 * @param A Float64Array[9], row-major
 */
export function svd3(A: Float64Array): Svd3 {
  // Rows of B are the columns of A, which rotations make orthogonal: B = J^T A^T, rows of J^T accumulate V.
  const B = [columnOf(A, 0), columnOf(A, 1), columnOf(A, 2)];
  const V = [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0), Float64Array.of(0, 0, 1)];
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    const changed = [orthogonalize(B, V, 0, 1), orthogonalize(B, V, 0, 2), orthogonalize(B, V, 1, 2)];
    if (!changed.includes(true)) break;
  }
  const order = [0, 1, 2].sort((i, j) => lengthOf(B[j]!) - lengthOf(B[i]!));
  const [b0, b1, b2] = order.map((i) => B[i]!) as [Float64Array, Float64Array, Float64Array];
  const s = Float64Array.of(lengthOf(b0), lengthOf(b1), lengthOf(b2));
  const u0 = s[0]! > 0 ? normalize3(b0) : Float64Array.of(1, 0, 0);
  const u1 = s[1]! > 1e-15 * s[0]! ? normalize3(b1) : perpendicularTo(u0);
  const u2 = s[2]! > 1e-15 * s[0]! ? normalize3(b2) : cross3(u0, u1);
  return {
    U: transpose3(Float64Array.of(...u0, ...u1, ...u2)),
    s,
    V: transpose3(Float64Array.of(...V[order[0]!]!, ...V[order[1]!]!, ...V[order[2]!]!)),
  };
}

/**
 * The rotation nearest to A in the Frobenius norm: `U diag(1, 1, det(U V^T)) V^T` (Umeyama 1991).
 *
 * @param A Float64Array[9], of rank 2 or 3
 */
export function nearestRotation3(A: Float64Array): Float64Array {
  const { U, V } = svd3(A);
  const Vt = transpose3(V);
  if (determinant3(U) * determinant3(V) < 0) for (let i = 6; i < 9; i++) Vt[i]! *= -1;
  return multiply3(U, Vt);
}

const columnOf = (A: Float64Array, column: number) => Float64Array.of(A[column]!, A[3 + column]!, A[6 + column]!);
const lengthOf = (v: Float64Array) => Math.hypot(v[0]!, v[1]!, v[2]!);

function perpendicularTo(v: Float64Array): Float64Array {
  const axis = new Float64Array(3);
  const magnitudes = [Math.abs(v[0]!), Math.abs(v[1]!), Math.abs(v[2]!)];
  axis[magnitudes.indexOf(Math.min(...magnitudes))] = 1;
  return normalize3(cross3(v, axis));
}

function orthogonalize(B: Float64Array[], V: Float64Array[], p: number, q: number): boolean {
  const bp = B[p]!;
  const bq = B[q]!;
  const pp = bp[0]! ** 2 + bp[1]! ** 2 + bp[2]! ** 2;
  const qq = bq[0]! ** 2 + bq[1]! ** 2 + bq[2]! ** 2;
  const pq = bp[0]! * bq[0]! + bp[1]! * bq[1]! + bp[2]! * bq[2]!;
  if (pq * pq <= 1e-32 * pp * qq || Math.abs(pq) < 1e-300) return false;
  const theta = (qq - pp) / (2 * pq);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(tangent * tangent + 1);
  const s = tangent * c;
  for (const [x, y] of [
    [bp, bq],
    [V[p]!, V[q]!],
  ] as const) {
    for (let k = 0; k < 3; k++) {
      const xk = x[k]!;
      const yk = y[k]!;
      x[k] = c * xk - s * yk;
      y[k] = s * xk + c * yk;
    }
  }
  return true;
}
