import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { meshEdges, nextInFace } from './edges.js';

/**
 * Moves the tips of needles into the middle of their neighbours. A tip is a vertex farther from that middle than the neighbours
 * are by a factor; at the rim of a thin sheet the factor is about 0.6, on a smooth surface about 0.
 *
 * @param maxSharpness the factor above which a vertex is a tip
 * @param rounds a needle of several rings needs one round each
 */
export function flattenSpikes(mesh: Mesh, maxSharpness: number, rounds: number): Mesh {
  const { indices } = mesh;
  const vertexCount = mesh.positions.length / 3;
  const { offsets, neighbors } = vertexNeighbors(indices, vertexCount);
  let positions = mesh.positions;
  for (let round = 0; round < rounds; round++) {
    const moved = positions.slice();
    for (let v = 0; v < vertexCount; v++) {
      const begin = offsets[v]!;
      const end = offsets[v + 1]!;
      if (end - begin < 3) continue;
      const middle = [0, 0, 0];
      for (let i = begin; i < end; i++) {
        for (let k = 0; k < 3; k++) middle[k]! += positions[3 * neighbors[i]! + k]! / (end - begin);
      }
      let radius = 0;
      for (let i = begin; i < end; i++) radius += distanceTo(positions, neighbors[i]!, middle) / (end - begin);
      if (distanceTo(positions, v, middle) > maxSharpness * radius) moved.set(middle, 3 * v);
    }
    positions = moved;
  }
  return { positions, indices };
}

function distanceTo(P: Float32Array, v: number, point: readonly number[]): number {
  const x = P[3 * v]! - point[0]!;
  const y = P[3 * v + 1]! - point[1]!;
  const z = P[3 * v + 2]! - point[2]!;
  return Math.sqrt(x * x + y * y + z * z);
}

/** Neighbours of vertex v: `neighbors[offsets[v] .. offsets[v + 1] - 1]`. */
function vertexNeighbors(indices: Uint32Array, vertexCount: number): { offsets: Uint32Array; neighbors: Uint32Array } {
  const { halfEdges, starts } = meshEdges(indices, vertexCount);
  const offsets = new Uint32Array(vertexCount + 1);
  for (let e = 0; e + 1 < starts.length; e++) {
    const h = halfEdges[starts[e]!]!;
    offsets[indices[h]! + 1]!++;
    offsets[indices[nextInFace(h)]! + 1]!++;
  }
  for (let v = 0; v < vertexCount; v++) offsets[v + 1]! += offsets[v]!;
  const cursors = offsets.slice();
  const neighbors = new Uint32Array(offsets[vertexCount]!);
  for (let e = 0; e + 1 < starts.length; e++) {
    const h = halfEdges[starts[e]!]!;
    const one = indices[h]!;
    const two = indices[nextInFace(h)]!;
    neighbors[cursors[one]!++] = two;
    neighbors[cursors[two]!++] = one;
  }
  return { offsets, neighbors };
}
