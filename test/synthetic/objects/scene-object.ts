import type { Vector } from '../vector.js';

/** Something to photograph: a solid that stands on z = 0 around the z axis, and its paint. */
export interface SceneObject {
  /** Distance field: negative inside. */
  distance(x: number, y: number, z: number): number;
  /** A box that holds it. */
  readonly min: Vector;
  readonly max: Vector;
  /**
   * The paint at a surface point.
   *
   * @param out receives linear red, green, blue reflectance and gloss (0 matt .. 1 glazed)
   */
  paint(x: number, y: number, z: number, out: Float64Array): void;
}
