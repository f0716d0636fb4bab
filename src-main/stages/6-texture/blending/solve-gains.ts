import { factorCholesky, solveCholesky } from '../../../linalg/cholesky.js';
import type { PatchObservations } from './patch-observations.js';

export interface SolveGainsOptions {
  /** Times that the robust weights are renewed. */
  readonly iterations: number;
  /** Log colours that differ from the consensus by more count less (Huber). */
  readonly robustLogStep: number;
  /** Pulls gains towards 1, in the weight of so many patches. */
  readonly priorPatches: number;
  /** Gains stay within 1 / maxGain .. maxGain. */
  readonly maxGain: number;
  /** Patches are thinned out until there are at most so many pairs of views that share one. */
  readonly maxPairs: number;
}

export const SOLVE_GAINS_DEFAULTS: SolveGainsOptions = {
  iterations: 5,
  robustLogStep: 0.1,
  priorPatches: 1,
  maxGain: 2.5,
  maxPairs: 3_000_000,
};

/** Darker than this a colour says little about the gain; brighter than MAX it is probably clipped. */
const MIN_COLOR = 12;
const MAX_COLOR = 245;

/**
 * The factor of each photo and channel that makes all photos agree where they see the same patch: exposure and white balance.
 *
 * Minimises sum over patches p and photos v of w_pv rho(log c_pv + g_v - l_p) over the log gains g and the patches' log colours l:
 * the l are eliminated, which leaves a Laplacian of the photos, solved by Cholesky with Huber weights renewed between solutions.
 * (Based on: Brown and Lowe, "Automatic panoramic image stitching", IJCV 2007, section 6, in log colours and with patches in place
 * of image pairs.) The gains' mean is 1 (geometric, by patches seen), so the texture has the photos' mean exposure.
 *
 * @returns Float64Array[views*3]
 */
export function solveGains(
  observations: PatchObservations,
  viewCount: number,
  options: SolveGainsOptions = SOLVE_GAINS_DEFAULTS,
): Float64Array {
  const gains = new Float64Array(viewCount * 3);
  const limit = Math.log(options.maxGain);
  for (let channel = 0; channel < 3; channel++) {
    const logGains = solveChannel(observations, viewCount, channel, options);
    for (const [v, logGain] of logGains.entries()) {
      gains[v * 3 + channel] = Math.exp(Math.min(limit, Math.max(-limit, logGain)));
    }
  }
  return gains;
}

/** One patch's usable observations: views, log colours and weights that sum to 1. */
class PatchLogs {
  readonly views: number[] = [];
  readonly logs: number[] = [];
  readonly weights: number[] = [];

  constructor({ offsets, views, weights, colors }: PatchObservations, patch: number, channel: number) {
    let sum = 0;
    for (let i = offsets[patch]!; i < offsets[patch + 1]!; i++) {
      const color = colors[i * 3 + channel]!;
      if (color < MIN_COLOR || color > MAX_COLOR) continue;
      this.views.push(views[i]!);
      this.logs.push(Math.log(color));
      this.weights.push(weights[i]!);
      sum += weights[i]!;
    }
    for (let i = 0; i < this.weights.length; i++) this.weights[i]! /= sum;
  }

  /** Weights times those of Huber's loss at the current gains. */
  robustWeights(logGains: Float64Array, step: number, isFirst: boolean): number[] {
    if (isFirst) return this.weights;
    const values = this.logs.map((log, i) => log + logGains[this.views[i]!]!);
    const mean = values.reduce((sum, value, i) => sum + value * this.weights[i]!, 0);
    return this.weights.map((weight, i) => (weight * step) / Math.max(step, Math.abs(values[i]! - mean)));
  }
}

function solveChannel(
  observations: PatchObservations,
  viewCount: number,
  channel: number,
  { iterations, robustLogStep, priorPatches, maxPairs }: SolveGainsOptions,
): Float64Array {
  const patches = thinnedPatches(observations, channel, maxPairs);
  const logGains = new Float64Array(viewCount);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const A = new Float64Array(viewCount * viewCount);
    const b = new Float64Array(viewCount);
    for (const patch of patches) {
      addNormalEquations(A, b, viewCount, patch, patch.robustWeights(logGains, robustLogStep, iteration === 0));
    }
    for (let v = 0; v < viewCount; v++) A[v * viewCount + v]! += priorPatches;
    if (!factorCholesky(A, viewCount)) break;
    solveCholesky(A, viewCount, b);
    logGains.set(b);
  }
  return centre(logGains, observations);
}

function thinnedPatches(observations: PatchObservations, channel: number, maxPairs: number): PatchLogs[] {
  const { offsets } = observations;
  const patchCount = offsets.length - 1;
  let pairs = 0;
  for (let patch = 0; patch < patchCount; patch++) pairs += (offsets[patch + 1]! - offsets[patch]!) ** 2;
  const step = Math.max(1, Math.ceil(pairs / maxPairs));
  const patches: PatchLogs[] = [];
  for (let patch = 0; patch < patchCount; patch += step) {
    const logs = new PatchLogs(observations, patch, channel);
    if (logs.views.length > 1) patches.push(logs);
  }
  return patches;
}

/** Adds diag(w) - w w^T / sum(w) and its right side: the patch's own colour is eliminated. */
function addNormalEquations(A: Float64Array, b: Float64Array, n: number, patch: PatchLogs, weights: number[]): void {
  const { views, logs } = patch;
  let sum = 0;
  let mean = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    mean += weights[i]! * logs[i]!;
  }
  mean /= sum;
  for (let i = 0; i < weights.length; i++) {
    const row = views[i]! * n;
    A[row + views[i]!]! += weights[i]!;
    b[views[i]!]! += weights[i]! * (mean - logs[i]!);
    for (let j = 0; j < weights.length; j++) A[row + views[j]!]! -= (weights[i]! * weights[j]!) / sum;
  }
}

function centre(logGains: Float64Array, { views }: PatchObservations): Float64Array {
  let sum = 0;
  for (const view of views) sum += logGains[view]!;
  return views.length === 0 ? logGains : logGains.map((value) => value - sum / views.length);
}
