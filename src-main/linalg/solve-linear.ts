/**
 * Solves `A X = B` by Gaussian elimination with partial pivoting (Golub & Van Loan, Matrix Computations, 4th ed., Alg. 3.4.1).
 *
 * @param A Float64Array[n*n], row-major; destroyed
 * @param B Float64Array[n*columns], row-major; replaced by X
 * @returns whether A is regular (pivots above 1e-14 of the largest entry); B is destroyed otherwise
 */
export function solveLinear(A: Float64Array, n: number, B: Float64Array, columns: number): boolean {
  let scale = 0;
  for (let i = 0; i < n * n; i++) scale = Math.max(scale, Math.abs(A[i]!));
  for (let step = 0; step < n; step++) {
    let pivotRow = step;
    for (let row = step + 1; row < n; row++) {
      if (Math.abs(A[row * n + step]!) > Math.abs(A[pivotRow * n + step]!)) pivotRow = row;
    }
    if (!(Math.abs(A[pivotRow * n + step]!) > 1e-14 * scale)) return false;
    if (pivotRow !== step) {
      swapRows(A, n, step, pivotRow, step);
      swapRows(B, columns, step, pivotRow, 0);
    }
    for (let row = step + 1; row < n; row++) {
      const factor = A[row * n + step]! / A[step * n + step]!;
      if (factor === 0) continue;
      for (let k = step + 1; k < n; k++) A[row * n + k]! -= factor * A[step * n + k]!;
      for (let k = 0; k < columns; k++) B[row * columns + k]! -= factor * B[step * columns + k]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    const pivot = A[row * n + row]!;
    for (let k = 0; k < columns; k++) {
      let sum = B[row * columns + k]!;
      for (let j = row + 1; j < n; j++) sum -= A[row * n + j]! * B[j * columns + k]!;
      B[row * columns + k] = sum / pivot;
    }
  }
  return true;
}

function swapRows(M: Float64Array, columns: number, a: number, b: number, from: number): void {
  for (let k = from; k < columns; k++) {
    const entry = M[a * columns + k]!;
    M[a * columns + k] = M[b * columns + k]!;
    M[b * columns + k] = entry;
  }
}
