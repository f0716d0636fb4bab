import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { factorCholesky, solveCholesky } from '#main/linalg/cholesky.js';
import { determinant3, inverse3, multiply3, transpose3 } from '#main/linalg/matrix3.js';
import { nullSpace } from '#main/linalg/null-space.js';
import { solveLinear } from '#main/linalg/solve-linear.js';
import { nearestRotation3, svd3 } from '#main/linalg/svd3.js';
import { symmetricEigen } from '#main/linalg/symmetric-eigen.js';
import { maxDifference, product, randomArray, randomRotation } from '../geometry/random-geometry.js';

const IDENTITY3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const transposed = (A: Float64Array, rows: number, columns: number) =>
  Float64Array.from(A, (_, i) => Number(A[(i % rows) * columns + Math.floor(i / rows)]));

describe('3x3 matrices', () => {
  it('inverts, seed 1', () => {
    const A = randomArray(new Random(1), 9);
    expect(maxDifference(multiply3(A, inverse3(A)), IDENTITY3)).toBeLessThan(1e-12);
  });
});

describe('svd3', () => {
  const random = new Random(2);
  const cases: [string, Float64Array][] = [
    ['full rank', randomArray(random, 9)],
    [
      'rank 2',
      multiply3(multiply3(randomRotation(random), Float64Array.of(3, 0, 0, 0, 2, 0, 0, 0, 0)), randomRotation(random)),
    ],
    ['rank 1', Float64Array.of(1, 2, 3, 2, 4, 6, -1, -2, -3)],
    ['zero', new Float64Array(9)],
    ['equal singular values', randomRotation(random)],
  ];
  it.each(cases)('gives orthogonal factors whose product is the matrix: %s, seed 2', (_, A) => {
    const { U, s, V } = svd3(A);
    expect(maxDifference(multiply3(transpose3(U), U), IDENTITY3)).toBeLessThan(1e-13);
    expect(maxDifference(multiply3(transpose3(V), V), IDENTITY3)).toBeLessThan(1e-13);
    const S = Float64Array.of(Number(s[0]), 0, 0, 0, Number(s[1]), 0, 0, 0, Number(s[2]));
    expect(maxDifference(multiply3(multiply3(U, S), transpose3(V)), A)).toBeLessThan(1e-13);
    expect([...s]).toEqual([...s].sort((a, b) => b - a));
  });

  it('takes the nearest rotation of a rotation with a flipped axis, seed 3', () => {
    const R = randomRotation(new Random(3));
    const reflected = multiply3(R, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, -0.5));
    expect(maxDifference(nearestRotation3(reflected), R)).toBeLessThan(1e-13);
    expect(determinant3(nearestRotation3(reflected))).toBeCloseTo(1, 12);
  });
});

describe('symmetricEigen', () => {
  it.each([3, 4, 9])('gives ascending values and orthonormal vectors with A v = lambda v: n = %i, seed 4', (n) => {
    const B = randomArray(new Random(4, n), n * n);
    const A = product(B, transposed(B, n, n), n, n, n);
    const values = new Float64Array(n);
    const vectors = new Float64Array(n * n);
    symmetricEigen(A.slice(), n, values, vectors);
    expect([...values]).toEqual([...values].sort((a, b) => a - b));
    const Av = product(vectors, A, n, n, n);
    const scaled = Float64Array.from(vectors, (v, i) => v * Number(values[Math.floor(i / n)]));
    expect(maxDifference(Av, scaled)).toBeLessThan(1e-12);
    const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
    expect(maxDifference(product(vectors, transposed(vectors, n, n), n, n, n), identity)).toBeLessThan(1e-12);
  });
});

describe('cholesky', () => {
  it('solves a positive definite system, seed 5', () => {
    const n = 12;
    const random = new Random(5);
    const B = randomArray(random, n * n);
    const A = product(B, transposed(B, n, n), n, n, n);
    const x = randomArray(random, n);
    const b = product(A, x, n, n, 1);
    expect(factorCholesky(A, n)).toBe(true);
    solveCholesky(A, n, b);
    expect(maxDifference(b, x)).toBeLessThan(1e-8);
  });

  it('refuses an indefinite matrix', () => {
    expect(factorCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
  });
});

describe('solveLinear', () => {
  it('solves several right-hand sides, seed 6', () => {
    const n = 10;
    const random = new Random(6);
    const A = randomArray(random, n * n);
    A[0] = 0;
    const X = randomArray(random, n * 4);
    const B = product(A, X, n, n, 4);
    expect(solveLinear(A, n, B, 4)).toBe(true);
    expect(maxDifference(B, X)).toBeLessThan(1e-11);
  });

  it('refuses a singular matrix', () => {
    expect(solveLinear(Float64Array.of(1, 2, 2, 4), 2, Float64Array.of(1, 1), 1)).toBe(false);
  });
});

describe('nullSpace', () => {
  it.each([
    [5, 9],
    [7, 9],
    [8, 9],
  ])('is orthonormal and orthogonal to the rows: %i x %i, seed 7', (m, n) => {
    const A = randomArray(new Random(7, m), m * n);
    const basis = new Float64Array((n - m) * n);
    nullSpace(A, m, n, basis);
    expect(
      maxDifference(product(A, transposed(basis, n - m, n), m, n, n - m), new Float64Array(m * (n - m))),
    ).toBeLessThan(1e-14);
    const identity = Float64Array.from({ length: (n - m) ** 2 }, (_, i) => (i % (n - m + 1) === 0 ? 1 : 0));
    expect(maxDifference(product(basis, transposed(basis, n - m, n), n - m, n, n - m), identity)).toBeLessThan(1e-14);
  });
});
