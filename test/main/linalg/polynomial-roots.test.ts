import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { cubicRoots, quadraticRoots, realRoots } from '#main/linalg/polynomial-roots.js';
import { maxDifference } from '../geometry/random-geometry.js';

/** Coefficients, lowest power first, of the polynomial with these roots times x^2 + 1 for each complex pair. */
function polynomialWithRoots(roots: readonly number[], complexPairs = 0): Float64Array {
  let coefficients = [1];
  const times = (factor: readonly number[]) => {
    const product = new Array<number>(coefficients.length + factor.length - 1).fill(0);
    coefficients.forEach((a, i) => {
      factor.forEach((b, j) => {
        product[i + j] = Number(product[i + j]) + a * b;
      });
    });
    coefficients = product;
  };
  for (const root of roots) times([-root, 1]);
  for (let i = 0; i < complexPairs; i++) times([1 + i, 0, 1]);
  return Float64Array.from(coefficients);
}

describe('quadraticRoots', () => {
  it('keeps the small root exact where the textbook formula cancels', () => {
    const roots = new Float64Array(2);
    expect(quadraticRoots(1, -1e9, 1, roots)).toBe(2);
    expect(Math.min(...roots)).toBeCloseTo(1e-9, 20);
  });
  it('finds none of x^2 + 1', () => {
    expect(quadraticRoots(1, 0, 1, new Float64Array(2))).toBe(0);
  });
});

describe('cubicRoots', () => {
  it.each([
    [[-2, 0.5, 3], 0],
    [[0.25], 1],
    [[-1e-3, 1e-3, 1e3], 0],
  ])('finds the real roots %j with %i complex pairs', (truth, pairs) => {
    const [d, c, b, a] = polynomialWithRoots(truth, pairs) as unknown as [number, number, number, number];
    const roots = new Float64Array(3);
    const count = cubicRoots(a, b, c, d, roots);
    expect(count).toBe(truth.length);
    expect(
      maxDifference(
        [...roots.subarray(0, count)].sort((x, y) => x - y),
        truth,
      ),
    ).toBeLessThan(1e-10);
  });
});

describe('realRoots', () => {
  it.each([1, 2, 3, 4, 5])('finds the ten roots of a random polynomial, seed %i', (seed) => {
    const random = new Random(seed);
    const truth = Array.from({ length: 10 }, (_, i) => (i - 5 + random.uniform()) / 3).sort((a, b) => a - b);
    const roots = new Float64Array(12);
    const count = realRoots(polynomialWithRoots(truth), 10, roots);
    expect(count).toBe(10);
    expect(maxDifference(roots.subarray(0, 10), truth)).toBeLessThan(1e-7);
  });

  it('finds roots of very different sizes among complex pairs', () => {
    const truth = [-300, -0.001, 0.002, 2];
    const roots = new Float64Array(12);
    const count = realRoots(polynomialWithRoots(truth, 3), 10, roots);
    expect([...roots.subarray(0, count)].length).toBe(4);
    expect(maxDifference(roots.subarray(0, 4), truth)).toBeLessThan(1e-8);
  });

  it('finds none where there is none', () => {
    expect(realRoots(polynomialWithRoots([], 5), 10, new Float64Array(12))).toBe(0);
  });
});
