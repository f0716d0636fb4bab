import type { RigidTransform } from '../../../../src-shared/scene/conventions.js';
import type { TwoViewKind } from '../../../../src-shared/scene/match-graph.js';
import { rayAngles } from '../../../geometry/essential.js';
import { estimateEssential, type RelativePoseEstimate } from '../../../geometry/estimate-essential.js';
import { estimateHomography } from '../../../geometry/estimate-homography.js';
import type { Random } from '../../../geometry/random.js';
import { explainedByRotation } from './explained-by-rotation.js';
import { normalizePoints, type PairCamera } from './pair-camera.js';
import { planarPose } from './planar-pose.js';
import { splitStaticMatches } from './split-static-matches.js';
import type { TwoViewOptions } from './two-view-options.js';
import {
  isChance,
  type PairPoints,
  type PairRejection,
  pointsAt,
  thresholdPx,
  verifyEpipolar,
} from './verify-epipolar.js';

/** A pair whose matches one geometry explains. */
export interface VerifiedPair {
  readonly kind: TwoViewKind;
  /** Indices of the inliers among the matches, ascending. */
  readonly inliers: Uint32Array;
  /** Translation of length 1; 0 for the kinds rotation and identical. */
  readonly cam2FromCam1: RigidTransform;
  readonly medianAngleDeg: number;
  /** Inliers of the best homography / inliers. */
  readonly homographyRatio: number;
  /** Static matches that were dropped as background. */
  readonly staticDropped: number;
}

const UNIT = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

/**
 * Verifies the putative matches of a pair of photos:
 * 1. sets static background aside;
 * 2. robust fundamental matrix, which needs no focal length, and its inliers;
 * 3. leaves the pair out where they are few, or no more than chance gives;
 * 4. recognises the same view;
 * 5. robust essential matrix of the inliers with the prior intrinsics, relative pose;
 * 6. robust homography of the inliers; is it a rotation? Otherwise the points must be in front of both cameras.
 */
export function verifyPair(
  points: PairPoints,
  camera1: PairCamera,
  camera2: PairCamera,
  options: TwoViewOptions,
  random: Random,
): VerifiedPair | PairRejection {
  if (points.pixels1.length / 2 < options.minInliers) return 'too-few-matches';
  const { moving, staticDropped, isSameView } = splitStaticMatches(points, camera1, camera2, options, random);
  const epipolar = isSameView ? { inliers: moving } : verifyEpipolar(points, moving, camera1, camera2, options, random);
  if (typeof epipolar === 'string') return epipolar;
  if (isSameView || movesLittle(points, epipolar.inliers, camera1, camera2, options)) {
    const still = { R: UNIT.slice(), t: new Float64Array(3) };
    const { inliers } = epipolar;
    return { kind: 'identical', inliers, cam2FromCam1: still, medianAngleDeg: 0, homographyRatio: 1, staticDropped: 0 };
  }

  const x1 = normalizePoints(points.pixels1, camera1);
  const x2 = normalizePoints(points.pixels2, camera2);
  const pose = relativePose(x1, x2, epipolar.inliers, camera1, camera2, options, random);
  if (!pose) return 'too-few-inliers';
  const { inliers } = pose;
  if (isChance(moving.length, inliers.length, camera1, camera2, options)) return 'chance';

  const inlierPoints = { pixels1: pointsAt(points.pixels1, inliers), pixels2: pointsAt(points.pixels2, inliers) };
  const threshold = thresholdPx(camera1, camera2, options);
  const ransacOptions = { threshold, maxIterations: HOMOGRAPHY_ITERATIONS };
  const homography = estimateHomography(inlierPoints.pixels1, inlierPoints.pixels2, ransacOptions, random);
  const homographyRatio = (homography?.inliers.length ?? 0) / inliers.length;
  const base = { inliers, homographyRatio, staticDropped };
  if (homographyRatio >= options.rotationRatio) {
    const R = explainedByRotation(inlierPoints, camera1, camera2, threshold, options);
    if (R) return { ...base, kind: 'rotation', cam2FromCam1: { R, t: new Float64Array(3) }, medianAngleDeg: 0 };
  }
  const isPlanar = homographyRatio >= options.planarRatio;
  const a = pointsAt(x1, inliers);
  const b = pointsAt(x2, inliers);
  const final = isPlanar && homography ? planarPose(a, b, homography.inliers, pose, pose.threshold) : pose;
  if (final.inFrontShare < options.minInFrontShare) return 'points-behind';
  const all = Uint32Array.from(inliers, (_, i) => i);
  const medianAngleDeg = (median(rayAngles(final.cam2FromCam1.R, a, b, all)) * 180) / Math.PI;
  return { ...base, kind: isPlanar ? 'planar' : 'general', cam2FromCam1: final.cam2FromCam1, medianAngleDeg };
}

/** Enough to find a homography of a quarter of the inliers; less than that decides nothing. */
const HOMOGRAPHY_ITERATIONS = 500;
/** Enough for half of the inliers of the fundamental matrix (220), with room. */
const ESSENTIAL_ITERATIONS = 300;
/** A prior focal length may be wrong by a few percent from EXIF: inliers of the essential matrix count if they are this share. */
const MIN_ESSENTIAL_SHARE = 0.75;

/**
 * Step 5. With known intrinsics the inliers are those of the essential matrix. A guessed focal length may be far off: then its
 * essential matrix gives a rough pose with a tolerant threshold, and all inliers of the fundamental matrix are kept.
 */
function relativePose(
  x1: Float64Array,
  x2: Float64Array,
  subset: Uint32Array,
  camera1: PairCamera,
  camera2: PairCamera,
  options: TwoViewOptions,
  random: Random,
): (Omit<RelativePoseEstimate, 'score'> & { readonly threshold: number }) | undefined {
  const isGuessed = camera1.focalSource === 'guess' || camera2.focalSource === 'guess';
  const isGiven = camera1.focalSource === 'given' && camera2.focalSource === 'given';
  const tolerance = (isGuessed ? 2 : 1) * thresholdPx(camera1, camera2, options);
  const threshold = (2 * tolerance) / (camera1.focalPx + camera2.focalPx);
  const [a, b] = [pointsAt(x1, subset), pointsAt(x2, subset)];
  const found = estimateEssential(a, b, { threshold, maxIterations: ESSENTIAL_ITERATIONS }, random);
  if (!found) return undefined;
  const inliers = found.inliers.map((i) => subset[i]!);
  const isTrusted = isGiven || (!isGuessed && inliers.length >= MIN_ESSENTIAL_SHARE * subset.length);
  if (isTrusted && inliers.length < options.minInliers) return undefined;
  return { ...found, inliers: isTrusted ? inliers : subset, threshold };
}

/** Step 4: whether the median inlier stays where it is, relative to the size of the photo. */
function movesLittle(
  { pixels1, pixels2 }: PairPoints,
  inliers: Uint32Array,
  camera1: PairCamera,
  camera2: PairCamera,
  options: TwoViewOptions,
): boolean {
  const scale = camera2.width / camera1.width;
  const motions = Float64Array.from(inliers, (i) =>
    Math.hypot(scale * pixels1[i * 2]! - pixels2[i * 2]!, scale * pixels1[i * 2 + 1]! - pixels2[i * 2 + 1]!),
  );
  return median(motions) < options.maxStaticMotionShare * Math.max(camera2.width, camera2.height);
}

function median(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1] ?? 0;
}
