import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { planarInverse } from './planar-inverse.js';

/**
 * Which texel shows which point of the surface. Texels are listed face by face, within a face row by row; face f has the texels
 * `faceOffsets[f] .. faceOffsets[f + 1] - 1`. All arrays are in shared memory, so that workers need no copies.
 */
export interface TexelLayout {
  /** Side of the square texture. */
  readonly size: number;
  /** Uint32Array[m + 1]. */
  readonly faceOffsets: Uint32Array;
  /** Uint32Array[k], `y * size + x`. */
  readonly texels: Uint32Array;
  /** Float32Array[k*3], world: the surface at the texel's centre, or beside it where the centre is just outside its face. */
  readonly positions: Float32Array;
  /** Texels whose centre is inside their face; the others surround the charts, because bilinear sampling reads them too. */
  readonly coveredCount: number;
}

/** A texture mesh in texture coordinates: `uvs` Float32Array[n*2] in [0, 1]. */
export interface UvMesh extends Mesh {
  readonly uvs: Float32Array;
}

const NO_FACE = -1;
/** Texels whose centre is at most this far outside a face belong to it when no face covers them. */
const BORDER_PX = 1.5;
/** Beyond this a border texel takes the nearest point of its face: narrow faces would extrapolate far away. */
const MAX_EXTRAPOLATION = 1;

export function layOutTexels(mesh: UvMesh, size: number): TexelLayout {
  const owners = new Int32Array(size * size).fill(NO_FACE);
  const faceCount = mesh.indices.length / 3;
  forEachTexel(mesh, size, 0, (texel, face) => {
    if (owners[texel] === NO_FACE) owners[texel] = face;
  });
  const coveredCount = owners.reduce((count, face) => count + (face === NO_FACE ? 0 : 1), 0);
  claimBorders(mesh, size, owners);

  const faceOffsets = sharedU32(faceCount + 1);
  for (const face of owners) if (face !== NO_FACE) faceOffsets[face + 1]!++;
  for (let f = 0; f < faceCount; f++) faceOffsets[f + 1]! += faceOffsets[f]!;
  const count = faceOffsets[faceCount]!;
  const next = faceOffsets.slice();
  const texels = sharedU32(count);
  for (let texel = 0; texel < owners.length; texel++) {
    const face = owners[texel]!;
    if (face !== NO_FACE) texels[next[face]!++] = texel;
  }
  return { size, faceOffsets, texels, positions: texelPositions(mesh, size, faceOffsets, texels), coveredCount };
}

/** Gives free texels beside a face to the face whose border is nearest; of equally near ones to the first. */
function claimBorders(mesh: UvMesh, size: number, owners: Int32Array): void {
  const claims = new Map<number, { face: number; distance: number }>();
  forEachTexel(mesh, size, BORDER_PX, (texel, face, distance) => {
    if (owners[texel] !== NO_FACE) return;
    const claim = claims.get(texel);
    if (claim === undefined) claims.set(texel, { face, distance });
    else if (distance < claim.distance) Object.assign(claim, { face, distance });
  });
  for (const [texel, { face }] of claims) owners[texel] = face;
}

/** Calls back for every texel whose centre is inside a face, or at most `border` texels away from it. */
function forEachTexel(
  { indices, uvs }: UvMesh,
  size: number,
  border: number,
  visit: (texel: number, face: number, distance: number) => void,
): void {
  const corners = new Float64Array(6);
  for (let face = 0; face < indices.length / 3; face++) {
    for (let k = 0; k < 3; k++) {
      corners[k * 2] = uvs[indices[face * 3 + k]! * 2]! * size;
      corners[k * 2 + 1] = uvs[indices[face * 3 + k]! * 2 + 1]! * size;
    }
    const [ax, ay, bx, by, cx, cy] = corners as unknown as [number, number, number, number, number, number];
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area === 0) continue;
    const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - border - 0.5));
    const right = Math.min(size - 1, Math.floor(Math.max(ax, bx, cx) + border - 0.5));
    const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - border - 0.5));
    const bottom = Math.min(size - 1, Math.floor(Math.max(ay, by, cy) + border - 0.5));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const distance = outsideDistance(corners, Math.sign(area), x + 0.5, y + 0.5);
        if (distance <= border) visit(y * size + x, face, distance);
      }
    }
  }
}

/** Distance of a point from a triangle, 0 inside. @param orientation 1 or -1, of the corners */
function outsideDistance(corners: Float64Array, orientation: number, x: number, y: number): number {
  let nearestSquared = Number.POSITIVE_INFINITY;
  let isInside = true;
  for (let k = 0; k < 6; k += 2) {
    const next = (k + 2) % 6;
    const dx = corners[next]! - corners[k]!;
    const dy = corners[next + 1]! - corners[k + 1]!;
    const px = x - corners[k]!;
    const py = y - corners[k + 1]!;
    if (orientation * (dx * py - dy * px) < 0) isInside = false;
    const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
    const ox = px - along * dx;
    const oy = py - along * dy;
    nearestSquared = Math.min(nearestSquared, ox * ox + oy * oy);
  }
  return isInside ? 0 : Math.sqrt(nearestSquared);
}

function texelPositions(mesh: UvMesh, size: number, faceOffsets: Uint32Array, texels: Uint32Array): Float32Array {
  const { positions, indices } = mesh;
  const result = new Float32Array(new SharedArrayBuffer(texels.length * 12));
  const shares = new Float64Array(3);
  for (let face = 0; face < faceOffsets.length - 1; face++) {
    const start = faceOffsets[face]!;
    const end = faceOffsets[face + 1]!;
    if (start === end) continue;
    const barycentric = planarInverse(mesh, face, size);
    for (let i = start; i < end; i++) {
      barycentric((texels[i]! % size) + 0.5, Math.floor(texels[i]! / size) + 0.5, shares);
      limitExtrapolation(shares);
      for (let d = 0; d < 3; d++) {
        let sum = 0;
        for (let k = 0; k < 3; k++) sum += shares[k]! * positions[indices[face * 3 + k]! * 3 + d]!;
        result[i * 3 + d] = sum;
      }
    }
  }
  return result;
}

function limitExtrapolation(shares: Float64Array): void {
  if (Math.min(shares[0]!, shares[1]!, shares[2]!) >= -MAX_EXTRAPOLATION) return;
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    shares[k] = Math.max(0, shares[k]!);
    sum += shares[k]!;
  }
  for (let k = 0; k < 3; k++) shares[k]! /= sum;
}

const sharedU32 = (length: number) => new Uint32Array(new SharedArrayBuffer(length * 4));
