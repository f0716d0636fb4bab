import { describe, expect, it } from 'vitest';
import { estimateEssential } from '#main/geometry/estimate-essential.js';
import { estimateFundamental } from '#main/geometry/estimate-fundamental.js';
import { estimateHomography } from '#main/geometry/estimate-homography.js';
import { Random } from '#main/geometry/random.js';
import { angleBetweenRotations } from '#main/geometry/rotation.js';
import { angleBetween, toPixels, twoViewScene, withOutliers } from './two-view-scene.js';

const FOCAL = 1000;

describe.each([
  [0.2, 11],
  [0.5, 12],
  [0.7, 13],
])('with a share of %d of outliers and half a pixel of noise, seed %i', (share, seed) => {
  const random = new Random(seed);
  const count = 300;
  const outliers = Math.round(share * count);
  const trueInliers = count - outliers;

  it('estimateEssential finds pose and inliers', () => {
    const { cam2FromCam1, x1, x2 } = twoViewScene(random, { count, noise: 5e-4 });
    const found = estimateEssential(x1, withOutliers(x2, outliers, random, 0.5), { threshold: 2e-3 }, random);
    // About 3e-4 rad by noise; a tenth of wrong inliers, and the pose of the other sign, are far beyond the bounds.
    expect(angleBetweenRotations(found?.cam2FromCam1.R ?? new Float64Array(9), cam2FromCam1.R)).toBeLessThan(4e-3);
    expect(angleBetween(found?.cam2FromCam1.t ?? new Float64Array(3), cam2FromCam1.t)).toBeLessThan(2e-2);
    expect(found?.inliers.filter((i) => i >= outliers).length).toBeGreaterThan(0.97 * trueInliers);
    // A random point is within 2e-3 of its epipolar line with probability 4e-3 / 1 or so.
    expect(found?.inliers.filter((i) => i < outliers).length).toBeLessThan(0.03 * outliers + 3);
    expect(found?.inFrontShare).toBeGreaterThan(0.97);
  });

  it('estimateFundamental finds the inliers without intrinsics', () => {
    const { x1, x2 } = twoViewScene(random, { count, noise: 5e-4 });
    const pixels1 = toPixels(x1, FOCAL, 600, 400);
    const pixels2 = toPixels(withOutliers(x2, outliers, random, 0.5), FOCAL, 600, 400);
    const found = estimateFundamental(pixels1, pixels2, { threshold: 2, maxIterations: 30_000 }, random);
    expect(found?.inliers.filter((i) => i >= outliers).length).toBeGreaterThan(0.95 * trueInliers);
    expect(found?.inliers.filter((i) => i < outliers).length).toBeLessThan(0.04 * outliers + 4);
  });

  it('estimateHomography finds the inliers of a plane', () => {
    const { x1, x2 } = twoViewScene(random, { count, noise: 5e-4, shape: 'plane' });
    const pixels1 = toPixels(x1, FOCAL, 600, 400);
    const pixels2 = toPixels(withOutliers(x2, outliers, random, 0.5), FOCAL, 600, 400);
    const found = estimateHomography(pixels1, pixels2, { threshold: 3 }, random);
    expect(found?.inliers.filter((i) => i >= outliers).length).toBeGreaterThan(0.98 * trueInliers);
    expect(found?.inliers.filter((i) => i < outliers).length).toBeLessThanOrEqual(1);
  });
});

describe('degenerate scenes', () => {
  it('of a plane still have a relative pose, seed 14', () => {
    const random = new Random(14);
    const { cam2FromCam1, x1, x2 } = twoViewScene(random, { count: 200, noise: 3e-4, shape: 'plane' });
    const found = estimateEssential(x1, x2, { threshold: 2e-3 }, random);
    // The twofold ambiguity of a plane (Longuet-Higgins 1986) is resolved by points in front in most, not all, scenes.
    expect(angleBetweenRotations(found?.cam2FromCam1.R ?? new Float64Array(9), cam2FromCam1.R)).toBeLessThan(2e-2);
  });

  it('of pure rotation have the rotation, whatever the translation, seed 15', () => {
    const random = new Random(15);
    const { cam2FromCam1, x1, x2 } = twoViewScene(random, { count: 200, noise: 3e-4, baseline: 0, turn: [0, 0.3, 0] });
    const found = estimateEssential(x1, x2, { threshold: 2e-3 }, random);
    expect(angleBetweenRotations(found?.cam2FromCam1.R ?? new Float64Array(9), cam2FromCam1.R)).toBeLessThan(2e-2);
  });

  it('have no answer for too few points', () => {
    const { x1, x2 } = twoViewScene(new Random(16), { count: 4 });
    expect(estimateEssential(x1, x2, { threshold: 1e-3 }, new Random(16))).toBeUndefined();
    expect(estimateFundamental(x1, x2, { threshold: 1e-3 }, new Random(16))).toBeUndefined();
    expect(estimateHomography(x1, x2, { threshold: 1e-3 }, new Random(16))).toBeUndefined();
  });

  it('give the same result for the same seed', () => {
    const { x1, x2 } = twoViewScene(new Random(17), { count: 100, noise: 1e-3 });
    const run = () => estimateEssential(x1, x2, { threshold: 1e-3 }, new Random(18));
    expect(run()).toEqual(run());
  });
});
