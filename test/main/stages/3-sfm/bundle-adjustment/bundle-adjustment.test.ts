import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { factorCholesky, solveCholesky } from '#main/linalg/cholesky.js';
import { adjustBundle, BUNDLE_ADJUSTMENT_DEFAULTS } from '#main/stages/3-sfm/bundle-adjustment/bundle-adjustment.js';
import { type BundleProblem, stateOf, storeState } from '#main/stages/3-sfm/bundle-adjustment/bundle-problem.js';
import { Linearization } from '#main/stages/3-sfm/bundle-adjustment/linearize-observation.js';
import { ReducedCameraSystem } from '#main/stages/3-sfm/bundle-adjustment/reduced-camera-system.js';
import { lossValue, lossWeight, type RobustLoss } from '#main/stages/3-sfm/bundle-adjustment/robust-loss.js';
import { solveReducedSystem } from '#main/stages/3-sfm/bundle-adjustment/solve-reduced-system.js';
import { copyProblem, disturb, fixGauge, perturbRotation, ringScene } from './ring-scene.js';

const SQUARED: RobustLoss = { kind: 'squared', scalePx: 1 };
const EXACT = { ...BUNDLE_ADJUSTMENT_DEFAULTS, loss: SQUARED, functionTolerance: 1e-14, maxIterations: 100 };
const scene = (overrides: Partial<Parameters<typeof ringScene>[0]> = {}) =>
  ringScene({
    seed: 1,
    imageCount: 12,
    pointCount: 200,
    trackLength: 5,
    noisePx: 0,
    models: ['RADIAL'],
    ...overrides,
  });

const maxDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);

describe('Linearization', () => {
  it('agrees with numeric derivatives of the projection for the full OPENCV model (seed 1)', () => {
    const problem = scene({ models: ['OPENCV'] });
    const state = stateOf(problem);
    const at = new Linearization();
    const residualAt = (change: (copy: ReturnType<typeof stateOf>) => void) => {
      const copy = stateOf(problem);
      change(copy);
      const other = new Linearization();
      expect(other.compute(copy, 2, 0, 7, 10, 20)).toBe(true);
      return other.residual;
    };
    const expectColumn = (
      J: Float64Array,
      columns: number,
      column: number,
      h: number,
      change: (copy: ReturnType<typeof stateOf>, h: number) => void,
    ) => {
      const plus = residualAt((copy) => change(copy, h));
      const minus = residualAt((copy) => change(copy, -h));
      for (let row = 0; row < 2; row++) {
        const numeric = (plus[row]! - minus[row]!) / (2 * h);
        expect(J[row * columns + column]! / Math.max(1, Math.abs(numeric))).toBeCloseTo(
          numeric / Math.max(1, Math.abs(numeric)),
          6,
        );
      }
    };
    expect(at.compute(state, 2, 0, 7, 10, 20)).toBe(true);
    for (let i = 0; i < 3; i++) {
      expectColumn(at.point, 3, i, 1e-5, (copy, h) => {
        copy.points[7 * 3 + i]! += h;
      });
      expectColumn(at.pose, 6, i, 1e-6, (copy, h) => {
        perturbRotation(copy.rotations, 2, [i === 0 ? h : 0, i === 1 ? h : 0, i === 2 ? h : 0]);
      });
      expectColumn(at.pose, 6, 3 + i, 1e-5, (copy, h) => {
        copy.translations[2 * 3 + i]! += h;
      });
    }
    for (let i = 0; i < 8; i++) {
      expectColumn(at.intrinsics, 8, i, i < 4 ? 1e-3 : 1e-5, (copy, h) => {
        copy.intrinsics[i]! += h;
      });
    }
  });

  it('refuses points behind the camera', () => {
    const problem = scene();
    problem.translations[2] = -10;
    expect(new Linearization().compute(stateOf(problem), 0, 0, 0, 0, 0)).toBe(false);
  });
});

describe('robust losses', () => {
  it.each(['squared', 'huber', 'soft-l1', 'cauchy'] as const)(
    '%s: the weight is the derivative of the loss',
    (kind) => {
      const loss = { kind, scalePx: 1.5 };
      expect(lossValue(loss, 0)).toBe(0);
      expect(lossWeight(loss, 0)).toBe(1);
      for (const s of [0.1, 1, 2.2, 2.3, 40]) {
        const numeric = (lossValue(loss, s + 1e-5) - lossValue(loss, s - 1e-5)) / 2e-5;
        expect(lossWeight(loss, s)).toBeCloseTo(numeric, 6);
      }
    },
  );
});

describe('dense Cholesky', () => {
  it('solves a random positive definite system of 37 unknowns (seed 5)', () => {
    const n = 37;
    const random = new Random(5);
    const B = Float64Array.from({ length: n * n }, () => random.gaussian());
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) A[i * n + j]! += B[i * n + k]! * B[j * n + k]!;
    }
    const x = Float64Array.from({ length: n }, () => random.gaussian());
    const b = x.map((_, i) => x.reduce((sum, value, j) => sum + A[i * n + j]! * value, 0));
    expect(factorCholesky(A, n)).toBe(true);
    solveCholesky(A, n, b);
    expect(maxDifference(b, x)).toBeLessThan(1e-9);
  });

  it('refuses an indefinite matrix', () => {
    expect(factorCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
  });
});

/** The whole damped step by dense normal equations of all unknowns, without Schur complement. */
function denseStep(problem: BundleProblem, system: ReducedCameraSystem, lambda: number): Float64Array {
  const state = stateOf(problem);
  const { structure } = system;
  const cameraUnknowns = structure.unknownCount;
  const n = cameraUnknowns + problem.points.length;
  const H = new Float64Array(n * n);
  const g = new Float64Array(n);
  const at = new Linearization();
  for (let point = 0; point + 1 < problem.pointOffsets.length; point++) {
    for (let o = problem.pointOffsets[point]!; o < problem.pointOffsets[point + 1]!; o++) {
      const image = problem.observationImages[o]!;
      const camera = problem.imageCameras[image]!;
      at.compute(state, image, camera, point, problem.observationPixels[o * 2]!, problem.observationPixels[o * 2 + 1]!);
      const J = [new Float64Array(n), new Float64Array(n)];
      const pose = structure.blockOffsets[structure.imageBlocks[image]!]!;
      const intrinsics = structure.blockOffsets[structure.cameraBlocks[camera]!]!;
      J.forEach((row, r) => {
        for (let i = 0; i < 6; i++) row[pose + i] = problem.fixedPoses[image * 6 + i] ? 0 : at.pose[r * 6 + i]!;
        const K = at.intrinsics.subarray(r * 8, r * 8 + 8);
        row.set([K[0]! + K[1]!, K[2]!, K[3]!, K[4]!, K[5]!], intrinsics); // RADIAL
        row.set(at.point.subarray(r * 3, r * 3 + 3), cameraUnknowns + point * 3);
        for (let i = 0; i < n; i++) {
          if (row[i] === 0) continue;
          g[i]! += row[i]! * at.residual[r]!;
          for (let j = 0; j < n; j++) H[i * n + j]! += row[i]! * row[j]!;
        }
      });
    }
  }
  for (let i = 0; i < n; i++) H[i * n + i] = H[i * n + i] === 0 ? 1 : H[i * n + i]! * (1 + lambda);
  expect(factorCholesky(H, n)).toBe(true);
  const step = g.map((value) => -value);
  solveCholesky(H, n, step);
  return step;
}

describe('ReducedCameraSystem', () => {
  it('gives the step of the whole dense system, for two cameras and kept pose components (seed 1)', () => {
    const problem = scene({ imageCount: 6, pointCount: 30, trackLength: 4, models: ['RADIAL', 'RADIAL'] });
    problem.fixedPoses[4] = 1;
    problem.fixedPoses[17] = 1;
    disturb(problem, 2, 0.003);
    const lambda = 1e-2;
    const system = new ReducedCameraSystem(problem, SQUARED);
    system.build(stateOf(problem), lambda);
    const cameraStep = solveReducedSystem(system, EXACT)!;
    const pointStep = new Float64Array(problem.points.length);
    system.backSubstitute(stateOf(problem), lambda, cameraStep, pointStep);
    const expected = denseStep(problem, system, lambda);
    const scale = Math.max(...expected.map(Math.abs));
    expect(maxDifference([...cameraStep, ...pointStep], expected) / scale).toBeLessThan(1e-9);
  });

  it('has the same solution by conjugate gradients and by Cholesky (seed 3)', () => {
    const problem = scene({ imageCount: 40, pointCount: 800, noisePx: 1, seed: 3 });
    fixGauge(problem);
    disturb(problem, 4, 0.003);
    const system = new ReducedCameraSystem(problem, SQUARED);
    system.build(stateOf(problem), 1e-3);
    const direct = solveReducedSystem(system, EXACT)!;
    const iterative = solveReducedSystem(system, {
      maxDenseUnknowns: 0,
      maxConjugateGradientIterations: 2000,
      conjugateGradientTolerance: 1e-12,
    })!;
    expect(maxDifference(iterative, direct) / Math.max(...direct.map(Math.abs))).toBeLessThan(1e-7);
  });
});

describe('adjustBundle', () => {
  it.each(['SIMPLE_PINHOLE', 'PINHOLE', 'SIMPLE_RADIAL', 'RADIAL', 'OPENCV'] as const)(
    'recovers poses, points and all parameters of a %s camera from exact data (seed 1)',
    (model) => {
      const truth = scene({ models: [model] });
      fixGauge(truth);
      const problem = copyProblem(truth);
      disturb(problem, 2, 0.01);
      const summary = adjustBundle(problem, EXACT);
      expect(summary.finalCost).toBeLessThan(1e-12);
      expect(maxDifference(problem.rotations, truth.rotations)).toBeLessThan(1e-8);
      expect(maxDifference(problem.translations, truth.translations)).toBeLessThan(1e-7);
      expect(maxDifference(problem.points, truth.points)).toBeLessThan(1e-7);
      expect(maxDifference(problem.cameras[0]!.parameters, truth.cameras[0]!.parameters)).toBeLessThan(1e-4);
    },
  );

  it('keeps fixed poses, components, parameters and points', () => {
    const problem = { ...scene({ noisePx: 1 }), fixedPoints: new Uint8Array(200).fill(1, 0, 50) };
    problem.cameras.forEach((camera) => {
      Object.assign(camera, { free: [true, false, false, true, false] });
    });
    fixGauge(problem);
    const before = copyProblem(problem);
    disturb(problem, 2, 0.003);
    problem.points.set(before.points.subarray(0, 150));
    adjustBundle(problem);
    expect(problem.rotations.subarray(0, 9)).toEqual(before.rotations.subarray(0, 9));
    expect(problem.translations[6 * 3 + 2]).toBe(before.translations[6 * 3 + 2]);
    expect(problem.points.subarray(0, 150)).toEqual(before.points.subarray(0, 150));
    const changed = Array.from(
      problem.cameras[0]!.parameters,
      (value, i) => value !== before.cameras[0]!.parameters[i],
    );
    expect(changed).toEqual([true, false, false, true, false]);
  });

  it('reaches the noise level without a fixed gauge (seed 1)', () => {
    const problem = scene({ noisePx: 0.5, pointCount: 400 });
    disturb(problem, 2, 0.01);
    const { finalCost } = adjustBundle(problem, EXACT);
    const freedom = 400 * 5 * 2 - (400 * 3 + 12 * 6 + 5 - 7);
    const sigma = Math.sqrt((2 * finalCost) / freedom);
    expect(sigma).toBeGreaterThan(0.47);
    expect(sigma).toBeLessThan(0.53);
  });

  it('is not misled by 5 % gross errors under a robust loss (seed 1)', () => {
    const truth = scene({ pointCount: 400 });
    fixGauge(truth);
    const random = new Random(9);
    for (let o = 0; o < 2000; o += 20) truth.observationPixels[o * 2]! += 40 * random.gaussian();
    const problem = copyProblem(truth);
    disturb(problem, 2, 0.003);
    adjustBundle(problem, { ...EXACT, loss: { kind: 'cauchy', scalePx: 0.5 } });
    expect(maxDifference(problem.rotations, truth.rotations)).toBeLessThan(1e-4);
  });

  it('weighs a prior against the observations', () => {
    const problem = scene({ noisePx: 0.5, pointCount: 100 });
    const withPrior = (sigma: number) => {
      const copy = copyProblem(problem);
      const priors = [{ mean: 850, sigma }];
      const adjusted = { ...copy, cameras: [{ ...copy.cameras[0]!, priors }] };
      adjustBundle(adjusted, EXACT);
      return adjusted.cameras[0]!.parameters[0]!;
    };
    expect(Math.abs(withPrior(1e-3) - 850)).toBeLessThan(0.5);
    expect(Math.abs(withPrior(1e6) - 800)).toBeLessThan(5);
  });

  it('converges to the same result with conjugate gradients (seed 6)', () => {
    const problem = scene({ imageCount: 30, pointCount: 600, noisePx: 0.5, seed: 6 });
    fixGauge(problem);
    disturb(problem, 2, 0.003);
    const other = copyProblem(problem);
    const direct = adjustBundle(problem, EXACT);
    const iterative = adjustBundle(other, { ...EXACT, maxDenseUnknowns: 0 });
    expect(iterative.finalCost / direct.finalCost).toBeCloseTo(1, 6);
  });

  it('does nothing wrong without unknowns or observations', () => {
    const problem = scene({ pointCount: 0 });
    problem.fixedPoses.fill(1);
    Object.assign(problem.cameras[0]!, { free: [false, false, false, false, false] });
    expect(adjustBundle(problem)).toMatchObject({ initialCost: 0, finalCost: 0, termination: 'converged' });
    storeState(problem, stateOf(problem));
  });
});
