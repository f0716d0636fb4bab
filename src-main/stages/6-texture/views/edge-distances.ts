import type { DepthBuffer } from '../../../geometry/rasterize.js';

/**
 * Zeroes the pixels on both sides of a depth discontinuity: where 1 / z, which is linear in the image on any plane, bends by more
 * than a step does.
 *
 * @param distances Uint16Array[h*w], changed in place
 * @param step relative to the depth
 */
export function markDepthEdges(distances: Uint16Array, { width, height, inverseDepths }: DepthBuffer, step: number) {
  const mark = (i: number, stride: number) => {
    const w = inverseDepths[i]!;
    const before = inverseDepths[i - stride]!;
    const after = inverseDepths[i + stride]!;
    if (w === 0 || before === 0 || after === 0 || Math.abs(before - 2 * w + after) <= step * w) return;
    distances[i] = 0;
    distances[Math.abs(after - w) > Math.abs(before - w) ? i + stride : i - stride] = 0;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 1; x < width - 1; x++) mark(y * width + x, 1);
  }
  for (let y = 1; y < height - 1; y++) {
    for (let x = 0; x < width; x++) mark(y * width + x, width);
  }
}

/**
 * Distance of every pixel to the nearest zero: the 3-4 chamfer transform (Borgefors, CVGIP 1986), within 8 % of Euclidean. The
 * border of the image counts as zero.
 *
 * @param distances Uint16Array[h*w], 0 or 0xffff on entry; on return in thirds of a pixel
 */
export function spreadDistances(distances: Uint16Array, width: number, height: number): void {
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : distances[y * width + x]!);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      let distance = distances[i]!;
      if (distance === 0) continue;
      if (x > 0 && y > 0 && x < width - 1) {
        distance = Math.min(
          distance,
          distances[i - 1]! + 3,
          distances[i - width]! + 3,
          distances[i - width - 1]! + 4,
          distances[i - width + 1]! + 4,
        );
      } else {
        distance = Math.min(distance, at(x - 1, y) + 3, at(x, y - 1) + 3, at(x - 1, y - 1) + 4, at(x + 1, y - 1) + 4);
      }
      distances[i] = distance;
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x;
      let distance = distances[i]!;
      if (distance === 0) continue;
      if (x > 0 && y < height - 1 && x < width - 1) {
        distance = Math.min(
          distance,
          distances[i + 1]! + 3,
          distances[i + width]! + 3,
          distances[i + width + 1]! + 4,
          distances[i + width - 1]! + 4,
        );
      } else {
        distance = Math.min(distance, at(x + 1, y) + 3, at(x, y + 1) + 3, at(x + 1, y + 1) + 4, at(x - 1, y + 1) + 4);
      }
      distances[i] = distance;
    }
  }
}
