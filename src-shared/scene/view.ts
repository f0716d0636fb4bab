import type { RigidTransform } from './conventions.js';

/** An undistorted (PINHOLE) image of a registered photo at the working size, for dense stereo. Pixels of this view. */
export interface View {
  readonly photoId: number;
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  readonly camFromWorld: RigidTransform;
  /**
   * Workspace path of an array file with `rgb` Uint8Array[h*w*3] and, where the photo has a mask or the undistorted image has
   * borders, `mask` Uint8Array[h*w] (0 out, 255 in).
   */
  readonly file: string;
  /** Indices in the list of views of the best source views, best first. */
  readonly sources: readonly number[];
  /** Range of depths to search, camera z, world units. */
  readonly depthMin: number;
  readonly depthMax: number;
}

/**
 * The filtered depth map of a view, in an array file with
 * - `depths` Float32Array[h*w]: camera z, world units, 0 = unknown
 * - `normals` Float32Array[h*w*3]: unit, camera frame, facing the camera
 * - `confidences` Float32Array[h*w]: 0..1.
 */
export interface ViewDepth {
  readonly photoId: number;
  readonly file: string;
  /** Share of the (masked) pixels with a depth, 0..1. */
  readonly coverage: number;
}
