/**
 * The keypoints of one photo, in an array file with
 * - `keypoints` Float32Array[n*4]: x, y (pixels of the full upright photo), scale sigma (same pixels), orientation (radians,
 *   from +x towards +y); sorted by decreasing importance, so a prefix is the best choice of that many
 * - `descriptors` Uint8Array[n*128]: RootSIFT scaled by 512 and clamped to 255, so that the dot product of a descriptor with
 *   itself is about 512^2
 * - `colors` Uint8Array[n*3]: RGB of the photo at the keypoint.
 */
export interface PhotoFeatures {
  readonly photoId: number;
  /** Workspace path of the array file. */
  readonly file: string;
  readonly count: number;
}

/** Putative matches between pairs of photos, in an array file with
 * - `pairs` Uint32Array[p*2]: photo ids, first < second, sorted
 * - `offsets` Uint32Array[p + 1]: the matches of pair i are `offsets[i] .. offsets[i + 1] - 1`
 * - `matches` Uint32Array[m*2]: keypoint index in the first and in the second photo.
 */
export interface PutativeMatches {
  readonly file: string;
  readonly pairCount: number;
  readonly matchCount: number;
}
