import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { edgeEnd, faceAdjacency } from '../../geometry/face-adjacency.js';
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
  const coveredCount = claimCovered(mesh, size, owners);
  claimBorders(mesh, size, owners);

  const faceCount = mesh.indices.length / 3;
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

/** Gives every texel whose centre is inside a face to it. @returns their number */
function claimCovered(mesh: UvMesh, size: number, owners: Int32Array): number {
  let count = 0;
  forEachFace(mesh, size, 0, (face, corners, left, right, top, bottom) => {
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const texel = y * size + x;
        if (owners[texel] !== NO_FACE || !isInside(corners, x + 0.5, y + 0.5)) continue;
        owners[texel] = face;
        count++;
      }
    }
  });
  return count;
}

/** Gives free texels beside a chart to the face whose border is nearest; of equally near ones to the first. */
function claimBorders(mesh: UvMesh, size: number, owners: Int32Array): void {
  const isAtBorder = facesAtBorder(mesh);
  // Of claimed border texels, 1..255; 0: not claimed.
  const nearness = new Uint8Array(size * size);
  forEachFace(mesh, size, BORDER_PX, (face, corners, left, right, top, bottom) => {
    if (!isAtBorder[face]) return;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const texel = y * size + x;
        if (owners[texel] !== NO_FACE && nearness[texel] === 0) continue;
        const near = 255 - Math.floor((255 * outsideDistance(corners, x + 0.5, y + 0.5)) / BORDER_PX);
        if (near <= nearness[texel]!) continue;
        nearness[texel] = near;
        owners[texel] = face;
      }
    }
  });
}

/** Faces with a corner on the border of their chart. Uint8Array[m], 1 or 0. */
function facesAtBorder({ indices, uvs }: UvMesh): Uint8Array {
  const isBorderVertex = new Uint8Array(uvs.length / 2);
  const adjacent = faceAdjacency(indices, uvs.length / 2);
  for (let edge = 0; edge < indices.length; edge++) {
    if (adjacent[edge] !== -1) continue;
    isBorderVertex[indices[edge]!] = 1;
    isBorderVertex[indices[edgeEnd(edge)]!] = 1;
  }
  return Uint8Array.from({ length: indices.length / 3 }, (_, face) => {
    const at = face * 3;
    return isBorderVertex[indices[at]!]! | isBorderVertex[indices[at + 1]!]! | isBorderVertex[indices[at + 2]!]!;
  });
}

/** Calls back for every face with its corners in texels (counter-clockwise) and the texels around it. */
function forEachFace(
  { indices, uvs }: UvMesh,
  size: number,
  border: number,
  visit: (face: number, corners: Float64Array, left: number, right: number, top: number, bottom: number) => void,
): void {
  const corners = new Float64Array(6);
  for (let face = 0; face < indices.length / 3; face++) {
    for (let k = 0; k < 3; k++) {
      corners[k * 2] = uvs[indices[face * 3 + k]! * 2]! * size;
      corners[k * 2 + 1] = uvs[indices[face * 3 + k]! * 2 + 1]! * size;
    }
    const area = twiceArea(corners);
    if (area === 0) continue;
    if (area < 0) corners.set([corners[4]!, corners[5]!, corners[2]!, corners[3]!, corners[0]!, corners[1]!]);
    const [ax, ay, bx, by, cx, cy] = corners as unknown as [number, number, number, number, number, number];
    const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - border - 0.5));
    const right = Math.min(size - 1, Math.floor(Math.max(ax, bx, cx) + border - 0.5));
    const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - border - 0.5));
    const bottom = Math.min(size - 1, Math.floor(Math.max(ay, by, cy) + border - 0.5));
    visit(face, corners, left, right, top, bottom);
  }
}

const twiceArea = (c: Float64Array) => (c[2]! - c[0]!) * (c[5]! - c[1]!) - (c[3]! - c[1]!) * (c[4]! - c[0]!);

function isInside(c: Float64Array, x: number, y: number): boolean {
  return (
    (c[2]! - c[0]!) * (y - c[1]!) - (c[3]! - c[1]!) * (x - c[0]!) >= 0 &&
    (c[4]! - c[2]!) * (y - c[3]!) - (c[5]! - c[3]!) * (x - c[2]!) >= 0 &&
    (c[0]! - c[4]!) * (y - c[5]!) - (c[1]! - c[5]!) * (x - c[4]!) >= 0
  );
}

/** Distance of a point outside a triangle from it; {@link BORDER_PX} and more count as just that. */
function outsideDistance(corners: Float64Array, x: number, y: number): number {
  let nearestSquared = BORDER_PX * BORDER_PX;
  for (let k = 0; k < 6; k += 2) {
    const next = (k + 2) % 6;
    const dx = corners[next]! - corners[k]!;
    const dy = corners[next + 1]! - corners[k + 1]!;
    const px = x - corners[k]!;
    const py = y - corners[k + 1]!;
    const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
    const ox = px - along * dx;
    const oy = py - along * dy;
    nearestSquared = Math.min(nearestSquared, ox * ox + oy * oy);
  }
  return Math.sqrt(nearestSquared);
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
