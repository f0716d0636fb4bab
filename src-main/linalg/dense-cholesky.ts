/**
 * Factors a symmetric positive definite matrix A = L L^T in place. Row by row (Cholesky-Banachiewicz), so that the inner
 * products run along rows; two rows of L at a time.
 *
 * @param A Float64Array[n*n], row-major; its lower triangle is read and replaced by L
 * @returns false when A is not positive definite (to rounding); A is then spoilt
 */
export function factorCholesky(A: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let j = 0;
    for (; j + 1 < i; j += 2) {
      // L[i, j] and L[i, j + 1] together: both need the same part of row i.
      const r0 = j * n;
      const r1 = r0 + n;
      let s0 = 0;
      let s1 = 0;
      for (let k = 0; k < j; k++) {
        const a = A[row + k]!;
        s0 += a * A[r0 + k]!;
        s1 += a * A[r1 + k]!;
      }
      const first = (A[row + j]! - s0) / A[r0 + j]!;
      A[row + j] = first;
      A[row + j + 1] = (A[row + j + 1]! - s1 - first * A[r1 + j]!) / A[r1 + j + 1]!;
    }
    for (; j < i; j++) {
      let sum = A[row + j]!;
      for (let k = 0; k < j; k++) sum -= A[row + k]! * A[j * n + k]!;
      A[row + j] = sum / A[j * n + j]!;
    }
    let sum = 0;
    for (let k = 0; k < i; k++) sum += A[row + k]! * A[row + k]!;
    const pivot = A[row + i]! - sum;
    if (!(pivot > RELATIVE_PIVOT * Math.abs(A[row + i]!))) return false;
    A[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/** A pivot this much smaller than the diagonal element it comes from is rounding. */
const RELATIVE_PIVOT = 1e-15;

/**
 * Solves L L^T x = b in place.
 *
 * @param L Float64Array[n*n], as {@link factorCholesky} leaves it
 * @param x Float64Array[n], b on entry
 */
export function solveCholesky(L: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * n + k]! * x[k]!;
    x[i] = sum / L[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / L[i * n + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= L[i * n + k]! * value;
  }
}
