import { describe, expect, it } from 'vitest';
import { lensFromParameters, project } from '#main/geometry/camera-projection.js';
import { estimateAbsolutePose } from '#main/geometry/estimate-absolute-pose.js';
import { P3P_MAX_SOLUTIONS, solveP3p } from '#main/geometry/p3p.js';
import { Random } from '#main/geometry/random.js';
import { refineAbsolutePose } from '#main/geometry/refine-absolute-pose.js';
import { transformPoint } from '#main/geometry/rigid-transform.js';
import { angleBetweenRotations, rotationFromAxisAngle } from '#main/geometry/rotation.js';
import { multiply3, normalize3 } from '#main/linalg/matrix3.js';
import { maxDifference, randomArray, randomRotation } from './random-geometry.js';

/** Points in front of a random camera, depth 2 to 6, within about 60 degrees of view. */
function scene(random: Random, count: number) {
  const camFromWorld = { R: randomRotation(random), t: randomArray(random, 3, 5) };
  const pointsInCam = new Float64Array(count * 3);
  const points = new Float64Array(count * 3);
  for (let i = 0; i < count; i++) {
    const z = 2 + 4 * random.uniform();
    const inCam = Float64Array.of(z * (random.uniform() - 0.5), z * (random.uniform() - 0.5), z);
    pointsInCam.set(inCam, i * 3);
    const shifted = inCam.map((x, k) => x - Number(camFromWorld.t[k]));
    for (let k = 0; k < 3; k++) {
      for (let row = 0; row < 3; row++) {
        points[i * 3 + k] = Number(points[i * 3 + k]) + Number(camFromWorld.R[row * 3 + k]) * Number(shifted[row]);
      }
    }
  }
  return { camFromWorld, pointsInCam, points };
}

describe('solveP3p', () => {
  it('contains the true pose to 1e-9 in 1000 random scenes, and every solution explains the points, seed 1', () => {
    const random = new Random(1);
    const poses = new Float64Array(12 * P3P_MAX_SOLUTIONS);
    let solutions = 0;
    const errors: number[] = [];
    for (let trial = 0; trial < 1000; trial++) {
      const { camFromWorld, pointsInCam, points } = scene(random, 3);
      const rays = new Float64Array(9);
      for (let i = 0; i < 3; i++) rays.set(normalize3(pointsInCam.slice(i * 3, i * 3 + 3)), i * 3);
      const count = solveP3p(rays, points, poses);
      solutions += count;
      let best = Number.POSITIVE_INFINITY;
      for (let k = 0; k < count; k++) {
        const R = poses.slice(k * 12, k * 12 + 9);
        const t = poses.slice(k * 12 + 9, k * 12 + 12);
        best = Math.min(best, Math.max(maxDifference(R, camFromWorld.R), maxDifference(t, camFromWorld.t)));
        for (let i = 0; i < 3; i++) {
          const ray = normalize3(transformPoint({ R, t }, points.slice(i * 3, i * 3 + 3)));
          expect(maxDifference(ray, rays.slice(i * 3, i * 3 + 3))).toBeLessThan(1e-6);
        }
      }
      errors.push(best);
    }
    errors.sort((a, b) => a - b);
    expect(errors[500]).toBeLessThan(1e-12);
    // Near double solutions lose half of the digits.
    expect(errors[990]).toBeLessThan(1e-9);
    expect(errors.filter((error) => error > 1e-5).length).toBe(0);
    expect(solutions / 1000).toBeLessThan(2.5);
  });

  it('returns nothing for collinear points', () => {
    const rays = new Float64Array(9);
    const points = Float64Array.of(0, 0, 5, 1, 0, 5, 2, 0, 5);
    for (let i = 0; i < 3; i++) rays.set(normalize3(points.slice(i * 3, i * 3 + 3)), i * 3);
    expect(solveP3p(rays, points, new Float64Array(48))).toBe(0);
  });
});

describe('refineAbsolutePose', () => {
  const lens = lensFromParameters('RADIAL', [1000, 600, 400, -0.1, 0.02]);
  function photographed(random: Random, count: number, noisePx: number) {
    const { camFromWorld, pointsInCam, points } = scene(random, count);
    const pixels = new Float64Array(count * 2);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = pointsInCam.slice(i * 3, i * 3 + 3) as unknown as [number, number, number];
      project(lens, 0, x, y, z, pixels, i * 2);
    }
    return { camFromWorld, points, pixels: pixels.map((x) => x + noisePx * random.gaussian()) };
  }
  const disturbed = ({ R, t }: { R: Float64Array; t: Float64Array }) => ({
    R: multiply3(rotationFromAxisAngle(0.05, -0.03, 0.04), R),
    t: t.map((x, i) => x + 0.1 * (i - 1)),
  });

  it('returns to the true pose of exact data, seed 2', () => {
    const { camFromWorld, points, pixels } = photographed(new Random(2), 20, 0);
    const refined = refineAbsolutePose(pixels, points, lens, disturbed(camFromWorld));
    expect(maxDifference(refined.camFromWorld.R, camFromWorld.R)).toBeLessThan(1e-9);
    expect(maxDifference(refined.camFromWorld.t, camFromWorld.t)).toBeLessThan(1e-9);
    expect(refined.rmsPx).toBeLessThan(1e-6);
  });

  it('finds the focal length too, seed 3', () => {
    const { camFromWorld, points, pixels } = photographed(new Random(3), 40, 0);
    const wrong = lens.slice();
    wrong[0] = wrong[1] = 1200;
    const refined = refineAbsolutePose(pixels, points, wrong, disturbed(camFromWorld), {
      refineFocal: true,
      maxIterations: 60,
    });
    expect(Number(refined.lens[0])).toBeCloseTo(1000, 5);
    expect(maxDifference(refined.camFromWorld.t, camFromWorld.t)).toBeLessThan(1e-7);
  });

  it('withstands a tenth of outliers with a robust loss, seed 4', () => {
    const { camFromWorld, points, pixels } = photographed(new Random(4), 100, 0.5);
    for (let i = 0; i < 10; i++) pixels[i * 20] = Number(pixels[i * 20]) + 200;
    const refined = refineAbsolutePose(pixels, points, lens, disturbed(camFromWorld), { lossScalePx: 1 });
    // 0.5 px over 1000 px focal and 90 points: about 1e-4 rad; ten times that is not noise.
    expect(angleBetweenRotations(refined.camFromWorld.R, camFromWorld.R)).toBeLessThan(1e-3);
  });
});

describe('estimateAbsolutePose', () => {
  const lens = lensFromParameters('RADIAL', [1000, 600, 400, -0.1, 0.02]);

  function contaminated(seed: number, count: number, outlierShare: number, noisePx: number) {
    const random = new Random(seed);
    const { camFromWorld, pointsInCam, points } = scene(random, count);
    const pixels = new Float64Array(count * 2);
    const isOutlier = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = pointsInCam.slice(i * 3, i * 3 + 3) as unknown as [number, number, number];
      project(lens, 0, x, y, z, pixels, i * 2);
      isOutlier[i] = i < outlierShare * count ? 1 : 0;
      for (let k = 0; k < 2; k++) {
        pixels[i * 2 + k] = isOutlier[i]
          ? 1000 * random.uniform()
          : Number(pixels[i * 2 + k]) + noisePx * random.gaussian();
      }
    }
    return { camFromWorld, points, pixels, isOutlier };
  }

  it.each([
    [0.3, 5],
    [0.6, 6],
    [0.8, 7],
  ])('finds pose and inliers at an outlier share of %d, seed %i', (share, seed) => {
    const { camFromWorld, points, pixels, isOutlier } = contaminated(seed, 300, share, 0.5);
    const pose = estimateAbsolutePose(pixels, points, lens, { maxReprojectionErrorPx: 3 }, new Random(seed));
    expect(angleBetweenRotations(pose?.camFromWorld.R ?? new Float64Array(9), camFromWorld.R)).toBeLessThan(1e-3);
    const wrong = [...(pose?.inliers ?? [])].filter((i) => isOutlier[i]);
    // 3 px is 6 sigma; a random pixel is within 3 px with probability 3e-5.
    expect(wrong.length).toBeLessThanOrEqual(1);
    expect(Number(pose?.inliers.length) - wrong.length).toBe(300 - share * 300);
    expect(Number(pose?.rmsPx)).toBeLessThan(0.5 * 1.6);
  });

  it('finds the focal length among factors, seed 8', () => {
    const { points, pixels } = contaminated(8, 200, 0.3, 0.2);
    const wrong = lens.map((x, i) => (i < 2 ? 1.7 * x : x));
    const options = { maxReprojectionErrorPx: 4, focalFactors: [0.5, 0.6, 0.7, 0.85, 1, 1.2, 1.4] };
    const pose = estimateAbsolutePose(pixels, points, wrong, options, new Random(8));
    expect(Math.abs(Number(pose?.lens[0]) - 1000)).toBeLessThan(5);
    expect(pose?.inliers.length).toBe(140);
  });

  it('is the same for the same seed', () => {
    const { points, pixels } = contaminated(9, 100, 0.5, 0.5);
    const run = () => estimateAbsolutePose(pixels, points, lens, {}, new Random(9));
    expect(run()).toEqual(run());
  });

  it('has no answer for collinear points and for fewer than four', () => {
    const { points, pixels } = contaminated(10, 30, 0, 0);
    const collinear = points.map((_, i) => (i % 3 === 0 ? i : 1));
    expect(estimateAbsolutePose(pixels, collinear, lens, { maxIterations: 50 }, new Random(10))).toBeUndefined();
    expect(estimateAbsolutePose(pixels.slice(0, 6), points.slice(0, 9), lens, {}, new Random(10))).toBeUndefined();
  });
});
