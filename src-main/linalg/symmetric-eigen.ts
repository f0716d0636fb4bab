/**
 * Based on: Golub & Van Loan, Matrix Computations, 4th ed., sec. 8.5 (cyclic Jacobi).
 */

const MAX_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix (n up to about 20).
 *
 * @param A Float64Array[n*n], symmetric, row-major; destroyed
 * @param values Float64Array[n], receives the eigenvalues, ascending
 * @param vectors Float64Array[n*n], receives the unit eigenvectors, one a ROW, in the order of the values
 */
export function symmetricEigen(A: Float64Array, n: number, values: Float64Array, vectors: Float64Array): void {
  vectors.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let isDiagonal = true;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const app = A[p * n + p]!;
        const aqq = A[q * n + q]!;
        const apq = A[p * n + q]!;
        // Relative to both diagonal entries, so that small eigenvalues keep their relative accuracy (Demmel & Veselic 1992).
        if (apq * apq <= 1e-32 * Math.abs(app * aqq) || Math.abs(apq) < 1e-300) continue;
        isDiagonal = false;
        rotate(A, vectors, n, p, q, app, aqq, apq);
      }
    }
    if (isDiagonal) break;
  }
  for (let i = 0; i < n; i++) values[i] = A[i * n + i]!;
  sortAscending(values, vectors, n);
}

function rotate(
  A: Float64Array,
  vectors: Float64Array,
  n: number,
  p: number,
  q: number,
  app: number,
  aqq: number,
  apq: number,
): void {
  const theta = (aqq - app) / (2 * apq);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(tangent * tangent + 1);
  const s = tangent * c;
  const rowP = p * n;
  const rowQ = q * n;
  for (let k = 0; k < n; k++) {
    if (k !== p && k !== q) {
      const akp = A[k * n + p]!;
      const akq = A[k * n + q]!;
      A[k * n + p] = A[rowP + k] = c * akp - s * akq;
      A[k * n + q] = A[rowQ + k] = s * akp + c * akq;
    }
    const vp = vectors[rowP + k]!;
    const vq = vectors[rowQ + k]!;
    vectors[rowP + k] = c * vp - s * vq;
    vectors[rowQ + k] = s * vp + c * vq;
  }
  A[rowP + p] = app - tangent * apq;
  A[rowQ + q] = aqq + tangent * apq;
  A[rowP + q] = A[rowQ + p] = 0;
}

function sortAscending(values: Float64Array, vectors: Float64Array, n: number): void {
  for (let i = 0; i < n - 1; i++) {
    let smallest = i;
    for (let j = i + 1; j < n; j++) if (values[j]! < values[smallest]!) smallest = j;
    if (smallest === i) continue;
    const value = values[i]!;
    values[i] = values[smallest]!;
    values[smallest] = value;
    for (let k = 0; k < n; k++) {
      const entry = vectors[i * n + k]!;
      vectors[i * n + k] = vectors[smallest * n + k]!;
      vectors[smallest * n + k] = entry;
    }
  }
}
