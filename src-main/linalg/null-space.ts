/** Largest number of columns; scratch is allocated once for it. */
const MAX_COLUMNS = 16;
const reflectors = new Float64Array(MAX_COLUMNS * MAX_COLUMNS);
const betas = new Float64Array(MAX_COLUMNS);

/**
 * An orthonormal basis of the null space of a wide matrix of full rank, by Householder QR of its transpose (Golub & Van Loan,
 * Matrix Computations, 4th ed., sec. 5.2): the last `n - m` columns of Q. If the rank is lower, the basis still has `n - m`
 * vectors, all orthogonal to the rows up to rounding.
 *
 * @param A Float64Array[m*n], row-major, m < n <= 16; not changed
 * @param basis Float64Array[(n-m)*n], receives one unit vector a row
 */
export function nullSpace(A: Float64Array, m: number, n: number, basis: Float64Array): void {
  // Row i of `reflectors` starts as row i of A and becomes its Householder vector.
  for (let i = 0; i < m * n; i++) reflectors[i] = A[i]!;
  for (let i = 0; i < m; i++) {
    const row = i * n;
    for (let previous = 0; previous < i; previous++) reflect(reflectors, row, previous, n);
    let tail = 0;
    for (let k = i + 1; k < n; k++) tail += reflectors[row + k]! ** 2;
    const head = reflectors[row + i]!;
    const norm = Math.sqrt(head * head + tail);
    const pivot = head > 0 ? head + norm : head - norm;
    reflectors[row + i] = pivot;
    const squared = pivot * pivot + tail;
    betas[i] = squared > 0 ? 2 / squared : 0;
  }
  for (let vector = 0; vector < n - m; vector++) {
    const row = vector * n;
    basis.fill(0, row, row + n);
    basis[row + m + vector] = 1;
    for (let i = m - 1; i >= 0; i--) reflect(basis, row, i, n);
  }
}

/** Applies reflector i to the n-vector of `target` at `row`. */
function reflect(target: Float64Array, row: number, i: number, n: number): void {
  let product = 0;
  for (let k = i; k < n; k++) product += reflectors[i * n + k]! * target[row + k]!;
  product *= betas[i]!;
  for (let k = i; k < n; k++) target[row + k]! -= product * reflectors[i * n + k]!;
}
