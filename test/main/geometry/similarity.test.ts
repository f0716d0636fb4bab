import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { applySimilarity, fitSimilarity } from '#main/geometry/similarity.js';
import { maxDifference, randomArray, randomRotation } from './random-geometry.js';

describe('fitSimilarity', () => {
  const random = new Random(1);
  const truth = { scale: 3.7, R: randomRotation(random), t: randomArray(random, 3, 50) };
  const mapped = (a: Float64Array) => {
    const b = new Float64Array(a.length);
    for (let i = 0; i < a.length; i += 3) b.set(applySimilarity(truth, a.slice(i, i + 3)), i);
    return b;
  };

  it.each([3, 4, 100])('recovers scale, rotation and translation from %i exact points, seed 1', (count) => {
    const a = randomArray(random, count * 3);
    const fit = fitSimilarity(a, mapped(a));
    expect(fit?.scale).toBeCloseTo(truth.scale, 11);
    expect(maxDifference(fit?.R ?? [], truth.R)).toBeLessThan(1e-11);
    expect(maxDifference(fit?.t ?? [], truth.t)).toBeLessThan(1e-11);
  });

  it('gives a rotation, not a reflection, for planar points, seed 1', () => {
    const a = randomArray(random, 30);
    for (let i = 2; i < 30; i += 3) a[i] = 0;
    expect(maxDifference(fitSimilarity(a, mapped(a))?.R ?? [], truth.R)).toBeLessThan(1e-11);
  });

  it('has no answer for collinear points', () => {
    const a = Float64Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 5, 5, 5);
    expect(fitSimilarity(a, mapped(a))).toBeUndefined();
  });
});
