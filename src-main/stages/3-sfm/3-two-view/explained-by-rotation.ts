import { fitRotation, rotationErrors } from '../../../geometry/fit-rotation.js';
import { normalizePoints, type PairCamera } from './pair-camera.js';
import type { TwoViewOptions } from './two-view-options.js';
import type { PairPoints } from './verify-epipolar.js';

const FIT_ROUNDS = 3;

/**
 * Whether two views were taken from one place: whether a rotation between the cameras explains the matches. A homography alone
 * does not say so, for it explains planes too; a rotation leaves the parallax of a plane as residual, unless the baseline is so
 * short that the pair is of no more use than a rotation.
 *
 * Where a focal length is a guess, the factor that explains most is taken: a wrong focal length must not pass for parallax.
 *
 * @param points inliers of the pair
 * @param thresholdPx largest transfer error
 * @returns the rotation cam2FromCam1, or undefined where it explains less than `rotationRatio`
 */
export function explainedByRotation(
  points: PairPoints,
  camera1: PairCamera,
  camera2: PairCamera,
  thresholdPx: number,
  { rotationRatio, rotationFocalFactors }: TwoViewOptions,
): Float64Array | undefined {
  const isGuessed = camera1.focalSource === 'guess' || camera2.focalSource === 'guess';
  const all = Uint32Array.from({ length: points.pixels1.length / 2 }, (_, i) => i);
  let best: Float64Array | undefined;
  let bestCount = rotationRatio * all.length;
  for (const factor of isGuessed ? rotationFocalFactors : [1]) {
    const x1 = normalizePoints(points.pixels1, camera1, camera1.focalSource === 'guess' ? factor : 1);
    const x2 = normalizePoints(points.pixels2, camera2, camera2.focalSource === 'guess' ? factor : 1);
    const threshold = thresholdPx / (camera2.focalPx * (camera2.focalSource === 'guess' ? factor : 1));
    let inliers = all;
    for (let round = 0; round < FIT_ROUNDS && inliers.length >= 2; round++) {
      const R = fitRotation(x1, x2, inliers);
      const errors = rotationErrors(R, x1, x2, all);
      const explained = all.filter((i) => errors[i]! < threshold);
      if (explained.length >= bestCount) {
        best = R;
        bestCount = explained.length;
      }
      // The first fit is drawn by whatever is not explained: keep the better half for the next.
      const half = errors.slice().sort()[all.length >> 1] ?? 0;
      inliers = explained.length > all.length / 2 ? explained : all.filter((i) => errors[i]! <= half);
    }
  }
  return best;
}
