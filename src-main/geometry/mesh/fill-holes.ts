import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { nextInFace } from './edges.js';
import { boundaryLoops } from './topology.js';

/** Loops of more edges are closed by a fan around their centre; the triangulation of least area takes cubic time. */
const MAX_EXACT_EDGES = 96;

/**
 * Fills boundary loops up to a length.
 *
 * Based on: P. Liepa, Filling Holes in Meshes, SGP 2003, after G. Barequet and M. Sharir, 1995 (triangulation of least area).
 *
 * @param maxLength longest boundary that is filled, in the units of the positions
 * @returns the mesh with the fillings appended, and how many there are
 */
export function fillHoles(mesh: Mesh, maxLength: number): Mesh & { readonly filled: number } {
  const { positions, indices } = mesh;
  const newIndices: number[] = [];
  const newPositions: number[] = [];
  let filled = 0;
  const edges = new Set<string>();
  for (let h = 0; h < indices.length; h++) edges.add(edgeKey(indices[h]!, indices[nextInFace(h)]!));
  for (const loop of boundaryLoops(mesh)) {
    // The filling runs along the boundary the other way round.
    const ring = loop.map((h) => indices[h]!).reverse();
    if (loopLength(positions, ring) > maxLength) continue;
    const triangles = ring.length <= MAX_EXACT_EDGES ? leastAreaTriangles(positions, ring, edges) : undefined;
    if (triangles) newIndices.push(...triangles);
    else {
      const center = (positions.length + newPositions.length) / 3;
      for (let k = 0; k < 3; k++) {
        newPositions.push(ring.reduce((sum, v) => sum + positions[3 * v + k]!, 0) / ring.length);
      }
      ring.forEach((v, i) => {
        newIndices.push(v, ring[(i + 1) % ring.length]!, center);
      });
    }
    filled++;
  }
  return {
    positions: Float32Array.from([...positions, ...newPositions]),
    indices: Uint32Array.from([...indices, ...newIndices]),
    filled,
  };
}

const edgeKey = (a: number, b: number) => (a < b ? `${a},${b}` : `${b},${a}`);

function loopLength(P: Float32Array, ring: readonly number[]): number {
  return ring.reduce((sum, v, i) => sum + distance(P, v, ring[(i + 1) % ring.length]!), 0);
}

function distance(P: Float32Array, a: number, b: number): number {
  return Math.hypot(P[3 * a]! - P[3 * b]!, P[3 * a + 1]! - P[3 * b + 1]!, P[3 * a + 2]! - P[3 * b + 2]!);
}

/**
 * Dynamic programming over chords of the ring; chords that are edges of the mesh already are not used.
 *
 * @returns corners of the triangles, or undefined where there is no such triangulation
 */
function leastAreaTriangles(
  P: Float32Array,
  ring: readonly number[],
  taken: ReadonlySet<string>,
): number[] | undefined {
  const n = ring.length;
  const cost = new Float64Array(n * n);
  const apex = new Int32Array(n * n).fill(-1);
  for (let span = 2; span < n; span++) {
    for (let i = 0; i + span < n; i++) {
      const j = i + span;
      cost[i * n + j] = Infinity;
      if (span < n - 1 && taken.has(edgeKey(ring[i]!, ring[j]!))) continue;
      for (let k = i + 1; k < j; k++) {
        const area = triangleArea(P, ring[i]!, ring[k]!, ring[j]!);
        const total = cost[i * n + k]! + cost[k * n + j]! + area;
        // A filling of no area at all would only fold the boundary onto itself.
        if (area > 0 && total < cost[i * n + j]!) {
          cost[i * n + j] = total;
          apex[i * n + j] = k;
        }
      }
    }
  }
  if (!(cost[n - 1]! < Infinity)) return undefined;
  const triangles: number[] = [];
  const open: [number, number][] = [[0, n - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [i, j] = span;
    if (j - i < 2) continue;
    const k = apex[i * n + j]!;
    triangles.push(ring[i]!, ring[k]!, ring[j]!);
    open.push([k, j], [i, k]);
  }
  return triangles;
}

function triangleArea(P: Float32Array, a: number, b: number, c: number): number {
  const ux = P[3 * b]! - P[3 * a]!;
  const uy = P[3 * b + 1]! - P[3 * a + 1]!;
  const uz = P[3 * b + 2]! - P[3 * a + 2]!;
  const vx = P[3 * c]! - P[3 * a]!;
  const vy = P[3 * c + 1]! - P[3 * a + 1]!;
  const vz = P[3 * c + 2]! - P[3 * a + 2]!;
  return Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
}
