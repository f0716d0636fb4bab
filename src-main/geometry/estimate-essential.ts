import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { sampsonErrors } from './epipolar-error.js';
import { countInFront, essentialFromPose, poseFromEssential, posesFromEssential } from './essential.js';
import { FIVE_POINT_MAX_SOLUTIONS, solveFivePoint } from './five-point.js';
import type { Random } from './random.js';
import { type RansacOptions, type RansacProblem, ransac } from './ransac.js';
import { refineRelativePose } from './refine-relative-pose.js';

export interface RelativePoseEstimate {
  /** |t| = 1. */
  readonly cam2FromCam1: RigidTransform;
  /** Indices of the inliers, ascending. */
  readonly inliers: Uint32Array;
  /** Share of the inliers in front of both cameras, or too far to tell; well below 1, the pose is wrong. */
  readonly inFrontShare: number;
  /** MSAC score. */
  readonly score: number;
}

/** Least squares of five parameters gain nothing from more points than this; every k-th is taken. */
const MAX_FIT_POINTS = 400;

/**
 * Robust relative pose of two calibrated cameras: five points in LO-RANSAC, least squares of the Sampson distance for local
 * optimisation (it holds for planar scenes, where eight points do not), then the pose with the points in front.
 *
 * @param x1, x2 Float64Array[n*2], normalised image points (K and distortion removed)
 * @param options threshold: largest Sampson distance of an inlier, normalised units (pixels / focal length)
 * @returns undefined where no pose explains 6 or more correspondences
 */
export function estimateEssential(
  x1: Float64Array,
  x2: Float64Array,
  options: Pick<RansacOptions, 'threshold'> & Partial<RansacOptions>,
  random: Random,
): RelativePoseEstimate | undefined {
  const { threshold } = options;
  const refine = (initial: RigidTransform, inliers: Uint32Array, iterations: number) =>
    refineRelativePose(x1, x2, thinned(inliers), initial, threshold, iterations);
  const problem: RansacProblem = {
    count: x1.length / 2,
    sampleSize: 5,
    modelSize: 9,
    maxModels: FIVE_POINT_MAX_SOLUTIONS,
    solve: (sample, models) => solveFivePoint(x1, x2, sample, models),
    squaredErrors: (E, at, indices, from, to, out) => sampsonErrors(E, at, x1, x2, indices, from, to, out),
    // All four poses of E have the same E: no need to know which one is right.
    fit: (initial, inliers) => essentialFromPose(refine(posesFromEssential(initial)[0], inliers, 4)),
  };
  const result = ransac(problem, options, random);
  if (!result) return undefined;
  const { inliers, score } = result;
  const cam2FromCam1 = refine(poseFromEssential(result.model, x1, x2, inliers), inliers, 20);
  const inFrontShare = countInFront(cam2FromCam1, x1, x2, inliers, 2 * threshold) / inliers.length;
  return { cam2FromCam1, inliers, inFrontShare, score };
}

function thinned(indices: Uint32Array): Uint32Array {
  const stride = Math.ceil(indices.length / MAX_FIT_POINTS);
  return stride > 1 ? indices.filter((_, k) => k % stride === 0) : indices;
}
