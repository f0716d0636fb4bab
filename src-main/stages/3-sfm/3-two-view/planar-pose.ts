import type { RigidTransform } from '../../../../src-shared/scene/conventions.js';
import { sampsonErrors } from '../../../geometry/epipolar-error.js';
import { countInFront, essentialFromPose } from '../../../geometry/essential.js';
import { fitHomography } from '../../../geometry/homography.js';
import { posesFromHomography } from '../../../geometry/homography-poses.js';
import { refineRelativePose } from '../../../geometry/refine-relative-pose.js';

export interface PlanarPose {
  /** |t| = 1. */
  readonly cam2FromCam1: RigidTransform;
  readonly inFrontShare: number;
}

const REFINE_ITERATIONS = 10;

/**
 * The relative pose of a pair that shows mostly a plane. A plane has two essential matrices, and the robust estimate may have
 * found either: both are refined with all inliers, so that what lies off the plane speaks, and the one with the better
 * support by points in front of both cameras is taken.
 *
 * @param x1, x2 Float64Array[n*2], normalised image points of the pair's inliers
 * @param onPlane indices of those that the homography explains
 * @param estimate pose from the essential matrix
 * @param threshold largest Sampson distance, normalised units
 */
export function planarPose(
  x1: Float64Array,
  x2: Float64Array,
  onPlane: Uint32Array,
  estimate: PlanarPose,
  threshold: number,
): PlanarPose {
  const H = fitHomography(x1, x2, onPlane);
  const all = Uint32Array.from({ length: x1.length / 2 }, (_, i) => i);
  const errors = new Float64Array(all.length);
  let best = estimate;
  let bestSupport = -1;
  for (const candidate of [estimate.cam2FromCam1, ...(H ? posesFromHomography(H) : [])]) {
    const pose = refineRelativePose(x1, x2, all, candidate, threshold, REFINE_ITERATIONS);
    sampsonErrors(essentialFromPose(pose), 0, x1, x2, all, 0, all.length, errors);
    let support = 0;
    for (const error of errors) support += Math.max(0, 1 - error / (threshold * threshold));
    const inFrontShare = countInFront(pose, x1, x2, all, 2 * threshold) / all.length;
    support *= inFrontShare;
    if (support > bestSupport) {
      bestSupport = support;
      best = { cam2FromCam1: pose, inFrontShare };
    }
  }
  return best;
}
