import { planarInverse } from '../planar-inverse.js';
import type { TexelLayout, UvMesh } from '../texel-layout.js';
import type { TexelColors } from './compose-texels.js';

/** A mesh whose vertices are copies of `sourceVertices` (Uint32Array[n]) of a mesh that is not split along charts. */
export interface SplitMesh extends UvMesh {
  readonly sourceVertices: Uint32Array;
}

const SMOOTHING_ITERATIONS = 60;

/**
 * Gives the texels that no photo sees the colours around them on the surface: colours of seen texels are gathered at the vertices,
 * spread over the mesh to the vertices without one (a discrete harmonic function), and interpolated over the faces. Charts do not
 * matter: colours spread across their borders.
 *
 * @param colors changed in place: unseen texels get a colour
 */
export function fillUnseen(mesh: SplitMesh, layout: TexelLayout, colors: TexelColors): void {
  if (!colors.isSeen.includes(0)) return;
  const vertexCount = mesh.sourceVertices.reduce((highest, vertex) => Math.max(highest, vertex + 1), 0);
  const vertices = seenVertexColors(mesh, layout, colors, vertexCount);
  spread(mesh, vertices);
  const { indices, sourceVertices } = mesh;
  const shares = new Float64Array(3);
  for (let face = 0; face < indices.length / 3; face++) {
    let barycentric: ReturnType<typeof planarInverse> | undefined;
    for (let i = layout.faceOffsets[face]!; i < layout.faceOffsets[face + 1]!; i++) {
      if (colors.isSeen[i]) continue;
      barycentric ??= planarInverse(mesh, face, layout.size);
      barycentric((layout.texels[i]! % layout.size) + 0.5, Math.floor(layout.texels[i]! / layout.size) + 0.5, shares);
      for (let k = 0; k < 3; k++) shares[k] = Math.min(1, Math.max(0, shares[k]!));
      const sum = shares[0]! + shares[1]! + shares[2]!;
      for (let c = 0; c < 3; c++) {
        let color = 0;
        for (let k = 0; k < 3; k++)
          color += shares[k]! * vertices.rgb[sourceVertices[indices[face * 3 + k]!]! * 3 + c]!;
        colors.rgb[i * 3 + c] = color / sum;
      }
    }
  }
}

interface VertexColors {
  readonly rgb: Float32Array;
  readonly isKnown: Uint8Array;
}

function seenVertexColors(mesh: SplitMesh, layout: TexelLayout, colors: TexelColors, count: number): VertexColors {
  const sums = new Float64Array(count * 4);
  for (let face = 0; face < mesh.indices.length / 3; face++) {
    const mean = [0, 0, 0];
    let seen = 0;
    for (let i = layout.faceOffsets[face]!; i < layout.faceOffsets[face + 1]!; i++) {
      if (!colors.isSeen[i]) continue;
      seen++;
      for (let c = 0; c < 3; c++) mean[c]! += colors.rgb[i * 3 + c]!;
    }
    if (seen === 0) continue;
    for (let k = 0; k < 3; k++) {
      const at = mesh.sourceVertices[mesh.indices[face * 3 + k]!]! * 4;
      for (let c = 0; c < 3; c++) sums[at + c]! += mean[c]!;
      sums[at + 3]! += seen;
    }
  }
  const rgb = new Float32Array(count * 3);
  const isKnown = new Uint8Array(count);
  for (let v = 0; v < count; v++) {
    const weight = sums[v * 4 + 3]!;
    if (weight === 0) continue;
    isKnown[v] = 1;
    for (let c = 0; c < 3; c++) rgb[v * 3 + c] = sums[v * 4 + c]! / weight;
  }
  return { rgb, isKnown };
}

/** Fills the unknown vertices: ring by ring from the known ones, then smoothed; parts that touch nothing known take the mean. */
function spread({ indices, sourceVertices }: SplitMesh, { rgb, isKnown }: VertexColors): void {
  const neighbours = vertexNeighbours(indices, sourceVertices, isKnown.length);
  const isFilled = isKnown.slice();
  let front: number[] = [];
  for (let v = 0; v < isKnown.length; v++) if (isKnown[v]) front.push(v);
  const mean = [0, 1, 2].map((c) => front.reduce((sum, v) => sum + rgb[v * 3 + c]!, 0) / Math.max(1, front.length));
  const filled: number[] = [];
  while (front.length > 0) {
    const ring = new Set<number>();
    for (const v of front) for (const other of neighbours(v)) if (!isFilled[other]) ring.add(other);
    for (const v of ring) average(v, neighbours(v), rgb, isFilled);
    for (const v of ring) isFilled[v] = 1;
    front = [...ring];
    for (const v of front) filled.push(v);
  }
  for (let iteration = 0; iteration < SMOOTHING_ITERATIONS; iteration++) {
    for (const v of filled) average(v, neighbours(v), rgb, isFilled);
  }
  for (let v = 0; v < isFilled.length; v++) if (!isFilled[v]) rgb.set(mean, v * 3);
}

function average(v: number, neighbours: Uint32Array, rgb: Float32Array, isFilled: Uint8Array): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  let count = 0;
  for (const other of neighbours) {
    if (!isFilled[other]) continue;
    red += rgb[other * 3]!;
    green += rgb[other * 3 + 1]!;
    blue += rgb[other * 3 + 2]!;
    count++;
  }
  if (count > 0) rgb.set([red / count, green / count, blue / count], v * 3);
}

/** Neighbours of a vertex along the edges; one that two faces share is listed twice, which weighs it as inner edges deserve. */
function vertexNeighbours(indices: Uint32Array, sourceVertices: Uint32Array, count: number) {
  const offsets = new Uint32Array(count + 1);
  for (const index of indices) offsets[sourceVertices[index]! + 1]! += 2;
  for (let v = 0; v < count; v++) offsets[v + 1]! += offsets[v]!;
  const next = offsets.slice();
  const lists = new Uint32Array(offsets[count]!);
  for (let corner = 0; corner < indices.length; corner++) {
    const face = corner - (corner % 3);
    const v = sourceVertices[indices[corner]!]!;
    lists[next[v]!++] = sourceVertices[indices[face + ((corner - face + 1) % 3)]!]!;
    lists[next[v]!++] = sourceVertices[indices[face + ((corner - face + 2) % 3)]!]!;
  }
  return (v: number) => lists.subarray(offsets[v]!, offsets[v + 1]!);
}
