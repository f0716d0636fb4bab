import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { meshEdges, nextInFace } from './edges.js';
import { UnionFind } from './union-find.js';

/** What a mesh is, by its indices alone. */
export interface MeshTopology {
  readonly triangles: number;
  readonly vertices: number;
  /** Sets of triangles joined by edges. */
  readonly components: number;
  readonly boundaryEdges: number;
  /** Edges of more than two triangles, or of two that go along it the same way. */
  readonly nonManifoldEdges: number;
  /** Every edge has exactly two triangles. */
  readonly isClosed: boolean;
}

export function meshTopology(mesh: Mesh): MeshTopology {
  const { indices } = mesh;
  const vertices = mesh.positions.length / 3;
  const { halfEdges, starts } = meshEdges(indices, vertices);
  let boundaryEdges = 0;
  let nonManifoldEdges = 0;
  for (let e = 0; e + 1 < starts.length; e++) {
    const size = starts[e + 1]! - starts[e]!;
    if (size === 1) boundaryEdges++;
    else if (size > 2 || indices[halfEdges[starts[e]!]!] === indices[halfEdges[starts[e]! + 1]!]) nonManifoldEdges++;
  }
  return {
    triangles: indices.length / 3,
    vertices,
    components: faceComponents(indices, vertices).count,
    boundaryEdges,
    nonManifoldEdges,
    isClosed: boundaryEdges === 0 && nonManifoldEdges === 0,
  };
}

/** Numbers the sets of faces joined by edges, in the order of their first face. @returns Int32Array[faces] and the number of sets */
export function faceComponents(
  indices: Uint32Array,
  vertexCount: number,
): { readonly componentOf: Int32Array; readonly count: number } {
  const sets = new UnionFind(indices.length / 3);
  const { halfEdges, starts } = meshEdges(indices, vertexCount);
  for (let e = 0; e + 1 < starts.length; e++) {
    const first = Math.floor(halfEdges[starts[e]!]! / 3);
    for (let i = starts[e]! + 1; i < starts[e + 1]!; i++) sets.union(first, Math.floor(halfEdges[i]! / 3));
  }
  const componentOf = new Int32Array(indices.length / 3);
  let count = 0;
  for (let face = 0; face < componentOf.length; face++) {
    const root = sets.find(face);
    componentOf[face] = root === face ? count++ : componentOf[root]!;
  }
  return { componentOf, count };
}

/** Area of each face, in squared units of the positions. */
export function faceAreas({ positions, indices }: Mesh): Float64Array {
  const areas = new Float64Array(indices.length / 3);
  for (let face = 0; face < areas.length; face++) {
    const a = 3 * indices[3 * face]!;
    const b = 3 * indices[3 * face + 1]!;
    const c = 3 * indices[3 * face + 2]!;
    const ux = positions[b]! - positions[a]!;
    const uy = positions[b + 1]! - positions[a + 1]!;
    const uz = positions[b + 2]! - positions[a + 2]!;
    const vx = positions[c]! - positions[a]!;
    const vy = positions[c + 1]! - positions[a + 1]!;
    const vz = positions[c + 2]! - positions[a + 2]!;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    areas[face] = Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
  }
  return areas;
}

/** Closed chains of boundary half-edges, each a list of half-edges head to tail; the mesh's vertices must be manifold. */
export function boundaryLoops(mesh: Mesh): number[][] {
  const { indices } = mesh;
  const { halfEdges, starts } = meshEdges(indices, mesh.positions.length / 3);
  const outgoing = new Map<number, number>();
  for (let e = 0; e + 1 < starts.length; e++) {
    if (starts[e + 1]! - starts[e]! !== 1) continue;
    const h = halfEdges[starts[e]!]!;
    outgoing.set(indices[h]!, h);
  }
  const loops: number[][] = [];
  for (const [start, first] of [...outgoing].sort(([one], [two]) => one - two)) {
    if (!outgoing.has(start)) continue;
    const loop: number[] = [];
    let h: number | undefined = first;
    while (h !== undefined) {
      loop.push(h);
      outgoing.delete(indices[h]!);
      h = outgoing.get(indices[nextInFace(h)]!);
    }
    if (indices[nextInFace(loop.at(-1)!)] === start) loops.push(loop);
  }
  return loops;
}
