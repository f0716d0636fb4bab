import { conditionPair } from './conditioning.js';
import { fitHomography, solveHomography, transferErrors } from './homography.js';
import type { Random } from './random.js';
import { type RansacOptions, type RansacProblem, ransac } from './ransac.js';

export interface HomographyEstimate {
  /** Float64Array[9], pixels, x2 ~ H x1. */
  readonly H: Float64Array;
  /** Indices of the inliers, ascending. */
  readonly inliers: Uint32Array;
  /** MSAC score. */
  readonly score: number;
}

/**
 * Robust homography: four points in LO-RANSAC, linear least squares for local optimisation.
 *
 * @param pixels1, pixels2 Float64Array[n*2]
 * @param options threshold: largest transfer error of an inlier (root of the mean of both directions), pixels
 * @returns undefined where no homography explains 5 or more correspondences
 */
export function estimateHomography(
  pixels1: Float64Array,
  pixels2: Float64Array,
  options: Pick<RansacOptions, 'threshold'> & Partial<RansacOptions>,
  random: Random,
): HomographyEstimate | undefined {
  const { x1, x2, scale, unconditionHomography } = conditionPair(pixels1, pixels2);
  const problem: RansacProblem = {
    count: x1.length / 2,
    sampleSize: 4,
    modelSize: 9,
    maxModels: 1,
    solve: (sample, models) => solveHomography(x1, x2, sample, models),
    squaredErrors: (H, at, indices, from, to, out) => transferErrors(H, at, x1, x2, indices, from, to, out),
    fit: (_, inliers) => fitHomography(x1, x2, inliers),
  };
  const result = ransac(problem, { ...options, threshold: options.threshold * scale }, random);
  return result && { H: unconditionHomography(result.model), inliers: result.inliers, score: result.score };
}
