import { nullSpace } from '../linalg/null-space.js';
import { realRoots } from '../linalg/polynomial-roots.js';
import { solveLinear } from '../linalg/solve-linear.js';
import { writeEpipolarRow } from './seven-point.js';

/** Largest number of matrices of {@link solveFivePoint}. */
export const FIVE_POINT_MAX_SOLUTIONS = 10;

/**
 * Essential matrices of five correspondences of calibrated cameras.
 *
 * Based on: Nister, An Efficient Solution to the Five-Point Relative Pose Problem, PAMI 2004.
 * 1. E = x X + y Y + z Z + W, with X .. W a basis of the null space of the epipolar equations (Eq. 7-8).
 * 2. Ten cubics in x, y, z: det E = 0 and E E^T E - trace(E E^T) E / 2 = 0 (Eq. 5-6).
 * 3. Gauss-Jordan elimination of the ten monomials of higher order in x and y (sec. 3.2.1).
 * 4. Three of its combinations are linear in x, y with coefficients polynomial in z (Eq. 11-13); their determinant is a
 *    polynomial of degree 10 in z (Eq. 18).
 * 5. For each real root z, x and y from the 3x3 system.
 * Deviation: the roots come from the derivatives rather than from Sturm sequences.
 *
 * @param x1, x2 Float64Array[n*2], normalised image points (K and distortion removed), camera 1 and 2
 * @param sample five indices of points
 * @param models receives the matrices (Frobenius norm 1, row-major) at multiples of 9
 * @returns the number of matrices, 0 to 10; E = [t]x R up to scale, with cam2FromCam1 = (R, t)
 */
export function solveFivePoint(x1: Float64Array, x2: Float64Array, sample: Uint32Array, models: Float64Array): number {
  for (let k = 0; k < 5; k++) writeEpipolarRow(x1, x2, sample[k]!, equations, k * 9);
  nullSpace(equations, 5, 9, basis);
  // Entry k of E is the linear polynomial basis[0][k] x + basis[1][k] y + basis[2][k] z + basis[3][k].
  for (let k = 0; k < 9; k++) for (let v = 0; v < 4; v++) E[k * 4 + v] = basis[v * 9 + k]!;
  setTraceConstraints();
  setDeterminantConstraint();
  if (!solveLinear(high, 10, low, 10)) return 0;
  setPolynomialSystem();
  setDeterminantPolynomial();
  const count = realRoots(determinant, 10, roots);
  let found = 0;
  for (let k = 0; k < count; k++) if (writeSolution(roots[k]!, models, found * 9)) found++;
  return found;
}

const equations = new Float64Array(5 * 9);
const basis = new Float64Array(4 * 9);
/** Nine linear polynomials: coefficients of x, y, z, 1. */
const E = new Float64Array(9 * 4);
/** The six entries of the symmetric E E^T as quadratic polynomials (entry 3 i + j, i <= j), and their trace. */
const EEt = new Float64Array(9 * 10);
const trace = new Float64Array(10);
const quadratic = new Float64Array(10);
const cubic = new Float64Array(20);
/** Coefficients of the ten monomials that are eliminated, and of the ten that stay, for each of the ten equations. */
const high = new Float64Array(100);
const low = new Float64Array(100);
const roots = new Float64Array(10);
const determinant = new Float64Array(11);

/** Index of the product of two of (x, y, z, 1) in (x^2, xy, xz, x, y^2, yz, y, z^2, z, 1). */
const QUADRATIC_INDEX = [0, 1, 2, 3, 1, 4, 5, 6, 2, 5, 7, 8, 3, 6, 8, 9];
/**
 * Index of the product of a quadratic monomial and one of (x, y, z, 1) in Nister's order: x^3, y^3, x^2y, xy^2, x^2z, x^2, y^2z,
 * y^2, xyz, xy | xz^2, xz, x, yz^2, yz, y, z^3, z^2, z, 1.
 */
const CUBIC_INDEX = [
  0, 2, 4, 5, 2, 3, 8, 9, 4, 8, 10, 11, 5, 9, 11, 12, 3, 1, 6, 7, 8, 6, 13, 14, 9, 7, 14, 15, 10, 13, 16, 17, 11, 14,
  17, 18, 12, 15, 18, 19,
];

/** out += scale * (entry a of E) * (entry b of E). */
function addProduct(a: number, b: number, scale: number, out: Float64Array, at: number): void {
  for (let i = 0; i < 4; i++) {
    const factor = scale * E[a * 4 + i]!;
    for (let j = 0; j < 4; j++) out[at + QUADRATIC_INDEX[i * 4 + j]!]! += factor * E[b * 4 + j]!;
  }
}

/** cubic += (quadratic polynomial at `at`) * (entry k of E). */
function addCubic(polynomial: Float64Array, at: number, k: number): void {
  for (let i = 0; i < 10; i++) {
    const factor = polynomial[at + i]!;
    for (let j = 0; j < 4; j++) cubic[CUBIC_INDEX[i * 4 + j]!]! += factor * E[k * 4 + j]!;
  }
}

function storeCubic(equation: number): void {
  for (let i = 0; i < 10; i++) {
    high[equation * 10 + i] = cubic[i]!;
    low[equation * 10 + i] = cubic[10 + i]!;
  }
}

/** Eq. 6, equations 0-8: (E E^T - trace / 2 I) E = 0. */
function setTraceConstraints(): void {
  EEt.fill(0);
  trace.fill(0);
  for (let i = 0; i < 3; i++) {
    for (let j = i; j < 3; j++) {
      const at = (i * 3 + j) * 10;
      for (let k = 0; k < 3; k++) addProduct(i * 3 + k, j * 3 + k, 1, EEt, at);
      if (i === j) for (let m = 0; m < 10; m++) trace[m]! += 0.5 * EEt[at + m]!;
    }
  }
  for (let i = 0; i < 3; i++) {
    for (let m = 0; m < 10; m++) EEt[i * 40 + m]! -= trace[m]!;
  }
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      cubic.fill(0);
      for (let k = 0; k < 3; k++) addCubic(EEt, (Math.min(i, k) * 3 + Math.max(i, k)) * 10, k * 3 + j);
      storeCubic(i * 3 + j);
    }
  }
}

/** Eq. 5, equation 9: expansion of det E along the first row. */
function setDeterminantConstraint(): void {
  cubic.fill(0);
  for (let k = 0; k < 3; k++) {
    const a = (k + 1) % 3;
    const b = (k + 2) % 3;
    quadratic.fill(0);
    addProduct(3 + a, 6 + b, 1, quadratic, 0);
    addProduct(3 + b, 6 + a, -1, quadratic, 0);
    addCubic(quadratic, 0, k);
  }
  storeCubic(9);
}

/** B(z): rows k, l, m of Eq. 11-13, columns x, y, 1; each entry a polynomial of degree <= 4 at `(row * 3 + column) * 5`. */
const B = new Float64Array(45);

/** Row k = (row of x^2 z) - z (row of x^2), and so for y^2 and xy: the eliminated monomials cancel. */
function setPolynomialSystem(): void {
  for (let row = 0; row < 3; row++) {
    const e = (4 + 2 * row) * 10;
    const f = e + 10;
    for (let column = 0; column < 2; column++) {
      const at = (row * 3 + column) * 5;
      const c = 3 * column;
      B[at] = low[e + c + 2]!;
      B[at + 1] = low[e + c + 1]! - low[f + c + 2]!;
      B[at + 2] = low[e + c]! - low[f + c + 1]!;
      B[at + 3] = -low[f + c]!;
      B[at + 4] = 0;
    }
    const at = (row * 3 + 2) * 5;
    B[at] = low[e + 9]!;
    B[at + 1] = low[e + 8]! - low[f + 9]!;
    B[at + 2] = low[e + 7]! - low[f + 8]!;
    B[at + 3] = low[e + 6]! - low[f + 7]!;
    B[at + 4] = -low[f + 6]!;
  }
}

const minor = new Float64Array(7);

/** Eq. 14-18: det B(z), expanded along the last column (degree 4 times minors of degree 6). */
function setDeterminantPolynomial(): void {
  determinant.fill(0);
  for (let row = 0; row < 3; row++) {
    const p = ((row + 1) % 3) * 15;
    const q = ((row + 2) % 3) * 15;
    minor.fill(0);
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) minor[i + j]! += B[p + i]! * B[q + 5 + j]! - B[p + 5 + i]! * B[q + j]!;
    }
    const at = row * 15 + 10;
    for (let i = 0; i < 5; i++) for (let j = 0; j < 7; j++) determinant[i + j]! += B[at + i]! * minor[j]!;
  }
}

const atRoot = new Float64Array(9);

/** x and y from the largest cross product of two rows of B(z); false where it is at infinity. */
function writeSolution(z: number, models: Float64Array, at: number): boolean {
  for (let k = 0; k < 9; k++) {
    let value = 0;
    for (let i = 4; i >= 0; i--) value = value * z + B[k * 5 + i]!;
    atRoot[k] = value;
  }
  let [bx, by, bw, bestSize] = [0, 0, 0, 0];
  for (let row = 0; row < 3; row++) {
    const p = row * 3;
    const q = ((row + 1) % 3) * 3;
    const x = atRoot[p + 1]! * atRoot[q + 2]! - atRoot[p + 2]! * atRoot[q + 1]!;
    const y = atRoot[p + 2]! * atRoot[q]! - atRoot[p]! * atRoot[q + 2]!;
    const w = atRoot[p]! * atRoot[q + 1]! - atRoot[p + 1]! * atRoot[q]!;
    const size = x * x + y * y + w * w;
    if (size > bestSize) [bx, by, bw, bestSize] = [x, y, w, size];
  }
  if (!(bw * bw > 1e-20 * bestSize)) return false;
  const x = bx / bw;
  const y = by / bw;
  const scale = 1 / Math.sqrt(x * x + y * y + z * z + 1);
  for (let k = 0; k < 9; k++) {
    models[at + k] = scale * (E[k * 4]! * x + E[k * 4 + 1]! * y + E[k * 4 + 2]! * z + E[k * 4 + 3]!);
  }
  return true;
}
