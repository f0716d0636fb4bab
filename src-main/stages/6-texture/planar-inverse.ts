import type { UvMesh } from './texel-layout.js';

/**
 * The map from texels to barycentric coordinates of a face.
 *
 * @param size of the texture, texels
 * @returns (x, y, shares): writes the shares of the three corners at texel coordinates (x, y), centres at half-integers; they sum
 *   to 1, and one is negative outside the face. A face without area in the texture has its centroid everywhere.
 */
export function planarInverse(
  { indices, uvs }: UvMesh,
  face: number,
  size: number,
): (x: number, y: number, shares: Float64Array) => void {
  const a = indices[face * 3]! * 2;
  const b = indices[face * 3 + 1]! * 2;
  const c = indices[face * 3 + 2]! * 2;
  const ax = uvs[a]! * size;
  const ay = uvs[a + 1]! * size;
  const abx = uvs[b]! * size - ax;
  const aby = uvs[b + 1]! * size - ay;
  const acx = uvs[c]! * size - ax;
  const acy = uvs[c + 1]! * size - ay;
  const area = abx * acy - aby * acx;
  if (area === 0) return (_x, _y, shares) => void shares.fill(1 / 3);
  return (x, y, shares) => {
    const px = x - ax;
    const py = y - ay;
    shares[1] = (px * acy - py * acx) / area;
    shares[2] = (py * abx - px * aby) / area;
    shares[0] = 1 - shares[1] - shares[2];
  };
}
