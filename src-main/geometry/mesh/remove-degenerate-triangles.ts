import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { selectFaces } from './select-faces.js';

/**
 * Joins vertices at one position and removes triangles without area (two corners at one place, or exactly in line) and repeated
 * triangles (the same three corners, whichever way they face: of each pair of copies that face each other, both; of equal ones,
 * all but the first).
 */
export function removeDegenerateTriangles(mesh: Mesh): Mesh {
  const { positions } = mesh;
  const indices = mesh.indices.map(weldMap(positions));
  const faces = new Map<string, number>();
  const keep = new Uint8Array(indices.length / 3);
  for (let face = 0; face < keep.length; face++) {
    const [a, b, c] = [indices[3 * face]!, indices[3 * face + 1]!, indices[3 * face + 2]!];
    if (a === b || b === c || c === a || !hasArea(positions, a, b, c)) continue;
    const key = [a, b, c].sort((one, two) => one - two).join();
    const earlier = faces.get(key);
    if (earlier === undefined) {
      faces.set(key, face);
      keep[face] = 1;
    } else if (keep[earlier] && isOpposite(indices, earlier, face)) keep[earlier] = 0;
  }
  return selectFaces({ positions, indices }, (face) => keep[face] === 1);
}

/** For each vertex the first one at exactly the same position; to be used as `indices.map(weldMap(positions))`. */
function weldMap(positions: Float32Array): (vertex: number) => number {
  const bits = new Uint32Array(positions.buffer, positions.byteOffset, positions.length);
  const first = new Map<string, number>();
  const target = new Uint32Array(positions.length / 3);
  for (let v = 0; v < target.length; v++) {
    const key = `${bits[3 * v]},${bits[3 * v + 1]},${bits[3 * v + 2]}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, v);
    target[v] = known ?? v;
  }
  return (vertex) => target[vertex]!;
}

function hasArea(P: Float32Array, a: number, b: number, c: number): boolean {
  const ux = P[3 * b]! - P[3 * a]!;
  const uy = P[3 * b + 1]! - P[3 * a + 1]!;
  const uz = P[3 * b + 2]! - P[3 * a + 2]!;
  const vx = P[3 * c]! - P[3 * a]!;
  const vy = P[3 * c + 1]! - P[3 * a + 1]!;
  const vz = P[3 * c + 2]! - P[3 * a + 2]!;
  return Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) > 0;
}

function isOpposite(indices: Uint32Array, one: number, two: number): boolean {
  const a = indices[3 * one]!;
  const b = indices[3 * one + 1]!;
  for (let k = 0; k < 3; k++) {
    if (indices[3 * two + k] === a) return indices[3 * two + ((k + 1) % 3)] !== b;
  }
  return false;
}
