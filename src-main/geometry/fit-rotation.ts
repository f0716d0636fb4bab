import { nearestRotation3 } from '../linalg/svd3.js';

/**
 * The rotation that turns the rays of camera 1 to those of camera 2 with the least squared chord: what relates two views from
 * one place.
 *
 * Based on: Kabsch 1976; Umeyama, PAMI 1991 (the nearest rotation of the correlation of the unit rays).
 *
 * @param x1, x2 Float64Array[n*2], normalised image points
 * @param subset indices of the points to use, two or more that are not all one
 * @returns Float64Array[9], cam2FromCam1
 */
export function fitRotation(x1: Float64Array, x2: Float64Array, subset: Uint32Array): Float64Array {
  const correlation = new Float64Array(9);
  for (const index of subset) {
    const a = [x1[index * 2]!, x1[index * 2 + 1]!, 1] as const;
    const b = [x2[index * 2]!, x2[index * 2 + 1]!, 1] as const;
    const scale = 1 / Math.sqrt((a[0] * a[0] + a[1] * a[1] + 1) * (b[0] * b[0] + b[1] * b[1] + 1));
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) correlation[row * 3 + column]! += scale * b[row]! * a[column]!;
    }
  }
  return nearestRotation3(correlation);
}

/** Distances in image 2 of the points of image 1 turned by R, normalised units; Infinity for points turned behind the camera. */
export function rotationErrors(R: Float64Array, x1: Float64Array, x2: Float64Array, subset: Uint32Array): Float64Array {
  return Float64Array.from(subset, (index) => {
    const u = x1[index * 2]!;
    const v = x1[index * 2 + 1]!;
    const z = R[6]! * u + R[7]! * v + R[8]!;
    if (!(z > 0)) return Number.POSITIVE_INFINITY;
    const x = (R[0]! * u + R[1]! * v + R[2]!) / z;
    const y = (R[3]! * u + R[4]! * v + R[5]!) / z;
    return Math.hypot(x - x2[index * 2]!, y - x2[index * 2 + 1]!);
  });
}
