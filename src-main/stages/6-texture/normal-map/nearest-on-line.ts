import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import type { TriangleCells } from './triangle-cells.js';

/** A dense mesh that rays are sent to. */
export interface DenseSurface {
  readonly mesh: Mesh;
  /** Float32Array[n*3], unit. */
  readonly normals: Float32Array;
  readonly cells: TriangleCells;
}

/** Dense triangles that are turned further away than this from the line's direction belong to another side: 75 degrees. */
const MIN_COSINE = Math.cos((75 * Math.PI) / 180);

/**
 * The smooth normal of a dense surface where a line through a point meets it nearest to the point.
 *
 * Walks the cells along the line (Amanatides and Woo, "A fast voxel traversal algorithm", Eurographics 1987) and intersects their
 * triangles (Moeller and Trumbore, "Fast, minimum storage ray/triangle intersection", JGT 1997).
 */
export class NearestOnLine {
  readonly #surface: DenseSurface;
  #best = 0;
  #reach = 0;

  constructor(surface: DenseSurface) {
    this.#surface = surface;
  }

  /**
   * @param p point; @param n unit direction of the line
   * @param reach how far from the point the surface may be
   * @param normal receives the unit normal
   * @returns whether the line meets a surface that faces along n
   */
  find(p: Float64Array, n: Float64Array, reach: number, normal: Float64Array): boolean {
    this.#best = Number.POSITIVE_INFINITY;
    this.#reach = reach;
    const { origin, cellSize, counts, starts, triangles } = this.#surface.cells;
    const steps = Math.max(1, Math.ceil((2 * reach) / cellSize)) * 2;
    let last = -1;
    for (let step = 0; step <= steps; step++) {
      const t = reach * ((2 * step) / steps - 1);
      const x = Math.floor((p[0]! + t * n[0]! - origin[0]) / cellSize);
      const y = Math.floor((p[1]! + t * n[1]! - origin[1]) / cellSize);
      const z = Math.floor((p[2]! + t * n[2]! - origin[2]) / cellSize);
      if (x < 0 || y < 0 || z < 0 || x >= counts[0] || y >= counts[1] || z >= counts[2]) continue;
      const cell = (z * counts[1] + y) * counts[0] + x;
      if (cell === last) continue;
      last = cell;
      for (let i = starts[cell]!; i < starts[cell + 1]!; i++) this.#intersect(triangles[i]!, p, n, normal);
    }
    return this.#best < Number.POSITIVE_INFINITY;
  }

  #intersect(triangle: number, p: Float64Array, n: Float64Array, normal: Float64Array): void {
    const { positions, indices } = this.#surface.mesh;
    const a = indices[triangle * 3]! * 3;
    const b = indices[triangle * 3 + 1]! * 3;
    const c = indices[triangle * 3 + 2]! * 3;
    const ax = positions[a]!;
    const ay = positions[a + 1]!;
    const az = positions[a + 2]!;
    const ux = positions[b]! - ax;
    const uy = positions[b + 1]! - ay;
    const uz = positions[b + 2]! - az;
    const vx = positions[c]! - ax;
    const vy = positions[c + 1]! - ay;
    const vz = positions[c + 2]! - az;
    const crossX = uy * vz - uz * vy;
    const crossY = uz * vx - ux * vz;
    const crossZ = ux * vy - uy * vx;
    const along = crossX * n[0]! + crossY * n[1]! + crossZ * n[2]!;
    if (along <= MIN_COSINE * Math.sqrt(crossX * crossX + crossY * crossY + crossZ * crossZ)) return;
    const wx = p[0]! - ax;
    const wy = p[1]! - ay;
    const wz = p[2]! - az;
    const t = -(wx * crossX + wy * crossY + wz * crossZ) / along;
    const distance = Math.abs(t);
    if (distance > this.#reach || distance >= this.#best) return;
    const qx = wy * n[2]! - wz * n[1]!;
    const qy = wz * n[0]! - wx * n[2]!;
    const qz = wx * n[1]! - wy * n[0]!;
    const shareB = -(vx * qx + vy * qy + vz * qz) / along;
    const shareC = (ux * qx + uy * qy + uz * qz) / along;
    const sharesTolerance = -1e-6;
    if (shareB < sharesTolerance || shareC < sharesTolerance || shareB + shareC > 1 - sharesTolerance) return;
    this.#best = distance;
    interpolateNormal(this.#surface.normals, a, b, c, shareB, shareC, normal);
  }
}

function interpolateNormal(
  normals: Float32Array,
  a: number,
  b: number,
  c: number,
  shareB: number,
  shareC: number,
  normal: Float64Array,
): void {
  let length = 0;
  for (let d = 0; d < 3; d++) {
    const value = (1 - shareB - shareC) * normals[a + d]! + shareB * normals[b + d]! + shareC * normals[c + d]!;
    normal[d] = value;
    length += value * value;
  }
  length = Math.sqrt(length) || 1;
  for (let d = 0; d < 3; d++) normal[d]! /= length;
}
