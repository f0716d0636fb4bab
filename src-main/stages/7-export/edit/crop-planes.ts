import type { CropBox } from '../../../../src-shared/pipeline/edit-options.js';
import { rotationFromQuaternion } from '../../../geometry/rotation.js';

/**
 * The six sides of a crop box as planes in the world.
 *
 * @param automaticFromWorld Float64Array[16], row-major similarity
 * @returns Float64Array[6*4], a plane a row (n, d): `n X + d` is the distance of a world point X from the side in units of the
 *   automatic frame, positive inside
 */
export function cropPlanes({ center, size, rotation }: CropBox, automaticFromWorld: Float64Array): Float64Array {
  const [x, y, z, w] = rotation as readonly [number, number, number, number];
  const R = rotationFromQuaternion([w, x, y, z]);
  const planes = new Float64Array(24);
  for (let side = 0; side < 6; side++) {
    const axis = side >> 1;
    const sign = side % 2 === 0 ? 1 : -1;
    // Inside: h + sign a (x - c) >= 0, a the box's axis in the automatic frame, x = F X.
    const a = [R[axis]! * sign, R[3 + axis]! * sign, R[6 + axis]! * sign];
    const plane = planes.subarray(side * 4, side * 4 + 4);
    plane[3] = size[axis]! / 2;
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 4; column++) plane[column]! += a[row]! * automaticFromWorld[row * 4 + column]!;
      plane[3]! -= a[row]! * center[row]!;
    }
  }
  return planes;
}
