/** Oriented, coloured points with the views that confirm each. Point i's views: `viewOffsets[i] .. viewOffsets[i + 1] - 1`. */
export interface DensePoints {
  /** Float32Array[n*3], world. */
  readonly positions: Float32Array;
  /** Float32Array[n*3], unit, world, facing the cameras. */
  readonly normals: Float32Array;
  /** Uint8Array[n*3], RGB. */
  readonly colors: Uint8Array;
  /** Float32Array[n], size of one pixel of the best view at the point, world units. */
  readonly footprints: Float32Array;
  /** Uint32Array[n + 1]. */
  readonly viewOffsets: Uint32Array;
  /** Uint16Array[...], `photoId` of each view that confirms the point, ascending. */
  readonly viewPhotoIds: Uint16Array;
}
