/**
 * The one set of frames and layouts used everywhere; adapters convert at the border.
 *
 * - World: right-handed, scale arbitrary ("world units") unless stated.
 * - Camera: x right, y down, z forward (COLMAP, OpenCV). `x_cam = R x_world + t`; camera centre `C = -R^T t`.
 * - Pixels: u right, v down; the centre of the top-left pixel is (0.5, 0.5) (COLMAP).
 * - Matrices: Float64Array, row-major, `A[row * columns + column]`. Column-major and y-up exist only in `7-export/` and the
 *   viewport.
 * - Maps: row-major `y * width + x`. Depth map: Float32Array[h*w], camera z (not ray length), world units, 0 = unknown.
 *   Normal map: Float32Array[h*w*3], unit, camera frame, facing the camera. Mask: Uint8Array[h*w], 0 out, 255 in.
 * - f64 for poses, triangulation and bundle adjustment; f32 for maps, colours and vertices.
 */

/** A rigid transform from world to camera: `x_cam = R x_world + t`. */
export interface RigidTransform {
  /** Float64Array[9], row-major rotation. */
  readonly R: Float64Array;
  /** Float64Array[3], translation, in the units of the target frame. */
  readonly t: Float64Array;
}
