import type { Random } from './random.js';

/**
 * What {@link ransac} needs to know of a model: its minimal solver, its residual and its fit to many correspondences. Models
 * are rows of Float64Arrays, so that the loop allocates nothing.
 */
export interface RansacProblem {
  /** Number of correspondences. */
  readonly count: number;
  readonly sampleSize: number;
  /** Numbers a model has. */
  readonly modelSize: number;
  /** Largest number of models from one sample. */
  readonly maxModels: number;
  /**
   * Minimal solver.
   * @param sample Uint32Array[sampleSize], indices of correspondences
   * @param models receives the models, one after the other
   * @returns how many
   */
  solve(sample: Uint32Array, models: Float64Array): number;
  /**
   * Squared residuals of the correspondences `indices[from .. to-1]`; Infinity where the model cannot explain one at all.
   * @param model the model at `at`
   * @param out receives `to - from` numbers
   */
  squaredErrors(
    model: Float64Array,
    at: number,
    indices: Uint32Array,
    from: number,
    to: number,
    out: Float64Array,
  ): void;
  /**
   * Least-squares fit for local optimisation.
   * @param initial Float64Array[modelSize]
   * @param inliers indices of correspondences, at least sampleSize
   * @returns Float64Array[modelSize], or undefined where the fit is not determined
   */
  fit(initial: Float64Array, inliers: Uint32Array): Float64Array | undefined;
}

export interface RansacOptions {
  /** Largest residual of an inlier, in the unit of the problem's residual. */
  readonly threshold: number;
  /** Probability that at least one sample is free of outliers when the loop stops early. */
  readonly confidence: number;
  readonly minIterations: number;
  readonly maxIterations: number;
  /** Rounds of fitting to the inliers after each improvement. */
  readonly localIterations: number;
}

export const RANSAC_DEFAULTS: Omit<RansacOptions, 'threshold'> = {
  confidence: 0.999,
  minIterations: 30,
  maxIterations: 3000,
  localIterations: 6,
};

export interface RansacResult {
  readonly model: Float64Array;
  /** Indices of the inliers, ascending. */
  readonly inliers: Uint32Array;
  /** MSAC score: sum over the inliers of 1 - (residual / threshold)^2. */
  readonly score: number;
  readonly iterations: number;
}

/** Correspondences are scored in blocks of this size; after the first, a model may be given up. */
const BLOCK = 64;
/** A model is given up when its first blocks have this many standard deviations fewer inliers than the best model would. */
const BAIL_OUT_DEVIATIONS = 3;

/**
 * Robust estimation by random sampling.
 *
 * Based on: Chum, Matas & Kittler, Locally Optimized RANSAC, DAGM 2003, with the iterated least squares of Lebeda, Matas &
 * Chum, Fixing the Locally Optimized RANSAC, BMVC 2012 (thresholds shrinking from 2 to 1 times); Torr & Zisserman, MLESAC, CVIU
 * 2000 (the MSAC score); Capel, An Effective Bail-out Test for RANSAC Consensus Scoring, BMVC 2005 (with the normal
 * approximation of the binomial).
 *
 * 1. Draw a minimal sample, solve it, score each model on the shuffled correspondences, giving up early on bad ones.
 * 2. After each improvement: fit to the inliers, again and again, while the score grows.
 * 3. Stop when a better model has become improbable.
 *
 * @returns undefined when no model has more inliers than a sample
 */
export function ransac(
  problem: RansacProblem,
  options: Pick<RansacOptions, 'threshold'> & Partial<RansacOptions>,
  random: Random,
): RansacResult | undefined {
  const settings: RansacOptions = { ...RANSAC_DEFAULTS, ...options };
  const { count, sampleSize, modelSize } = problem;
  if (count < sampleSize) return undefined;
  const order = shuffled(count, random);
  const scorer = new Scorer(problem, order);
  const sample = new Uint32Array(sampleSize);
  const models = new Float64Array(modelSize * problem.maxModels);
  let best: Float64Array | undefined;
  let limit = settings.maxIterations;
  let iteration = 0;
  for (; iteration < limit; iteration++) {
    drawSample(sample, count, random);
    const solutions = problem.solve(sample, models);
    for (let k = 0; k < solutions; k++) {
      if (!scorer.improves(models, k * modelSize, settings.threshold)) continue;
      best = optimizeLocally(problem, scorer, models.slice(k * modelSize, (k + 1) * modelSize), settings);
      const required = requiredIterations(scorer.bestInliers / count, sampleSize, settings.confidence);
      limit = Math.min(settings.maxIterations, Math.max(settings.minIterations, required));
    }
  }
  if (!best || scorer.bestInliers <= sampleSize) return undefined;
  const inliers = scorer.inliersOf(best, settings.threshold);
  return { model: best, inliers, score: scorer.bestScore, iterations: iteration };
}

/** Lebeda 2012, sec. 3: fits to the inliers of thresholds that shrink to the final one; keeps the model of the best score. */
function optimizeLocally(
  problem: RansacProblem,
  scorer: Scorer,
  start: Float64Array,
  { threshold, localIterations }: RansacOptions,
): Float64Array {
  let best = start;
  let model = start;
  for (let round = 0; round < localIterations; round++) {
    const widening = Math.max(1, 2 - (2 * round) / Math.max(1, localIterations - 1));
    const inliers = scorer.inliersOf(model, widening * threshold);
    if (inliers.length <= problem.sampleSize) break;
    const fitted = problem.fit(model, inliers);
    if (!fitted) break;
    model = fitted;
    if (scorer.improves(model, 0, threshold)) best = model;
    else if (widening === 1) break;
  }
  return best;
}

/** Number of samples after which one is free of outliers with the given confidence (Fischler & Bolles 1981). */
export function requiredIterations(inlierShare: number, sampleSize: number, confidence: number): number {
  const good = inlierShare ** sampleSize;
  if (good >= 1) return 0;
  return Math.ceil(Math.log(1 - confidence) / Math.log1p(-good));
}

class Scorer {
  bestScore = 0;
  bestInliers = 0;
  readonly #errors: Float64Array;

  constructor(
    readonly problem: RansacProblem,
    /** A random permutation, so that blocks are fair samples. */
    readonly order: Uint32Array,
  ) {
    this.#errors = new Float64Array(problem.count);
  }

  /** Scores a model and, where it beats the best, keeps its score. */
  improves(models: Float64Array, at: number, threshold: number): boolean {
    const { count } = this.problem;
    const squaredThreshold = threshold * threshold;
    const share = this.bestInliers / count;
    let score = 0;
    let inliers = 0;
    for (let from = 0; from < count; from += BLOCK) {
      const to = Math.min(count, from + BLOCK);
      this.problem.squaredErrors(models, at, this.order, from, to, this.#errors);
      for (let i = 0; i < to - from; i++) {
        const error = this.#errors[i]!;
        if (error < squaredThreshold) {
          inliers++;
          score += 1 - error / squaredThreshold;
        }
      }
      if (score + (count - to) <= this.bestScore) return false;
      const expected = share * to;
      if (to < count && inliers < expected - BAIL_OUT_DEVIATIONS * Math.sqrt(expected * (1 - share)) - 1) return false;
    }
    if (score <= this.bestScore) return false;
    this.bestScore = score;
    this.bestInliers = inliers;
    return true;
  }

  inliersOf(model: Float64Array, threshold: number): Uint32Array {
    const { count } = this.problem;
    this.problem.squaredErrors(model, 0, this.order, 0, count, this.#errors);
    const inliers = new Uint32Array(count);
    let found = 0;
    for (let i = 0; i < count; i++) if (this.#errors[i]! < threshold * threshold) inliers[found++] = this.order[i]!;
    return inliers.slice(0, found).sort();
  }
}

function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/** Distinct indices, by rejection: samples are small. */
function drawSample(sample: Uint32Array, count: number, random: Random): void {
  for (let i = 0; i < sample.length; i++) {
    const index = random.below(count);
    let isNew = true;
    for (let k = 0; k < i; k++) if (sample[k] === index) isNew = false;
    if (isNew) sample[i] = index;
    else i--;
  }
}
