import { describe, expect, it } from 'vitest';
import { solveEightPoint } from '#main/geometry/eight-point.js';
import {
  countInFront,
  essentialFromPose,
  poseFromEssential,
  posesFromEssential,
  rayAngles,
} from '#main/geometry/essential.js';
import { FIVE_POINT_MAX_SOLUTIONS, solveFivePoint } from '#main/geometry/five-point.js';
import { fitHomography, solveHomography, transferErrors } from '#main/geometry/homography.js';
import { posesFromHomography } from '#main/geometry/homography-poses.js';
import { Random } from '#main/geometry/random.js';
import { refineRelativePose } from '#main/geometry/refine-relative-pose.js';
import { angleBetweenRotations, rotationFromAxisAngle } from '#main/geometry/rotation.js';
import { SEVEN_POINT_MAX_SOLUTIONS, solveSevenPoint } from '#main/geometry/seven-point.js';
import { determinant3, multiply3, transpose3 } from '#main/linalg/matrix3.js';
import { maxDifference } from './random-geometry.js';
import { angleBetween, twoViewScene } from './two-view-scene.js';

const firstOf = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

/** Distance of two matrices up to scale and sign. */
function distanceUpToScale(A: Float64Array, B: Float64Array): number {
  const unit = (M: Float64Array) => M.map((x) => x / Math.hypot(...M));
  const [a, b] = [unit(A), unit(B)];
  return Math.min(
    maxDifference(a, b),
    maxDifference(
      a,
      b.map((x) => -x),
    ),
  );
}

/** Largest |x2^T M x1| over the first `count` points. */
function largestResidual(M: Float64Array, x1: Float64Array, x2: Float64Array, count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const a = [Number(x1[i * 2]), Number(x1[i * 2 + 1]), 1];
    const b = [Number(x2[i * 2]), Number(x2[i * 2 + 1]), 1];
    let sum = 0;
    for (let r = 0; r < 3; r++) for (let c = 0; c < 3; c++) sum += Number(b[r]) * Number(M[r * 3 + c]) * Number(a[c]);
    largest = Math.max(largest, Math.abs(sum) / Math.hypot(...M));
  }
  return largest;
}

describe('solveFivePoint', () => {
  it.each(['cloud', 'plane'] as const)('contains the true essential matrix in 300 scenes: %s, seed 1', (shape) => {
    const random = new Random(1);
    const models = new Float64Array(9 * FIVE_POINT_MAX_SOLUTIONS);
    const errors: number[] = [];
    for (let trial = 0; trial < 300; trial++) {
      const { cam2FromCam1, x1, x2 } = twoViewScene(random, { count: 5, shape });
      const truth = essentialFromPose(cam2FromCam1);
      const count = solveFivePoint(x1, x2, firstOf(5), models);
      let best = Number.POSITIVE_INFINITY;
      for (let k = 0; k < count; k++) best = Math.min(best, distanceUpToScale(models.slice(k * 9, k * 9 + 9), truth));
      errors.push(best);
    }
    errors.sort((a, b) => a - b);
    expect(errors[150]).toBeLessThan(1e-11);
    // Near double roots lose half of the digits.
    expect(errors[290]).toBeLessThan(1e-6);
    expect(errors.filter((error) => error > 1e-3).length).toBeLessThanOrEqual(2);
  });

  it('returns matrices that satisfy the epipolar and the essential constraints, seed 2', () => {
    const random = new Random(2);
    const models = new Float64Array(9 * FIVE_POINT_MAX_SOLUTIONS);
    const violations: number[] = [];
    for (let trial = 0; trial < 100; trial++) {
      const { x1, x2 } = twoViewScene(random, { count: 5 });
      const count = solveFivePoint(x1, x2, firstOf(5), models);
      expect(count).toBeGreaterThan(0);
      for (let k = 0; k < count; k++) {
        const E = models.slice(k * 9, k * 9 + 9);
        expect(largestResidual(E, x1, x2, 5)).toBeLessThan(1e-10);
        const EEt = multiply3(E, transpose3(E));
        const trace = Number(EEt[0]) + Number(EEt[4]) + Number(EEt[8]);
        const left = multiply3(EEt, E);
        violations.push(
          maxDifference(
            left,
            E.map((x) => 0.5 * trace * x),
          ),
          Math.abs(determinant3(E)),
        );
      }
    }
    violations.sort((a, b) => a - b);
    expect(violations[Math.floor(0.5 * violations.length)]).toBeLessThan(1e-10);
    expect(violations[Math.floor(0.97 * violations.length)]).toBeLessThan(1e-6);
  });
});

describe('solveSevenPoint', () => {
  it('contains the true matrix, and all matrices are singular and pass through the points, seed 3', () => {
    const random = new Random(3);
    const models = new Float64Array(9 * SEVEN_POINT_MAX_SOLUTIONS);
    const errors: number[] = [];
    for (let trial = 0; trial < 200; trial++) {
      const { cam2FromCam1, x1, x2 } = twoViewScene(random, { count: 7 });
      const count = solveSevenPoint(x1, x2, firstOf(7), models);
      let best = Number.POSITIVE_INFINITY;
      for (let k = 0; k < count; k++) {
        const F = models.slice(k * 9, k * 9 + 9);
        expect(largestResidual(F, x1, x2, 7)).toBeLessThan(1e-9);
        expect(Math.abs(determinant3(F)) / Math.hypot(...F) ** 3).toBeLessThan(1e-9);
        best = Math.min(best, distanceUpToScale(F, essentialFromPose(cam2FromCam1)));
      }
      errors.push(best);
    }
    errors.sort((a, b) => a - b);
    expect(errors[100]).toBeLessThan(1e-11);
    expect(errors[195]).toBeLessThan(1e-6);
  });
});

describe('solveEightPoint', () => {
  it('is exact on exact data, seed 4', () => {
    const { cam2FromCam1, x1, x2 } = twoViewScene(new Random(4), { count: 30 });
    const F = solveEightPoint(x1, x2, firstOf(30));
    expect(distanceUpToScale(F ?? new Float64Array(9), essentialFromPose(cam2FromCam1))).toBeLessThan(1e-9);
  });

  it('has no answer for points of a plane and for pure rotation, seed 5', () => {
    const plane = twoViewScene(new Random(5), { count: 30, shape: 'plane' });
    expect(solveEightPoint(plane.x1, plane.x2, firstOf(30))).toBeUndefined();
    const turned = twoViewScene(new Random(5), { count: 30, baseline: 0 });
    expect(solveEightPoint(turned.x1, turned.x2, firstOf(30))).toBeUndefined();
  });
});

describe('essential matrices', () => {
  const { cam2FromCam1, x1, x2 } = twoViewScene(new Random(6), { count: 40 });
  const E = essentialFromPose(cam2FromCam1);

  it('have four poses with the same matrix up to sign, seed 6', () => {
    for (const pose of posesFromEssential(E)) {
      expect(determinant3(pose.R)).toBeCloseTo(1, 12);
      expect(distanceUpToScale(essentialFromPose(pose), E)).toBeLessThan(1e-12);
    }
  });

  it('have one pose with all points in front, seed 6', () => {
    const found = poseFromEssential(E, x1, x2, firstOf(40));
    expect(maxDifference(found.R, cam2FromCam1.R)).toBeLessThan(1e-12);
    expect(maxDifference(found.t, cam2FromCam1.t)).toBeLessThan(1e-12);
    const counts = posesFromEssential(E).map((pose) => countInFront(pose, x1, x2, firstOf(40)));
    expect(counts.filter((count) => count === 40).length).toBe(1);
    expect(counts.filter((count) => count > 5).length).toBe(1);
  });

  it('give the angles between rays; none without a baseline, seed 6', () => {
    const angles = rayAngles(cam2FromCam1.R, x1, x2, firstOf(40));
    // Baseline 2 at depths 4 to 8.
    expect(Math.min(...angles)).toBeGreaterThan(0.15);
    expect(Math.max(...angles)).toBeLessThan(0.6);
    const turned = twoViewScene(new Random(6), { count: 40, baseline: 0 });
    expect(Math.max(...rayAngles(turned.cam2FromCam1.R, turned.x1, turned.x2, firstOf(40)))).toBeLessThan(1e-9);
  });
});

describe('refineRelativePose', () => {
  const disturb = rotationFromAxisAngle(0.02, -0.03, 0.02);

  it.each(['cloud', 'plane'] as const)('returns to the true pose of exact data: %s, seed 7', (shape) => {
    const { cam2FromCam1, x1, x2 } = twoViewScene(new Random(7), { count: 50, shape });
    const start = { R: multiply3(disturb, cam2FromCam1.R), t: cam2FromCam1.t.map((x, i) => x + 0.05 * i) };
    const found = refineRelativePose(x1, x2, firstOf(50), start, 0.01, 50);
    expect(maxDifference(found.R, cam2FromCam1.R)).toBeLessThan(1e-9);
    expect(maxDifference(found.t, cam2FromCam1.t)).toBeLessThan(1e-9);
  });

  it('stays within the bound of the noise, seed 8', () => {
    // 0.5 px at focal 1000 over 200 points, angles of some 0.3 rad: errors of about 1e-4 rad; ten times that is not noise.
    const { cam2FromCam1, x1, x2 } = twoViewScene(new Random(8), { count: 200, noise: 5e-4 });
    const start = { R: multiply3(disturb, cam2FromCam1.R), t: cam2FromCam1.t.map((x, i) => x + 0.05 * i) };
    const found = refineRelativePose(x1, x2, firstOf(200), start, 0.002, 50);
    expect(angleBetweenRotations(found.R, cam2FromCam1.R)).toBeLessThan(1e-3);
    expect(angleBetween(found.t, cam2FromCam1.t)).toBeLessThan(5e-3);
  });
});

describe('homographies', () => {
  const { x1, x2 } = twoViewScene(new Random(9), { count: 30, shape: 'plane' });
  const errors = new Float64Array(30);

  it('of four points of a plane map all of its points, seed 9', () => {
    const H = new Float64Array(9);
    expect(solveHomography(x1, x2, firstOf(4), H)).toBe(1);
    transferErrors(H, 0, x1, x2, firstOf(30), 0, 30, errors);
    expect(Math.max(...errors)).toBeLessThan(1e-18);
  });

  it('fitted to all points map them, also without a baseline, seed 10', () => {
    const turned = twoViewScene(new Random(10), { count: 30, baseline: 0 });
    for (const view of [{ x1, x2 }, turned]) {
      const H = fitHomography(view.x1, view.x2, firstOf(30)) ?? new Float64Array(9);
      transferErrors(H, 0, view.x1, view.x2, firstOf(30), 0, 30, errors);
      expect(Math.max(...errors)).toBeLessThan(1e-18);
    }
  });

  it('are not determined by three collinear points', () => {
    const line = Float64Array.of(0, 0, 1, 1, 2, 2, 0, 1);
    expect(solveHomography(line, line, firstOf(4), new Float64Array(9))).toBe(0);
    expect(fitHomography(line, line, firstOf(4))).toBeUndefined();
  });
});

describe('posesFromHomography', () => {
  it('contains the true pose of planes, and all poses explain the points, seed 11', () => {
    const random = new Random(11);
    for (let trial = 0; trial < 50; trial++) {
      const turn = [random.uniform() - 0.5, random.uniform() - 0.5, random.uniform() - 0.5] as const;
      const options = { count: 20, shape: 'plane', baseline: 0.2 + random.uniform(), turn } as const;
      const { cam2FromCam1, x1, x2 } = twoViewScene(random, options);
      const H = fitHomography(x1, x2, firstOf(20)) ?? new Float64Array(9);
      const poses = posesFromHomography(H);
      expect(poses.length).toBe(4);
      const errors = poses.map(({ R, t }) =>
        Math.max(maxDifference(R, cam2FromCam1.R), maxDifference(t, cam2FromCam1.t)),
      );
      expect(Math.min(...errors)).toBeLessThan(1e-7);
      for (const pose of poses) expect(largestResidual(essentialFromPose(pose), x1, x2, 20)).toBeLessThan(1e-8);
    }
  });

  it('has no pose for a rotation', () => {
    expect(posesFromHomography(rotationFromAxisAngle(0.3, 0.2, -0.1))).toEqual([]);
  });
});
