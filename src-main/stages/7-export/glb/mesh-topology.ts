import type { Mesh } from '../../../../src-shared/scene/mesh.js';

/** Topology of a mesh whose vertices at one position count as one. */
export interface MeshTopology {
  readonly vertices: number;
  readonly components: number;
  /** Triangles of the largest component. */
  readonly largestComponent: number;
  /** Edges with one triangle. */
  readonly borderEdges: number;
  /** Edges with more than two triangles, or two that disagree in orientation. */
  readonly nonManifoldEdges: number;
  readonly isWatertight: boolean;
  readonly isManifold: boolean;
  /** Triangles with two corners at one position. */
  readonly degenerateTriangles: number;
}

export function meshTopology(mesh: Mesh): MeshTopology {
  const indices = weldedIndices(mesh);
  const vertexCount = mesh.positions.length / 3;
  let degenerateTriangles = 0;
  const edges = new Map<number, { forward: number; backward: number }>();
  const parent = Int32Array.from({ length: vertexCount }, (_, v) => v);
  for (let face = 0; face < indices.length; face += 3) {
    const corners = [indices[face]!, indices[face + 1]!, indices[face + 2]!] as const;
    if (new Set(corners).size < 3) {
      degenerateTriangles++;
      continue;
    }
    for (let k = 0; k < 3; k++) {
      const from = corners[k]!;
      const to = corners[(k + 1) % 3]!;
      const key = Math.min(from, to) * vertexCount + Math.max(from, to);
      let edge = edges.get(key);
      if (edge === undefined) {
        edge = { forward: 0, backward: 0 };
        edges.set(key, edge);
      }
      if (from < to) edge.forward++;
      else edge.backward++;
      join(parent, from, to);
    }
  }
  let borderEdges = 0;
  let nonManifoldEdges = 0;
  for (const { forward, backward } of edges.values()) {
    if (forward + backward === 1) borderEdges++;
    else if (forward !== 1 || backward !== 1) nonManifoldEdges++;
  }
  const sizes = componentSizes(indices, parent);
  return {
    vertices: new Set(indices).size,
    components: sizes.length,
    largestComponent: Math.max(0, ...sizes),
    borderEdges,
    nonManifoldEdges,
    isWatertight: borderEdges === 0 && nonManifoldEdges === 0 && degenerateTriangles === 0,
    isManifold: nonManifoldEdges === 0,
    degenerateTriangles,
  };
}

function weldedIndices({ positions, indices }: Mesh): Uint32Array {
  const bits = new Uint32Array(positions.slice().buffer);
  // -0 and 0 are one position.
  for (let i = 0; i < bits.length; i++) if (bits[i] === 0x80000000) bits[i] = 0;
  const first = new Map<string, number>();
  const welded = new Uint32Array(positions.length / 3);
  for (let v = 0; v < welded.length; v++) {
    const key = String.fromCharCode(...[0, 1, 2].flatMap((d) => [bits[v * 3 + d]! & 0xffff, bits[v * 3 + d]! >>> 16]));
    const known = first.get(key);
    if (known === undefined) first.set(key, v);
    welded[v] = known ?? v;
  }
  return indices.map((index) => welded[index]!);
}

function root(parent: Int32Array, v: number): number {
  let r = v;
  while (parent[r] !== r) {
    parent[r] = parent[parent[r]!]!;
    r = parent[r]!;
  }
  return r;
}

function join(parent: Int32Array, a: number, b: number): void {
  const ra = root(parent, a);
  const rb = root(parent, b);
  parent[Math.max(ra, rb)] = Math.min(ra, rb);
}

function componentSizes(indices: Uint32Array, parent: Int32Array): number[] {
  const sizes = new Map<number, number>();
  for (let face = 0; face < indices.length; face += 3) {
    const component = root(parent, indices[face]!);
    sizes.set(component, (sizes.get(component) ?? 0) + 1);
  }
  return [...sizes.values()];
}
