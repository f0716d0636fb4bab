import { sampsonErrors } from '../../../geometry/epipolar-error.js';
import type { Random } from '../../../geometry/random.js';
import type { PairCamera } from './pair-camera.js';
import type { TwoViewOptions } from './two-view-options.js';
import { type PairPoints, pointsAt, thresholdPx, verifyEpipolar } from './verify-epipolar.js';

/** The part of a pair's matches that can tell how the camera moved about the object. */
export interface StaticSplit {
  /** Indices of the matches to use, ascending. */
  readonly moving: Uint32Array;
  /** Number of the others: background that stayed while the object turned. */
  readonly staticDropped: number;
  /** Nearly nothing moved and the rest is chance: both photos show one view. */
  readonly isSameView: boolean;
}

/**
 * Sets the background of a turntable aside. Where the object turns before a fixed camera, background matches do not move at all,
 * and outvote those of the object. Static matches fit every translation along the view of a point, so the geometry is taken
 * from the others alone: where these have one and it does not explain the static ones, there are two motions, and the static
 * ones are dropped. Where it explains them (far points seen by a moving camera), all are kept.
 */
export function splitStaticMatches(
  points: PairPoints,
  camera1: PairCamera,
  camera2: PairCamera,
  options: TwoViewOptions,
  random: Random,
): StaticSplit {
  const { pixels1, pixels2 } = points;
  const count = pixels1.length / 2;
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  const keepAll: StaticSplit = { moving: all, staticDropped: 0, isSameView: false };
  const scale = camera2.width / camera1.width;
  const limit = options.maxStaticMotionShare * Math.max(camera2.width, camera2.height);
  const isStatic = Uint8Array.from(all, (i) => {
    const motion = Math.hypot(
      scale * pixels1[i * 2]! - pixels2[i * 2]!,
      scale * pixels1[i * 2 + 1]! - pixels2[i * 2 + 1]!,
    );
    return motion < limit ? 1 : 0;
  });
  const still = all.filter((i) => isStatic[i]);
  if (still.length < options.minStaticShare * count) return keepAll;

  const others = all.filter((i) => !isStatic[i]);
  const geometry = verifyEpipolar(points, others, camera1, camera2, options, random);
  if (typeof geometry === 'string') {
    const isSameView = still.length >= options.minInliers && still.length > others.length;
    return isSameView ? { moving: still, staticDropped: 0, isSameView } : keepAll;
  }
  const errors = new Float64Array(still.length);
  const [a, b] = [pointsAt(pixels1, still), pointsAt(pixels2, still)];
  sampsonErrors(geometry.F, 0, a, b, all, 0, still.length, errors);
  const threshold = thresholdPx(camera1, camera2, options);
  const agreeing = errors.filter((error) => error < threshold * threshold).length;
  if (agreeing >= options.minStaticAgreement * still.length) return keepAll;
  return { moving: others, staticDropped: still.length, isSameView: false };
}
