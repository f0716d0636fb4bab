import { conditionPair } from './conditioning.js';
import { solveEightPoint } from './eight-point.js';
import { sampsonErrors } from './epipolar-error.js';
import type { Random } from './random.js';
import { type RansacOptions, type RansacProblem, ransac } from './ransac.js';
import { SEVEN_POINT_MAX_SOLUTIONS, solveSevenPoint } from './seven-point.js';

export interface FundamentalEstimate {
  /** Float64Array[9], pixels, x2^T F x1 = 0, rank 2. */
  readonly F: Float64Array;
  /** Indices of the inliers, ascending. */
  readonly inliers: Uint32Array;
  /** MSAC score. */
  readonly score: number;
}

/**
 * Robust fundamental matrix: seven points in LO-RANSAC, eight points for local optimisation. Needs no intrinsics.
 *
 * @param pixels1, pixels2 Float64Array[n*2]
 * @param options threshold: largest Sampson distance of an inlier, pixels
 * @returns undefined where no matrix explains 8 or more correspondences
 */
export function estimateFundamental(
  pixels1: Float64Array,
  pixels2: Float64Array,
  options: Pick<RansacOptions, 'threshold'> & Partial<RansacOptions>,
  random: Random,
): FundamentalEstimate | undefined {
  const { x1, x2, scale, unconditionFundamental } = conditionPair(pixels1, pixels2);
  const problem: RansacProblem = {
    count: x1.length / 2,
    sampleSize: 7,
    modelSize: 9,
    maxModels: SEVEN_POINT_MAX_SOLUTIONS,
    solve: (sample, models) => solveSevenPoint(x1, x2, sample, models),
    squaredErrors: (F, at, indices, from, to, out) => sampsonErrors(F, at, x1, x2, indices, from, to, out),
    fit: (initial, inliers) => solveEightPoint(x1, x2, inliers, initial),
  };
  const result = ransac(problem, { ...options, threshold: options.threshold * scale }, random);
  return result && { F: unconditionFundamental(result.model), inliers: result.inliers, score: result.score };
}
