import type { Camera } from './camera.js';
import type { RigidTransform } from './conventions.js';

/** A photo whose pose is known. */
export interface RegisteredImage {
  readonly photoId: number;
  readonly name: string;
  readonly cameraId: number;
  readonly camFromWorld: RigidTransform;
}

/**
 * Cameras, poses and triangulated points. Point i is seen by the observations `trackOffsets[i] .. trackOffsets[i + 1] - 1`.
 */
export interface SparseModel {
  readonly cameras: readonly Camera[];
  readonly images: readonly RegisteredImage[];
  /** Float64Array[n*3], world. */
  readonly positions: Float64Array;
  /** Uint8Array[n*3], RGB. */
  readonly colors: Uint8Array;
  /** Float32Array[n], mean reprojection error, pixels of the full photo. */
  readonly errors: Float32Array;
  /** Uint32Array[n + 1]. */
  readonly trackOffsets: Uint32Array;
  /** Uint32Array[observations], `photoId` of each observation. */
  readonly trackPhotoIds: Uint32Array;
  /** Uint32Array[observations], index of the keypoint in that photo's feature file. */
  readonly trackFeatures: Uint32Array;
  /** Float32Array[observations*2], pixels of the full photo (distorted). */
  readonly trackPixels: Float32Array;
}
