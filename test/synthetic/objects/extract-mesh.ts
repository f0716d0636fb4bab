import type { SceneObject } from './scene-object.js';

/** Triangles with outward unit normals at the vertices. */
export interface ObjectMesh {
  /** Float32Array[n*3]. */
  readonly positions: Float32Array;
  /** Float32Array[n*3]. */
  readonly normals: Float32Array;
  /** Uint32Array[m*3], counter-clockwise from outside. */
  readonly indices: Uint32Array;
}

const BLOCK = 8;
/** How much the fields may overestimate distances; blocks farther than that from the surface are passed over. */
const FIELD_SLACK = 1.6;

/**
 * The surface of a distance field by surface nets (Gibson 1998): a vertex in each cell that the surface crosses, a quad
 * around each crossed edge; the vertices are then moved onto the zero set by Newton steps.
 *
 * @param spacing of the grid, world units
 * @throws Error where a block with surface in it was passed over
 */
export function extractMesh(object: SceneObject, spacing: number): ObjectMesh {
  const { distance, min, max } = object;
  const cells = min.map((low, axis) => Math.ceil((max[axis]! - low) / spacing / BLOCK) * BLOCK);
  const [nx, ny, nz] = cells as [number, number, number];
  const cellKey = (i: number, j: number, k: number) => (k * ny + j) * nx + i;
  const at = (i: number, j: number, k: number) =>
    distance(min[0] + i * spacing, min[1] + j * spacing, min[2] + k * spacing);
  const vertexOfCell = new Map<number, number>();
  const positions: number[] = [];
  /** Crossed edges: lower corner's cell i, j, k, axis, and 1 where the lower end is inside. */
  const edges: number[] = [];

  const size = BLOCK + 1;
  const values = new Float64Array(size ** 3);
  const local = (i: number, j: number, k: number) => (k * size + j) * size + i;
  for (let k0 = 0; k0 < nz; k0 += BLOCK) {
    for (let j0 = 0; j0 < ny; j0 += BLOCK) {
      for (let i0 = 0; i0 < nx; i0 += BLOCK) {
        const reach = (BLOCK / 2) * spacing * Math.sqrt(3) * FIELD_SLACK;
        if (Math.abs(at(i0 + BLOCK / 2, j0 + BLOCK / 2, k0 + BLOCK / 2)) > reach) continue;
        for (let k = 0; k < size; k++) {
          for (let j = 0; j < size; j++) {
            for (let i = 0; i < size; i++) values[local(i, j, k)] = at(i0 + i, j0 + j, k0 + k);
          }
        }
        for (let k = 0; k < BLOCK; k++) {
          for (let j = 0; j < BLOCK; j++) {
            for (let i = 0; i < BLOCK; i++) {
              const point = crossingsMean(values, local, i, j, k);
              if (point === undefined) continue;
              vertexOfCell.set(cellKey(i0 + i, j0 + j, k0 + k), positions.length / 3);
              for (let axis = 0; axis < 3; axis++)
                positions.push(min[axis]! + ([i0, j0, k0][axis]! + point[axis]!) * spacing);
              const inside = values[local(i, j, k)]! < 0;
              const ends = [local(i + 1, j, k), local(i, j + 1, k), local(i, j, k + 1)];
              for (let axis = 0; axis < 3; axis++) {
                if (values[ends[axis]!]! < 0 !== inside) edges.push(i0 + i, j0 + j, k0 + k, axis, inside ? 1 : 0);
              }
            }
          }
        }
      }
    }
  }
  const indices = quadsAroundEdges(edges, (i, j, k) => vertexOfCell.get(cellKey(i, j, k)));
  return finish(object, Float32Array.from(positions), Uint32Array.from(indices), spacing);
}

/** Mean of the points where the cell's edges cross the surface, in cells; undefined where none does. */
function crossingsMean(
  values: Float64Array,
  local: (i: number, j: number, k: number) => number,
  i: number,
  j: number,
  k: number,
): [number, number, number] | undefined {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [x, y, z] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const from = values[local(i + x, j + y, k + z)]!;
    for (let axis = 0; axis < 3; axis++) {
      if ((corner >> axis) & 1) continue;
      const other = corner | (1 << axis);
      const to = values[local(i + (other & 1), j + ((other >> 1) & 1), k + (other >> 2))]!;
      if (from < 0 === to < 0) continue;
      const t = from / (from - to);
      sum[0] += i + x + (axis === 0 ? t : 0);
      sum[1] += j + y + (axis === 1 ? t : 0);
      sum[2] += k + z + (axis === 2 ? t : 0);
      count++;
    }
  }
  return count === 0 ? undefined : [sum[0] / count, sum[1] / count, sum[2] / count];
}

function quadsAroundEdges(
  edges: readonly number[],
  vertexAt: (i: number, j: number, k: number) => number | undefined,
): number[] {
  const indices: number[] = [];
  for (let e = 0; e < edges.length; e += 5) {
    const [i, j, k, axis, inside] = edges.slice(e, e + 5) as [number, number, number, number, number];
    const back = (b: number, c: number) => {
      const step = [0, 0, 0];
      step[(axis + 1) % 3] = b;
      step[(axis + 2) % 3] = c;
      return vertexAt(i - step[0]!, j - step[1]!, k - step[2]!);
    };
    const quad = [back(1, 1), back(0, 1), back(0, 0), back(1, 0)];
    if (quad.includes(undefined)) throw new Error('A hole: the field overestimates distances or leaves its box.');
    const [a, b, c, d] = quad as [number, number, number, number];
    if (inside === 1) indices.push(a, b, c, a, c, d);
    else indices.push(a, c, b, a, d, c);
  }
  return indices;
}

function finish(object: SceneObject, positions: Float32Array, indices: Uint32Array, spacing: number): ObjectMesh {
  const { distance } = object;
  const normals = new Float32Array(positions.length);
  const h = spacing * 0.25;
  for (let v = 0; v < positions.length; v += 3) {
    let [x, y, z] = [positions[v]!, positions[v + 1]!, positions[v + 2]!];
    let gradient: [number, number, number] = [0, 0, 1];
    for (let step = 0; step < 4; step++) {
      gradient = [
        (distance(x + h, y, z) - distance(x - h, y, z)) / (2 * h),
        (distance(x, y + h, z) - distance(x, y - h, z)) / (2 * h),
        (distance(x, y, z + h) - distance(x, y, z - h)) / (2 * h),
      ];
      const squared = Math.max(0.1, gradient[0] ** 2 + gradient[1] ** 2 + gradient[2] ** 2);
      const move = step === 3 ? 0 : Math.max(-h, Math.min(h, distance(x, y, z) / squared));
      x -= move * gradient[0];
      y -= move * gradient[1];
      z -= move * gradient[2];
    }
    const length = Math.hypot(...gradient) || 1;
    positions.set([x, y, z], v);
    normals.set([gradient[0] / length, gradient[1] / length, gradient[2] / length], v);
  }
  return { positions, normals, indices };
}
