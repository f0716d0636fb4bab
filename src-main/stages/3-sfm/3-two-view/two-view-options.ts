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
  /**
   * Pairs for whose like chance gives more than 10^this are left out. Matches of wrong pairs are not as random as the theory
   * has them: of the pairs of temple, fountain, saharov and dancing-girl (true intrinsics, 792 right within 5 degrees), -3 kept
   * 790 right and 17 wrong by more than 20 degrees, -8 kept 771 and 7, -10 kept 764 and 1.
   */
  readonly maxLogFalseAlarms: number;
  /**
   * Pairs with a smaller share of their inliers in front of both cameras are left out (same pairs: right ones have 1.0 but for
   * four of 792, half of the wrong ones less than 0.9).
   */
  readonly minInFrontShare: number;
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
  maxLogFalseAlarms: -8,
  minInFrontShare: 0.85,
  confidence: 0.999,
  maxIterations: 6000,
  planarRatio: 0.85,
  rotationRatio: 0.85,
  rotationFocalFactors: [0.5, 0.6, 0.7, 0.85, 1, 1.2, 1.4, 1.7, 2, 2.4],
  maxStaticMotionShare: 0.001,
  minStaticShare: 0.15,
  minStaticAgreement: 0.5,
};
