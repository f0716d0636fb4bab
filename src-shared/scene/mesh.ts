/** An indexed triangle mesh. Counter-clockwise triangles face outwards (towards the cameras). */
export interface Mesh {
  /** Float32Array[n*3]. */
  readonly positions: Float32Array;
  /** Uint32Array[m*3]. */
  readonly indices: Uint32Array;
}

/** A mesh with one texture atlas; vertices are split along chart borders. */
export interface TexturedMesh extends Mesh {
  /** Float32Array[n*3], unit. */
  readonly normals: Float32Array;
  /** Float32Array[n*2], in [0, 1], v down (glTF). */
  readonly uvs: Float32Array;
  /** Float32Array[n*4], glTF tangents; present only with a normal map. */
  readonly tangents?: Float32Array;
}
