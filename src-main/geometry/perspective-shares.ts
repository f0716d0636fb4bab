import type { ImageVertices } from './rasterize.js';

/**
 * Perspective-correct barycentric coordinates of the point of a triangle that is seen at a pixel: attributes of the corners
 * interpolate with them.
 *
 * @param corner index of the triangle's first entry in `indices`
 * @param shares receives the three shares; they sum to 1
 */
export function perspectiveShares(
  { pixels, inverseDepths }: ImageVertices,
  indices: Uint32Array,
  corner: number,
  x: number,
  y: number,
  shares: Float64Array,
): void {
  const a = indices[corner]!;
  const b = indices[corner + 1]!;
  const c = indices[corner + 2]!;
  const ax = pixels[a * 2]!;
  const ay = pixels[a * 2 + 1]!;
  const abx = pixels[b * 2]! - ax;
  const aby = pixels[b * 2 + 1]! - ay;
  const acx = pixels[c * 2]! - ax;
  const acy = pixels[c * 2 + 1]! - ay;
  const area = abx * acy - aby * acx;
  const shareB = ((x - ax) * acy - (y - ay) * acx) / area;
  const shareC = ((y - ay) * abx - (x - ax) * aby) / area;
  const wa = (1 - shareB - shareC) * inverseDepths[a]!;
  const wb = shareB * inverseDepths[b]!;
  const wc = shareC * inverseDepths[c]!;
  const sum = wa + wb + wc;
  shares[0] = wa / sum;
  shares[1] = wb / sum;
  shares[2] = wc / sum;
}
