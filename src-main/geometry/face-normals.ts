import type { Mesh } from '../../src-shared/scene/mesh.js';

/**
 * Unit normal and area of every triangle.
 *
 * @returns `normals` Float64Array[m*3], zero for a triangle without area; `areas` Float64Array[m], squared world units
 */
export function faceNormals({ positions, indices }: Mesh): { normals: Float64Array; areas: Float64Array } {
  const count = indices.length / 3;
  const normals = new Float64Array(count * 3);
  const areas = new Float64Array(count);
  for (let f = 0; f < count; f++) {
    const a = indices[f * 3]! * 3;
    const b = indices[f * 3 + 1]! * 3;
    const c = indices[f * 3 + 2]! * 3;
    const ux = positions[b]! - positions[a]!;
    const uy = positions[b + 1]! - positions[a + 1]!;
    const uz = positions[b + 2]! - positions[a + 2]!;
    const vx = positions[c]! - positions[a]!;
    const vy = positions[c + 1]! - positions[a + 1]!;
    const vz = positions[c + 2]! - positions[a + 2]!;
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    const length = Math.sqrt(x * x + y * y + z * z);
    areas[f] = length / 2;
    if (length === 0) continue;
    normals[f * 3] = x / length;
    normals[f * 3 + 1] = y / length;
    normals[f * 3 + 2] = z / length;
  }
  return { normals, areas };
}

/**
 * Smooth unit normals of the vertices: the mean of the adjacent faces' normals, weighted by the angle at the vertex (Thuermer and
 * Wuethrich, "Computing vertex normals from polygonal facets", JGT 1998). A vertex without a face points up (0, 1, 0).
 *
 * @returns Float32Array[n*3]
 */
export function vertexNormals(mesh: Mesh): Float32Array {
  const { positions, indices } = mesh;
  const { normals } = faceNormals(mesh);
  const sums = new Float64Array(positions.length);
  for (let corner = 0; corner < indices.length; corner++) {
    const face = corner - (corner % 3);
    const weight = cornerAngle(positions, indices, face, corner % 3);
    const at = indices[corner]! * 3;
    for (let d = 0; d < 3; d++) sums[at + d]! += weight * normals[face + d]!;
  }
  const result = new Float32Array(positions.length);
  for (let at = 0; at < sums.length; at += 3) {
    const length = Math.hypot(sums[at]!, sums[at + 1]!, sums[at + 2]!);
    if (length < 1e-12) result[at + 1] = 1;
    else for (let d = 0; d < 3; d++) result[at + d] = sums[at + d]! / length;
  }
  return result;
}

/** Angle of a triangle at its corner k, radians. */
function cornerAngle(positions: Float32Array, indices: Uint32Array, face: number, k: number): number {
  const at = indices[face + k]! * 3;
  const next = indices[face + ((k + 1) % 3)]! * 3;
  const last = indices[face + ((k + 2) % 3)]! * 3;
  let dot = 0;
  let uu = 0;
  let vv = 0;
  for (let d = 0; d < 3; d++) {
    const u = positions[next + d]! - positions[at + d]!;
    const v = positions[last + d]! - positions[at + d]!;
    dot += u * v;
    uu += u * u;
    vv += v * v;
  }
  if (uu === 0 || vv === 0) return 0;
  return Math.acos(Math.min(1, Math.max(-1, dot / Math.sqrt(uu * vv))));
}
