/**
 * Makes a triangle mesh manifold by giving copies of a vertex to the parts of the surface that only touch there.
 *
 * Based on: A. Gueziec et al., Cutting and Stitching: Converting Sets of Polygons to Manifold Surfaces, TVCG 2001 (cut along
 * singular edges and vertices), with the faces around a singular edge joined again in pairs that bound the same solid wedge.
 */
import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { meshEdges, nextInFace } from './edges.js';
import { UnionFind } from './union-find.js';

/** Copies of a vertex move this share of the way to the mean of their neighbours, so that no two stay at one position. */
const NUDGE = 0.05;
/** Pairs of pairs that share both ends are split at the middle; new touching edges cannot arise from that more than a few times. */
const MAX_ROUNDS = 4;

/**
 * @param mesh without degenerate triangles (`removeDegenerateTriangles`)
 * @returns a mesh in which every edge has one or two faces, consistently oriented, and the faces of a vertex form one fan; and for
 *   each vertex the one it was (for a vertex put into the middle of an edge, an end of that edge)
 */
export function splitNonManifold(mesh: Mesh): Mesh & { readonly vertexSources: Uint32Array } {
  let current = mesh;
  let sources = Uint32Array.from({ length: mesh.positions.length / 3 }, (_, v) => v);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const pairs = pairHalfEdges(current);
    const separated = separateFans(current, pairs);
    sources = separated.vertexSources.map((v) => sources[v]!);
    const halved = halveDoubleEdges(separated, pairs);
    if (!halved) return { ...separated, vertexSources: sources };
    sources = halved.vertexSources.map((v) => sources[v]!);
    current = halved;
  }
  const last = separateFans(current, pairHalfEdges(current, false));
  return { ...last, vertexSources: last.vertexSources.map((v) => sources[v]!) };
}

/**
 * @param joinSingular whether faces around an edge of more than two are joined in pairs; else they get boundaries there
 * @returns Int32Array[faces*3], the half-edge across each half-edge, or -1
 */
function pairHalfEdges({ positions, indices }: Mesh, joinSingular = true): Int32Array {
  const { halfEdges, starts } = meshEdges(indices, positions.length / 3);
  const across = new Int32Array(indices.length).fill(-1);
  const join = (one: number, two: number) => {
    across[one] = two;
    across[two] = one;
  };
  for (let e = 0; e + 1 < starts.length; e++) {
    const group = halfEdges.subarray(starts[e]!, starts[e + 1]!);
    if (group.length === 2 && indices[group[0]!] !== indices[group[1]!]) join(group[0]!, group[1]!);
    else if (group.length > 2 && joinSingular) joinAroundEdge(positions, indices, group, join);
  }
  return across;
}

/** Joins each face that goes along the edge forwards to the next one, turning through the solid, that goes backwards. */
function joinAroundEdge(
  P: Float32Array,
  indices: Uint32Array,
  group: Int32Array,
  join: (one: number, two: number) => void,
): void {
  const a = Math.min(indices[group[0]!]!, indices[nextInFace(group[0]!)]!);
  const b = Math.max(indices[group[0]!]!, indices[nextInFace(group[0]!)]!);
  const axis = difference(P, b, a);
  const apex = (h: number) => indices[nextInFace(nextInFace(h))]!;
  // Axes across the edge: u towards the first apex, w = axis x u.
  const first = difference(P, apex(group[0]!), a);
  const along = dot(first, axis) / dot(axis, axis);
  const u = first.map((x, k) => x - along * axis[k]!);
  const w = cross(axis, u).map((x) => x / Math.sqrt(dot(axis, axis)));
  const angle = (h: number) => {
    const d = difference(P, apex(h), a);
    return Math.atan2(dot(d, w), dot(d, u));
  };
  const around = [...group].map((h) => ({ h, angle: angle(h), forwards: indices[h] === a }));
  around.sort((one, two) => one.angle - two.angle || one.h - two.h);
  // A face (a, b, apex) has its normal towards growing angles, so the solid is on the side of falling angles.
  const taken = new Set<number>();
  around.forEach(({ h, forwards }, i) => {
    if (!forwards) return;
    for (let step = 1; step < around.length; step++) {
      const other = around[(i - step + around.length) % around.length]!;
      if (other.forwards) return;
      if (taken.has(other.h)) continue;
      taken.add(other.h);
      join(h, other.h);
      return;
    }
  });
}

/** A vertex for each fan of faces that are joined around it. */
function separateFans(mesh: Mesh, across: Int32Array): Mesh & { readonly vertexSources: Uint32Array } {
  const { positions, indices } = mesh;
  const corners = new UnionFind(indices.length);
  for (let h = 0; h < across.length; h++) {
    const other = across[h]!;
    if (other < h) continue;
    corners.union(h, nextInFace(other));
    corners.union(nextInFace(h), other);
  }
  const vertexCount = positions.length / 3;
  const owner = new Int32Array(vertexCount).fill(-1);
  const vertexOfFan = new Map<number, number>();
  const sources = Array.from({ length: vertexCount }, (_, v) => v);
  const separated = new Uint32Array(indices.length);
  for (let h = 0; h < indices.length; h++) {
    const fan = corners.find(h);
    const vertex = indices[h]!;
    if (owner[vertex] === -1) owner[vertex] = fan;
    if (owner[vertex] === fan) separated[h] = vertex;
    else {
      let copy = vertexOfFan.get(fan);
      if (copy === undefined) {
        copy = sources.push(vertex) - 1;
        vertexOfFan.set(fan, copy);
      }
      separated[h] = copy;
    }
  }
  const moved = new Float32Array(3 * sources.length);
  sources.forEach((source, v) => {
    for (let k = 0; k < 3; k++) moved[3 * v + k] = positions[3 * source + k]!;
  });
  nudgeCopies(moved, separated, vertexCount);
  return { positions: moved, indices: separated, vertexSources: Uint32Array.from(sources) };
}

function nudgeCopies(positions: Float32Array, indices: Uint32Array, firstCopy: number): void {
  const copies = positions.length / 3 - firstCopy;
  if (copies === 0) return;
  const sums = new Float64Array(4 * copies);
  for (let h = 0; h < indices.length; h++) {
    const copy = indices[h]! - firstCopy;
    if (copy < 0) continue;
    for (const neighbor of [indices[nextInFace(h)]!, indices[nextInFace(nextInFace(h))]!]) {
      for (let k = 0; k < 3; k++) sums[4 * copy + k]! += positions[3 * neighbor + k]!;
      sums[4 * copy + 3]!++;
    }
  }
  for (let copy = 0; copy < copies; copy++) {
    const count = sums[4 * copy + 3]!;
    for (let k = 0; k < 3; k++) {
      const at = 3 * (firstCopy + copy) + k;
      positions[at] = positions[at]! + NUDGE * (sums[4 * copy + k]! / count - positions[at]!);
    }
  }
}

/**
 * Where two pairs of faces still share both ends of an edge, puts a vertex into the middle of the second pair's edge.
 *
 * @returns undefined where there is no such edge
 */
function halveDoubleEdges(
  mesh: Mesh,
  across: Int32Array,
): (Mesh & { readonly vertexSources: Uint32Array }) | undefined {
  const { positions, indices } = mesh;
  const { halfEdges, starts } = meshEdges(indices, positions.length / 3);
  const toHalve: number[] = [];
  for (let e = 0; e + 1 < starts.length; e++) {
    const group = halfEdges.subarray(starts[e]!, starts[e + 1]!);
    if (group.length <= 2) continue;
    let kept = false;
    for (const h of group) {
      if (across[h]! > h) {
        if (kept) toHalve.push(h);
        kept = true;
      }
    }
  }
  if (toHalve.length === 0) return undefined;
  const newPositions = [...positions];
  const sources = Array.from({ length: positions.length / 3 }, (_, v) => v);
  const newIndices = [...indices];
  const touched = new Set<number>();
  for (const h of toHalve) {
    const other = across[h]!;
    const faces = [Math.floor(h / 3), Math.floor(other / 3)];
    // A face is split once a round: the next round sees what is left.
    if (faces.some((face) => touched.has(face))) continue;
    for (const face of faces) touched.add(face);
    const a = indices[h]!;
    const b = indices[nextInFace(h)]!;
    const middle = sources.push(a) - 1;
    for (let k = 0; k < 3; k++) newPositions.push((positions[3 * a + k]! + positions[3 * b + k]!) / 2);
    for (const half of [h, other]) {
      const end = indices[nextInFace(half)]!;
      const apex = indices[nextInFace(nextInFace(half))]!;
      newIndices[nextInFace(half)] = middle;
      newIndices.push(middle, end, apex);
    }
  }
  return {
    positions: Float32Array.from(newPositions),
    indices: Uint32Array.from(newIndices),
    vertexSources: Uint32Array.from(sources),
  };
}

function difference(P: Float32Array, to: number, from: number): number[] {
  return [0, 1, 2].map((k) => P[3 * to + k]! - P[3 * from + k]!);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!];
}
