import type { ViewSurvey } from '../views/survey-view-task.js';

/** @param iterations of the alternating solution */
export interface SolveGainsOptions {
  readonly iterations: number;
  /** Log colours that differ by more count less (Huber). */
  readonly robustLogStep: number;
  /** Pulls gains towards 1, in the weight of so many patches. */
  readonly priorPatches: number;
  /** Gains stay within 1 / maxGain .. maxGain. */
  readonly maxGain: number;
}

export const SOLVE_GAINS_DEFAULTS: SolveGainsOptions = {
  iterations: 40,
  robustLogStep: 0.1,
  priorPatches: 20,
  maxGain: 2.5,
};

/** Darker than this a colour says little about the gain; brighter than MAX it is probably clipped. */
const MIN_COLOR = 12;
const MAX_COLOR = 245;

/**
 * The factor of each photo and channel that makes all photos agree where they see the same patch: exposure and white balance.
 *
 * Minimises sum over patches p and photos v of rho(log c_pv + g_v - l_p) over the log gains g and the patches' log colours l, by
 * alternating between them (each is a weighted mean), with Huber weights. The gains' mean is 1 (geometric, by patches seen), so
 * the texture has the photos' mean exposure.
 *
 * @returns Float64Array[views*3]
 */
export function solveGains(
  surveys: readonly ViewSurvey[],
  patchCount: number,
  options: SolveGainsOptions = SOLVE_GAINS_DEFAULTS,
): Float64Array {
  const gains = new Float64Array(surveys.length * 3).fill(1);
  const weights = patchWeights(surveys, patchCount);
  for (let channel = 0; channel < 3; channel++) {
    const logs = surveys.map(({ colors }) => {
      return Float64Array.from({ length: colors.length / 3 }, (_, i) => {
        const color = colors[i * 3 + channel]!;
        return color < MIN_COLOR || color > MAX_COLOR ? Number.NaN : Math.log(color);
      });
    });
    const logGains = solveChannel(surveys, logs, weights, patchCount, options);
    for (const [v, logGain] of logGains.entries()) {
      const limit = Math.log(options.maxGain);
      gains[v * 3 + channel] = Math.exp(Math.min(limit, Math.max(-limit, logGain)));
    }
  }
  return gains;
}

/** Weight of each observation, so that the views of a patch together weigh at most 1. */
function patchWeights(surveys: readonly ViewSurvey[], patchCount: number): Float64Array[] {
  const sums = new Float64Array(patchCount);
  for (const { patches, weights } of surveys) {
    for (const [i, patch] of patches.entries()) sums[patch]! += weights[i]!;
  }
  return surveys.map(({ patches, weights }) => {
    return Float64Array.from(patches, (patch, i) => weights[i]! / sums[patch]!);
  });
}

function solveChannel(
  surveys: readonly ViewSurvey[],
  logs: readonly Float64Array[],
  weights: readonly Float64Array[],
  patchCount: number,
  { iterations, robustLogStep, priorPatches }: SolveGainsOptions,
): Float64Array {
  const logGains = new Float64Array(surveys.length);
  const colors = new Float64Array(patchCount);
  const sums = new Float64Array(patchCount);
  const means = new Float64Array(patchCount).fill(Number.NaN);
  const robust = (residual: number) => (residual < robustLogStep ? 1 : robustLogStep / residual);
  for (let iteration = 0; iteration < iterations; iteration++) {
    colors.fill(0);
    sums.fill(0);
    forEachObservation(surveys, logs, weights, (v, patch, log, weight) => {
      const value = log + logGains[v]!;
      const mean = means[patch]!;
      const w = weight * (iteration === 0 ? 1 : robust(Math.abs(value - mean)));
      colors[patch]! += w * value;
      sums[patch]! += w;
    });
    for (let patch = 0; patch < patchCount; patch++) means[patch] = colors[patch]! / sums[patch]!;
    const steps = new Float64Array(surveys.length);
    const support = new Float64Array(surveys.length).fill(priorPatches);
    for (let v = 0; v < surveys.length; v++) steps[v] = -priorPatches * logGains[v]!;
    forEachObservation(surveys, logs, weights, (v, patch, log, weight) => {
      const residual = means[patch]! - log - logGains[v]!;
      // What a view itself adds to a patch's mean says nothing about its gain: only the others' share of it counts.
      const w = weight * (1 - weight) * robust(Math.abs(residual));
      steps[v]! += weight < 1 ? (w * residual) / (1 - weight) : 0;
      support[v]! += w;
    });
    for (let v = 0; v < surveys.length; v++) logGains[v]! += steps[v]! / support[v]!;
  }
  return centre(logGains, surveys);
}

function forEachObservation(
  surveys: readonly ViewSurvey[],
  logs: readonly Float64Array[],
  weights: readonly Float64Array[],
  visit: (v: number, patch: number, log: number, weight: number) => void,
): void {
  for (let v = 0; v < surveys.length; v++) {
    const { patches } = surveys[v]!;
    const log = logs[v]!;
    const weight = weights[v]!;
    for (let i = 0; i < patches.length; i++) if (!Number.isNaN(log[i]!)) visit(v, patches[i]!, log[i]!, weight[i]!);
  }
}

function centre(logGains: Float64Array, surveys: readonly ViewSurvey[]): Float64Array {
  let sum = 0;
  let count = 0;
  for (const [v, { patches }] of surveys.entries()) {
    sum += patches.length * logGains[v]!;
    count += patches.length;
  }
  return count === 0 ? logGains : logGains.map((value) => value - sum / count);
}
