/** When the pose found for a photo is believed. */
export interface RegistrationLimits {
  readonly minInliers: number;
  /** Inliers as a share of the correspondences. */
  readonly minInlierRatio: number;
  /**
   * Matches of the photo's strongest pair with a registered photo, as a share of those of its strongest pair with any:
   * repeated structure makes strong pairs, but those of true neighbours are stronger.
   */
  readonly minLinkShare: number;
  /** Points count if a photo sees them whose pair with this one has this share of the strongest registered pair's matches. */
  readonly witnessLinkShare: number;
  /** Which focal lengths are searched for with the first photo of a camera; given ones never are. */
  readonly searchesFocal: 'guessed' | 'all';
}

export interface MappingOptions {
  /** Pairs with fewer verified matches are not used. */
  readonly minPairMatches: number;
  /** Smallest angle between two rays to a point for the point to count. */
  readonly minTriangulationAngleDeg: number;
  /** Largest error of an observation, for photos of up to {@link referenceSizePx}; scaled for larger ones. */
  readonly maxReprojectionErrorPx: number;
  /** Largest error of an inlier of resection, likewise scaled. */
  readonly maxResectionErrorPx: number;
  /** Longer side up to which errors are in plain pixels. */
  readonly referenceSizePx: number;
  /** Tried in order: a photo is registered under later limits only when none can be under earlier ones. */
  readonly registration: readonly RegistrationLimits[];
  /** The initial pair has at least this median triangulation angle; halved when no start succeeds. */
  readonly minInitialAngleDeg: number;
  readonly minInitialMatches: number;
  /** How many initial pairs are tried. */
  readonly maxInitialPairs: number;
  /** Photos that each trial of a start registers before the trials are compared. */
  readonly trialPhotoCount: number;
  /** Focal lengths to start with where the focal length is a guess: factors of the guess. */
  readonly focalFactors: readonly number[];
  /** Photos adjusted with each new one; those around them are kept. */
  readonly localPhotoCount: number;
  /** All photos are adjusted whenever their number has grown by this factor. */
  readonly globalGrowthFactor: number;
  /** Observations a photo should have in intermediate adjustments, which leave out the other points to save time. */
  readonly adjustedObservationsPerPhoto: number;
  /** Rounds of adjusting, filtering and completing at the end. */
  readonly maxFinalRounds: number;
  /** Photos of one camera from which its principal point is refined as well. */
  readonly minPhotosForPrincipalPoint: number;
  /** A model of fewer photos is no result. */
  readonly minRegisteredPhotos: number;
}

export const MAPPING_DEFAULTS: MappingOptions = {
  minPairMatches: 15,
  minTriangulationAngleDeg: 1.5,
  maxReprojectionErrorPx: 4,
  maxResectionErrorPx: 8,
  referenceSizePx: 1600,
  // Strong links first, for a wrong focal length spoils the inlier ratio of true neighbours too.
  registration: [
    { minInliers: 20, minInlierRatio: 0.6, minLinkShare: 0.8, witnessLinkShare: 0.65, searchesFocal: 'guessed' },
    { minInliers: 20, minInlierRatio: 0.25, minLinkShare: 0.8, witnessLinkShare: 0.65, searchesFocal: 'guessed' },
    { minInliers: 20, minInlierRatio: 0.5, minLinkShare: 0.5, witnessLinkShare: 0.4, searchesFocal: 'guessed' },
    { minInliers: 20, minInlierRatio: 0.25, minLinkShare: 0.2, witnessLinkShare: 0.2, searchesFocal: 'all' },
    { minInliers: 12, minInlierRatio: 0.25, minLinkShare: 0, witnessLinkShare: 0, searchesFocal: 'all' },
  ],
  minInitialAngleDeg: 5,
  minInitialMatches: 50,
  maxInitialPairs: 6,
  trialPhotoCount: 6,
  focalFactors: [1, 0.75, 1.4, 2, 2.8],
  localPhotoCount: 6,
  globalGrowthFactor: 1.1,
  adjustedObservationsPerPhoto: 200,
  maxFinalRounds: 5,
  minPhotosForPrincipalPoint: 8,
  minRegisteredPhotos: 3,
};
