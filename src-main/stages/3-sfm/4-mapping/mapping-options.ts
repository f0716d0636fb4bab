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
  /** A photo is registered with at least this many inliers ... */
  readonly minResectionInliers: number;
  /** ... that are at least this share of its correspondences; */
  readonly clearResectionInlierRatio: number;
  /** this share when no photo has that; */
  readonly minResectionInlierRatio: number;
  /** and this number when no photo has those. */
  readonly minRelaxedInliers: number;
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
  minResectionInliers: 20,
  clearResectionInlierRatio: 0.6,
  minResectionInlierRatio: 0.25,
  minRelaxedInliers: 12,
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
