import { estimateFundamental } from '../../../geometry/estimate-fundamental.js';
import { logFalseAlarms } from '../../../geometry/false-alarms.js';
import type { Random } from '../../../geometry/random.js';
import { requiredIterations } from '../../../geometry/ransac.js';
import type { PairCamera } from './pair-camera.js';
import type { TwoViewOptions } from './two-view-options.js';

/** Matches of a pair in pixels of both photos. */
export interface PairPoints {
  /** Float64Array[n*2], of the full photos, distorted. */
  readonly pixels1: Float64Array;
  readonly pixels2: Float64Array;
}

/** Why a pair was left out. */
export type PairRejection = 'too-few-matches' | 'too-few-inliers' | 'chance' | 'points-behind';

/** The largest epipolar error of an inlier of this pair, pixels. */
export function thresholdPx(camera1: PairCamera, camera2: PairCamera, options: TwoViewOptions): number {
  const size = Math.max(camera1.width, camera1.height, camera2.width, camera2.height);
  return Math.min(
    options.maxEpipolarErrorPx,
    Math.max(options.minEpipolarErrorPx, options.maxEpipolarErrorShare * size),
  );
}

/**
 * Robust fundamental matrix of a part of the matches, left out where it has too few inliers or no more than chance gives.
 *
 * @param subset indices of the matches
 * @returns F in pixels, and the inliers among the subset
 */
export function verifyEpipolar(
  points: PairPoints,
  subset: Uint32Array,
  camera1: PairCamera,
  camera2: PairCamera,
  options: TwoViewOptions,
  random: Random,
): { readonly F: Float64Array; readonly inliers: Uint32Array } | PairRejection {
  const { minInliers, confidence } = options;
  if (subset.length < minInliers) return 'too-few-matches';
  const threshold = thresholdPx(camera1, camera2, options);
  // Geometries with fewer inliers than needed need not be found.
  const maxIterations = Math.min(options.maxIterations, requiredIterations(minInliers / subset.length, 7, confidence));
  const found = estimateFundamental(
    pointsAt(points.pixels1, subset),
    pointsAt(points.pixels2, subset),
    { threshold, confidence, maxIterations },
    random,
  );
  if (!found || found.inliers.length < minInliers) return 'too-few-inliers';
  if (isChance(subset.length, found.inliers.length, camera1, camera2, options)) return 'chance';
  return { F: found.F, inliers: found.inliers.map((i) => subset[i]!) };
}

/** Whether an epipolar geometry with so many inliers of so many matches may be chance: see `logFalseAlarms`. */
export function isChance(
  matches: number,
  inliers: number,
  camera1: PairCamera,
  camera2: PairCamera,
  options: TwoViewOptions,
): boolean {
  const { width, height } = camera2;
  const inBand = (2 * thresholdPx(camera1, camera2, options) * Math.hypot(width, height)) / (width * height);
  return logFalseAlarms(matches, inliers, 7, 3, inBand) > options.maxLogFalseAlarms;
}

/** The points of some indices. @param points Float64Array[n*2] */
export function pointsAt(points: Float64Array, indices: Uint32Array): Float64Array {
  const selected = new Float64Array(indices.length * 2);
  for (let k = 0; k < indices.length; k++) {
    selected[k * 2] = points[indices[k]! * 2]!;
    selected[k * 2 + 1] = points[indices[k]! * 2 + 1]!;
  }
  return selected;
}
