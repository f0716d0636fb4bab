import { BASE_PARAMETER_COUNT, type BundleProblem, type BundleState, stateOf, storeState } from './bundle-problem.js';
import { forEachPrior } from './camera-priors.js';
import { squaredReprojectionError } from './linearize-observation.js';
import { ReducedCameraSystem } from './reduced-camera-system.js';
import { lossValue, type RobustLoss } from './robust-loss.js';
import { REDUCED_SOLVER_DEFAULTS, type ReducedSolverOptions, solveReducedSystem } from './solve-reduced-system.js';

export interface BundleAdjustmentOptions extends ReducedSolverOptions {
  readonly loss: RobustLoss;
  readonly maxIterations: number;
  /** Stops when an accepted step lowers the cost by less than this share. */
  readonly functionTolerance: number;
  readonly initialLambda: number;
}

export const BUNDLE_ADJUSTMENT_DEFAULTS: BundleAdjustmentOptions = {
  ...REDUCED_SOLVER_DEFAULTS,
  loss: { kind: 'soft-l1', scalePx: 1 },
  maxIterations: 50,
  functionTolerance: 1e-6,
  initialLambda: 1e-4,
};

export interface BundleSummary {
  /** Half the sum of losses and squared priors. */
  readonly initialCost: number;
  readonly finalCost: number;
  /** Linear systems solved, rejected steps included. */
  readonly iterations: number;
  /** `converged`: the last step changed little, or none lowers the cost; `max-iterations` otherwise. */
  readonly termination: 'converged' | 'max-iterations';
}

/** Damping beyond which no step is tried any more. */
const MAX_LAMBDA = 1e12;
const MIN_LAMBDA = 1e-12;

/**
 * Minimizes the robust reprojection error over poses, intrinsics and points, in place.
 *
 * Levenberg-Marquardt: 1. linearize and eliminate the points (Schur complement), 2. solve for the cameras, 3. for the points,
 * 4. accept the step if it lowers the cost, and adapt the damping to how well the linear model predicted that (Nielsen,
 * Damping parameter in Marquardt's method, 1999).
 *
 * @param signal aborts between iterations
 */
export function adjustBundle(
  problem: BundleProblem,
  options: BundleAdjustmentOptions = BUNDLE_ADJUSTMENT_DEFAULTS,
  signal?: AbortSignal,
): BundleSummary {
  const system = new ReducedCameraSystem(problem, options.loss);
  let state = stateOf(problem);
  let trial = stateOf(problem);
  const pointStep = new Float64Array(state.points.length);
  const initialCost = costOf(problem, state, options.loss);
  let cost = initialCost;
  let lambda = options.initialLambda;
  let growth = 2;
  let iterations = 0;
  let termination: BundleSummary['termination'] = 'max-iterations';
  while (iterations < options.maxIterations) {
    signal?.throwIfAborted();
    iterations++;
    system.build(state, lambda);
    const cameraStep = solveReducedSystem(system, options);
    let gain = Number.NEGATIVE_INFINITY;
    let trialCost = Number.POSITIVE_INFINITY;
    if (cameraStep !== undefined) {
      const predicted = system.backSubstitute(state, lambda, cameraStep, pointStep);
      if (predicted <= options.functionTolerance * 1e-3 * cost) {
        termination = 'converged';
        break;
      }
      step(problem, system, state, cameraStep, pointStep, trial);
      trialCost = costOf(problem, trial, options.loss);
      gain = (cost - trialCost) / predicted;
    }
    if (gain > 0) {
      const decrease = cost - trialCost;
      [state, trial] = [trial, state];
      cost = trialCost;
      lambda = Math.max(MIN_LAMBDA, lambda * Math.max(1 / 3, 1 - (2 * gain - 1) ** 3));
      growth = 2;
      if (decrease > options.functionTolerance * cost) continue;
      termination = 'converged';
      break;
    }
    lambda = Math.max(lambda, 1e-9) * growth;
    growth *= 2;
    if (lambda > MAX_LAMBDA) {
      termination = 'converged';
      break;
    }
  }
  storeState(problem, state);
  return { initialCost, finalCost: cost, iterations, termination };
}

/** Half the sum of losses of all observations, and of the squared priors. */
function costOf(problem: BundleProblem, state: BundleState, loss: RobustLoss): number {
  const { pointOffsets, observationImages, observationPixels, imageCameras } = problem;
  let cost = 0;
  for (let point = 0; point + 1 < pointOffsets.length; point++) {
    for (let o = pointOffsets[point]!; o < pointOffsets[point + 1]!; o++) {
      const image = observationImages[o]!;
      const u = observationPixels[o * 2]!;
      const v = observationPixels[o * 2 + 1]!;
      const lensAt = imageCameras[image]! * BASE_PARAMETER_COUNT;
      cost += lossValue(loss, squaredReprojectionError(state, image, lensAt, point, u, v));
    }
  }
  forEachPrior(problem, state, (_camera, _unknown, weight, offset) => {
    cost += weight * offset * offset;
  });
  return 0.5 * cost;
}

/** Writes state + step to `trial`. */
function step(
  problem: BundleProblem,
  { structure }: ReducedCameraSystem,
  state: BundleState,
  cameraStep: Float64Array,
  pointStep: Float64Array,
  trial: BundleState,
): void {
  for (let i = 0; i < pointStep.length; i++) trial.points[i] = state.points[i]! + pointStep[i]!;
  trial.rotations.set(state.rotations);
  trial.translations.set(state.translations);
  trial.intrinsics.set(state.intrinsics);
  for (let image = 0; image < problem.imageCameras.length; image++) {
    const block = structure.imageBlocks[image]!;
    if (block < 0) continue;
    const c = structure.blockOffsets[block]!;
    rotate(state.rotations, image * 9, cameraStep, c, trial.rotations);
    for (let i = 0; i < 3; i++) trial.translations[image * 3 + i]! += cameraStep[c + 3 + i]!;
  }
  for (let camera = 0; camera < problem.cameras.length; camera++) {
    const block = structure.cameraBlocks[camera]!;
    if (block < 0) continue;
    for (let i = 0; i < structure.freeCounts[camera]!; i++) {
      for (let k = 0; k < 2; k++) {
        const column = structure.freeColumns[(camera * BASE_PARAMETER_COUNT + i) * 2 + k]!;
        if (column < 0) continue;
        trial.intrinsics[camera * BASE_PARAMETER_COUNT + column]! += cameraStep[structure.blockOffsets[block]! + i]!;
      }
    }
  }
}

/** out = exp(omega) R by the quaternion of omega, so that the product stays a rotation to rounding. */
function rotate(R: Float64Array, r: number, steps: Float64Array, at: number, out: Float64Array): void {
  const omega0 = steps[at]!;
  const omega1 = steps[at + 1]!;
  const omega2 = steps[at + 2]!;
  const angle = Math.hypot(omega0, omega1, omega2);
  const w = Math.cos(angle / 2);
  const scale = angle < 1e-9 ? 0.5 : Math.sin(angle / 2) / angle;
  const x = omega0 * scale;
  const y = omega1 * scale;
  const z = omega2 * scale;
  const norm = 2 / (w * w + x * x + y * y + z * z);
  for (let column = 0; column < 3; column++) {
    const a = R[r + column]!;
    const b = R[r + 3 + column]!;
    const c = R[r + 6 + column]!;
    out[r + column] = a - norm * ((y * y + z * z) * a - (x * y - w * z) * b - (x * z + w * y) * c);
    out[r + 3 + column] = b - norm * ((x * x + z * z) * b - (x * y + w * z) * a - (y * z - w * x) * c);
    out[r + 6 + column] = c - norm * ((x * x + y * y) * c - (x * z - w * y) * a - (y * z + w * x) * b);
  }
}
