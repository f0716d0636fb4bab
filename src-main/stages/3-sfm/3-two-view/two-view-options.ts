export interface TwoViewOptions {
  /**
   * Largest distance of an inlier from its epipolar line, as a share of the longer side of the photo; features are found on a
   * reduced photo, so that their error grows with its size.
   */
  readonly maxEpipolarErrorShare: number;
  /** Limits of that distance. */
  readonly minEpipolarErrorPx: number;
  readonly maxEpipolarErrorPx: number;
  /** Pairs with fewer inliers are left out. */
  readonly minInliers: number;
  /** Pairs as good as chance makes 10^this times are left out. */
  readonly maxLogFalseAlarms: number;
  /** Probability that a good sample was drawn. */
  readonly confidence: number;
  readonly maxIterations: number;
  /** With at least this ratio of homography to epipolar inliers a pair counts as planar. */
  readonly planarRatio: number;
  /** With at least this share of inliers explained by a rotation alone a pair counts as rotation. */
  readonly rotationRatio: number;
  /** Focal lengths tried for the rotation, as factors of the prior, where that is a guess. */
  readonly rotationFocalFactors: readonly number[];
  /** Matches that moved less are static: background of a turntable, or the same photo. Share of the longer side. */
  readonly maxStaticMotionShare: number;
  /** From this share of static matches on, the others are looked at for another motion. */
  readonly minStaticShare: number;
  /** Below this share of static matches that fit the motion of the others, they are background and dropped. */
  readonly minStaticAgreement: number;
}

export const TWO_VIEW_DEFAULTS: TwoViewOptions = {
  maxEpipolarErrorShare: 0.0015,
  minEpipolarErrorPx: 1.5,
  maxEpipolarErrorPx: 4,
  minInliers: 15,
  maxLogFalseAlarms: -3,
  confidence: 0.999,
  maxIterations: 6000,
  planarRatio: 0.85,
  rotationRatio: 0.85,
  rotationFocalFactors: [0.5, 0.6, 0.7, 0.85, 1, 1.2, 1.4, 1.7, 2, 2.4],
  maxStaticMotionShare: 0.001,
  minStaticShare: 0.15,
  minStaticAgreement: 0.5,
};
