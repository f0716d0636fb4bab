/**
 * How unlikely a facet is to be part of the surface by its shape alone.
 *
 * Based on: P. Labatut, J.-P. Pons, R. Keriven, Robust and Efficient Surface Reconstruction from Range Data, CGF 2009, section 3.3
 * (a soft beta-skeleton): 1 - min(cos phi, cos psi), with phi and psi the angles between the facet and the circumscribed spheres
 * of its two tetrahedra. Where the surface is sampled well, both spheres are large and meet the facet flatly.
 */

/**
 * @param positions Float64Array[n*3]; vertex n is at infinity
 * @param corners Int32Array[4*tets]
 * @returns Float32Array[4*tets], cosine of the angle between facet 4t + i and the sphere around t, negative where the centre is
 *   beyond the facet; 1 for facets of tetrahedra at infinity (their sphere is the facet's plane)
 */
export function sphereCosines(positions: Float64Array, corners: Int32Array): Float32Array {
  const infinity = positions.length / 3;
  const cosines = new Float32Array(corners.length).fill(1);
  const center = new Float64Array(3);
  for (let base = 0; base < corners.length; base += 4) {
    const a = corners[base]!;
    const b = corners[base + 1]!;
    const c = corners[base + 2]!;
    const d = corners[base + 3]!;
    if (a === infinity || b === infinity || c === infinity || d === infinity) continue;
    const radius = circumscribe(positions, a, b, c, d, center);
    cosines[base] = facetCosine(positions, b, c, d, a, center, radius);
    cosines[base + 1] = facetCosine(positions, a, c, d, b, center, radius);
    cosines[base + 2] = facetCosine(positions, a, b, d, c, center, radius);
    cosines[base + 3] = facetCosine(positions, a, b, c, d, center, radius);
  }
  return cosines;
}

/** Centre of the sphere around four points. @returns its radius, Infinity for flat tetrahedra */
function circumscribe(P: Float64Array, a: number, b: number, c: number, d: number, center: Float64Array): number {
  const x = P[3 * a]!;
  const y = P[3 * a + 1]!;
  const z = P[3 * a + 2]!;
  const bx = P[3 * b]! - x;
  const by = P[3 * b + 1]! - y;
  const bz = P[3 * b + 2]! - z;
  const cx = P[3 * c]! - x;
  const cy = P[3 * c + 1]! - y;
  const cz = P[3 * c + 2]! - z;
  const dx = P[3 * d]! - x;
  const dy = P[3 * d + 1]! - y;
  const dz = P[3 * d + 2]! - z;
  const bb = bx * bx + by * by + bz * bz;
  const cc = cx * cx + cy * cy + cz * cz;
  const dd = dx * dx + dy * dy + dz * dz;
  const cdx = cy * dz - cz * dy;
  const cdy = cz * dx - cx * dz;
  const cdz = cx * dy - cy * dx;
  const dbx = dy * bz - dz * by;
  const dby = dz * bx - dx * bz;
  const dbz = dx * by - dy * bx;
  const bcx = by * cz - bz * cy;
  const bcy = bz * cx - bx * cz;
  const bcz = bx * cy - by * cx;
  const scale = 0.5 / (bx * cdx + by * cdy + bz * cdz);
  const ox = (bb * cdx + cc * dbx + dd * bcx) * scale;
  const oy = (bb * cdy + cc * dby + dd * bcy) * scale;
  const oz = (bb * cdz + cc * dbz + dd * bcz) * scale;
  center[0] = x + ox;
  center[1] = y + oy;
  center[2] = z + oz;
  return Math.sqrt(ox * ox + oy * oy + oz * oz);
}

/** Distance of the centre from the facet's plane, positive on the side of the apex, as a share of the radius. */
function facetCosine(
  P: Float64Array,
  a: number,
  b: number,
  c: number,
  apex: number,
  center: Float64Array,
  radius: number,
): number {
  const x = P[3 * a]!;
  const y = P[3 * a + 1]!;
  const z = P[3 * a + 2]!;
  const bx = P[3 * b]! - x;
  const by = P[3 * b + 1]! - y;
  const bz = P[3 * b + 2]! - z;
  const cx = P[3 * c]! - x;
  const cy = P[3 * c + 1]! - y;
  const cz = P[3 * c + 2]! - z;
  const nx = by * cz - bz * cy;
  const ny = bz * cx - bx * cz;
  const nz = bx * cy - by * cx;
  const toApex = nx * (P[3 * apex]! - x) + ny * (P[3 * apex + 1]! - y) + nz * (P[3 * apex + 2]! - z);
  const toCenter = nx * (center[0]! - x) + ny * (center[1]! - y) + nz * (center[2]! - z);
  const cosine = (toCenter * Math.sign(toApex)) / (Math.sqrt(nx * nx + ny * ny + nz * nz) * radius);
  return cosine >= -1 && cosine <= 1 ? cosine : 0;
}
