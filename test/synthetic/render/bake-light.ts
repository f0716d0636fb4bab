import type { ObjectMesh } from '../objects/extract-mesh.js';
import type { SceneObject } from '../objects/scene-object.js';
import { unit, type Vector } from '../vector.js';
import { TABLE } from './surroundings.js';

/** Towards the window. */
export const SUN: Vector = unit([0.45, -0.52, 0.95]);
/** How sharp the shadow's edge is: the sun through a thin curtain. */
const PENUMBRA = 18;
const TABLE_CELLS = 320;

/** How much of sun and of surroundings reaches the surfaces, 0..1. */
export interface BakedLight {
  /** Float32Array[vertices*2]: sun, surroundings. */
  readonly onVertices: Float32Array;
  /** Float32Array[cells*cells*2] over the square around the table's top, row-major in y. */
  readonly onTable: Float32Array;
  readonly tableCells: number;
}

/** Light does not change between photos, so shadows are computed once, on the vertices and on a grid over the table. */
export function bakeLight(object: SceneObject, mesh: ObjectMesh): BakedLight {
  const onVertices = new Float32Array((mesh.positions.length / 3) * 2);
  for (let v = 0; v < mesh.positions.length / 3; v++) {
    const [x, y, z] = mesh.positions.subarray(v * 3, v * 3 + 3) as unknown as Vector;
    const [nx, ny, nz] = mesh.normals.subarray(v * 3, v * 3 + 3) as unknown as Vector;
    onVertices[v * 2] = sunAt(object, x + nx * 0.012, y + ny * 0.012, z + nz * 0.012);
    onVertices[v * 2 + 1] = openness(object, x, y, z, nx, ny, nz);
  }
  const onTable = new Float32Array(TABLE_CELLS ** 2 * 2);
  for (let j = 0; j < TABLE_CELLS; j++) {
    for (let i = 0; i < TABLE_CELLS; i++) {
      const [x, y] = [((i + 0.5) / TABLE_CELLS) * 2 - 1, ((j + 0.5) / TABLE_CELLS) * 2 - 1].map(
        (s) => s * TABLE.radius,
      );
      onTable[(j * TABLE_CELLS + i) * 2] = sunAt(object, x!, y!, 0.006);
      onTable[(j * TABLE_CELLS + i) * 2 + 1] = openness(object, x!, y!, 0, 0, 0, 1);
    }
  }
  return { onVertices, onTable, tableCells: TABLE_CELLS };
}

/** Share of the sun's disc that is seen: the nearest miss along the way, relative to its distance. */
function sunAt(object: SceneObject, x: number, y: number, z: number): number {
  let seen = 1;
  for (let t = 0.01; t < 2.2; ) {
    const [px, py, pz] = [x + SUN[0] * t, y + SUN[1] * t, z + SUN[2] * t];
    if (pz > object.max[2]) break;
    const d = object.distance(px, py, pz);
    seen = Math.min(seen, 0.5 + (PENUMBRA * d) / t / 2);
    if (seen <= 0) return 0;
    t += Math.max(0.012, Math.min(0.12, Math.abs(d) * 0.7));
  }
  return seen * seen * (3 - 2 * seen);
}

/** Share of the surroundings that is seen: distances to surfaces found along the normal against those without an obstacle. */
function openness(object: SceneObject, x: number, y: number, z: number, nx: number, ny: number, nz: number): number {
  let hidden = 0;
  for (const [step, weight] of [
    [0.02, 0.7],
    [0.05, 0.55],
    [0.11, 0.45],
    [0.22, 0.35],
    [0.4, 0.2],
  ] as const) {
    const [px, py, pz] = [x + nx * step, y + ny * step, z + nz * step];
    const found = Math.min(object.distance(px, py, pz), nz > 0.99 && z === 0 ? step : pz);
    hidden += weight * Math.max(0, 1 - Math.max(0, found) / step);
  }
  return Math.max(0.06, 1 - hidden * 0.62);
}
