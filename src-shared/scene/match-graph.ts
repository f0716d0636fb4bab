/** How two views relate. Pairs with too few inliers, or whose like chance gives, are not in the graph. */
export const TWO_VIEW_KINDS = ['general', 'planar', 'rotation', 'identical'] as const;
export type TwoViewKind = (typeof TWO_VIEW_KINDS)[number];

/**
 * Geometrically verified pairs, in an array file with
 * - `pairs` Uint32Array[p*2]: photo ids, first < second, sorted
 * - `offsets` Uint32Array[p + 1] and `matches` Uint32Array[m*2]: inlier keypoint indices
 * - `kinds` Uint8Array[p]: index in TWO_VIEW_KINDS
 * - `cam2FromCam1` Float64Array[p*12]: row-major rotation (9), unit translation (3; zero where the kind is `rotation` or
 *   `identical`), from the essential matrix with the cameras' prior intrinsics; rough where the focal length is a guess, and
 *   now and then the wrong one of the two poses of a plane where the kind is `planar`
 * - `medianAnglesDeg` Float32Array[p]: median triangulation angle of the inliers, degrees
 * - `homographyRatios` Float32Array[p]: inliers of the best homography / inliers of the epipolar geometry.
 */
export interface MatchGraph {
  readonly file: string;
  readonly pairCount: number;
  readonly matchCount: number;
}
