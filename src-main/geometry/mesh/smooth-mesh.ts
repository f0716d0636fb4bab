/**
 * Low-pass filter of a surface that does not shrink it.
 *
 * Based on: G. Taubin, A Signal Processing Approach to Fair Surface Design, SIGGRAPH 1995 (lambda | mu).
 */
import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { meshEdges, nextInFace } from './edges.js';

/** Taubin's pass band: 1 / lambda + 1 / mu. */
const PASS_BAND = 0.1;

/**
 * Moves each vertex towards the mean of its neighbours and back. Vertices on a boundary have only their neighbours along it.
 *
 * @param iterations pairs of steps; 0 changes nothing
 * @param lambda step, 0..1
 */
export function smoothMesh(mesh: Mesh, iterations: number, lambda: number): Mesh {
  if (iterations === 0) return mesh;
  const { offsets, neighbors } = smoothingNeighbors(mesh);
  const mu = 1 / (PASS_BAND - 1 / lambda);
  let from = Float64Array.from(mesh.positions);
  let to = new Float64Array(from.length);
  for (let step = 0; step < 2 * iterations; step++) {
    const factor = step % 2 === 0 ? lambda : mu;
    for (let v = 0; v + 1 < offsets.length; v++) {
      const begin = offsets[v]!;
      const count = offsets[v + 1]! - begin;
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let i = begin; i < begin + count; i++) sum += from[3 * neighbors[i]! + k]!;
        const own = from[3 * v + k]!;
        to[3 * v + k] = count > 0 ? own + factor * (sum / count - own) : own;
      }
    }
    [from, to] = [to, from];
  }
  return { positions: Float32Array.from(from), indices: mesh.indices };
}

function smoothingNeighbors({ positions, indices }: Mesh): { offsets: Uint32Array; neighbors: Uint32Array } {
  const vertexCount = positions.length / 3;
  const { halfEdges, starts } = meshEdges(indices, vertexCount);
  const isBoundary = new Uint8Array(vertexCount);
  const forEachEdge = (visit: (a: number, b: number, onBoundary: boolean) => void) => {
    for (let e = 0; e + 1 < starts.length; e++) {
      const h = halfEdges[starts[e]!]!;
      visit(indices[h]!, indices[nextInFace(h)]!, starts[e + 1]! - starts[e]! === 1);
    }
  };
  forEachEdge((a, b, onBoundary) => {
    if (onBoundary) {
      isBoundary[a] = 1;
      isBoundary[b] = 1;
    }
  });
  const offsets = new Uint32Array(vertexCount + 1);
  forEachEdge((a, b, onBoundary) => {
    if (onBoundary || !isBoundary[a]) offsets[a + 1]!++;
    if (onBoundary || !isBoundary[b]) offsets[b + 1]!++;
  });
  for (let v = 0; v < vertexCount; v++) offsets[v + 1]! += offsets[v]!;
  const cursors = offsets.slice();
  const neighbors = new Uint32Array(offsets[vertexCount]!);
  forEachEdge((a, b, onBoundary) => {
    if (onBoundary || !isBoundary[a]) neighbors[cursors[a]!++] = b;
    if (onBoundary || !isBoundary[b]) neighbors[cursors[b]!++] = a;
  });
  return { offsets, neighbors };
}
