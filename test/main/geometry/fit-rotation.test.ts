import { describe, expect, it } from 'vitest';
import { fitRotation, rotationErrors } from '#main/geometry/fit-rotation.js';
import { Random } from '#main/geometry/random.js';
import { maxDifference } from './random-geometry.js';
import { twoViewScene } from './two-view-scene.js';

const all = Uint32Array.from({ length: 50 }, (_, i) => i);

describe('fitRotation', () => {
  it('is exact on exact data, seed 1', () => {
    const { cam2FromCam1, x1, x2 } = twoViewScene(new Random(1), { count: 50, baseline: 0, turn: [0.2, -0.3, 0.1] });
    const R = fitRotation(x1, x2, all);
    expect(maxDifference(R, cam2FromCam1.R)).toBeLessThan(1e-12);
    expect(Math.max(...rotationErrors(R, x1, x2, all))).toBeLessThan(1e-12);
  });

  it('leaves the parallax as residual where the camera moved, seed 2', () => {
    const { x1, x2 } = twoViewScene(new Random(2), { count: 50, baseline: 1 });
    const errors = rotationErrors(fitRotation(x1, x2, all), x1, x2, all).sort();
    // A baseline of 1 at depths 4 to 8 moves points by 1/8 to 1/4, so by up to 1/16 about their mean.
    expect(Number(errors[25])).toBeGreaterThan(0.01);
  });

  it('calls points that turn behind the camera infinitely wrong', () => {
    const half = Float64Array.of(-1, 0, 0, 0, 1, 0, 0, 0, -1);
    expect(rotationErrors(half, Float64Array.of(0, 0), Float64Array.of(0, 0), Uint32Array.of(0))[0]).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
