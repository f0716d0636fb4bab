import type { Random } from '#main/geometry/random.js';
import { rotationFromQuaternion } from '#main/geometry/rotation.js';

/** Uniformly distributed rotation. */
export function randomRotation(random: Random): Float64Array {
  return rotationFromQuaternion([random.gaussian(), random.gaussian(), random.gaussian(), random.gaussian()]);
}

/** Uniform numbers in [-size, size). */
export function randomArray(random: Random, length: number, size = 1): Float64Array {
  return Float64Array.from({ length }, () => size * (2 * random.uniform() - 1));
}

/** Largest absolute difference of the entries. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(Number(a[i]) - Number(b[i])));
  return largest;
}

/** n x n product of row-major matrices, written plainly. */
export function product(A: ArrayLike<number>, B: ArrayLike<number>, rows: number, inner: number, columns: number) {
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += Number(A[row * inner + k]) * Number(B[k * columns + (i % columns)]);
    return sum;
  });
}
