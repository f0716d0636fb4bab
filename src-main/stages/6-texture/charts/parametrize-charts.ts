import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { faceAdjacency } from '../../../geometry/face-adjacency.js';
import { faceNormals } from '../../../geometry/face-normals.js';
import type { Charts } from './segment-charts.js';
import { TriangleGrid } from './triangle-grid.js';

/** A surface cut into flat pieces: vertices are split along the pieces' borders. */
export interface FlatCharts {
  readonly indices: Uint32Array;
  /** Float64Array[n*2], world units, each chart in its own plane: no two triangles of a chart overlap, none is turned over. */
  readonly flat: Float64Array;
  /** Uint32Array[n], the vertex of the input mesh that each vertex is a copy of. */
  readonly sourceVertices: Uint32Array;
  /** Int32Array[m], chart of each triangle, 0..chartCount-1. */
  readonly chartOfFace: Int32Array;
  readonly chartCount: number;
}

/**
 * Lays every chart out by parallel projection along its mean normal, enlarged so that its area is that on the surface. A triangle
 * that would be turned over or overlap another one (a chart that winds around itself) goes into a further chart.
 *
 * @param mesh without triangles that have no area
 */
export function parametrizeCharts(mesh: Mesh, charts: Charts): FlatCharts {
  const layout = new ChartLayout(mesh);
  for (const faces of facesByChart(charts)) {
    let rest = faces;
    while (rest.length > 0) rest = layout.place(rest);
  }
  return layout.result();
}

function facesByChart({ chartOfFace, count }: Charts): number[][] {
  const faces = Array.from({ length: count }, (): number[] => []);
  chartOfFace.forEach((chart, face) => {
    faces[chart]!.push(face);
  });
  return faces;
}

class ChartLayout {
  readonly #mesh: Mesh;
  readonly #adjacent: Int32Array;
  readonly #normals: Float64Array;
  readonly #areas: Float64Array;
  readonly #indices: Uint32Array;
  readonly #chartOfFace: Int32Array;
  readonly #flat: number[] = [];
  readonly #sourceVertices: number[] = [];
  /** Which of the given faces wait for a place in the current chart. */
  readonly #waiting: Uint8Array;
  #chartCount = 0;

  constructor(mesh: Mesh) {
    this.#mesh = mesh;
    this.#adjacent = faceAdjacency(mesh.indices, mesh.positions.length / 3);
    const { normals, areas } = faceNormals(mesh);
    this.#normals = normals;
    this.#areas = areas;
    this.#indices = new Uint32Array(mesh.indices.length);
    this.#chartOfFace = new Int32Array(areas.length);
    this.#waiting = new Uint8Array(areas.length);
  }

  /** Makes one chart of as many connected faces as fit beside each other, starting at the largest. @returns the others */
  place(faces: readonly number[]): number[] {
    const seed = faces.reduce((largest, face) => (this.#areas[face]! > this.#areas[largest]! ? face : largest));
    const projected = this.#project(faces, seed);
    const grid = new TriangleGrid(projected.corners);
    for (const face of faces) this.#waiting[face] = 1;
    const queue = [seed];
    const placed: number[] = [];
    this.#waiting[seed] = 0;
    for (let head = 0; head < queue.length; head++) {
      const face = queue[head]!;
      if (!grid.add(projected.slot.get(face)!)) continue;
      placed.push(face);
      for (let k = 0; k < 3; k++) {
        const other = Math.floor(this.#adjacent[face * 3 + k]! / 3);
        if (other < 0 || this.#waiting[other] === 0) continue;
        this.#waiting[other] = 0;
        queue.push(other);
      }
    }
    for (const face of faces) this.#waiting[face] = 0;
    this.#keep(placed, projected);
    if (placed.length === faces.length) return [];
    const isPlaced = new Set(placed);
    return faces.filter((face) => !isPlaced.has(face));
  }

  result(): FlatCharts {
    return {
      indices: this.#indices,
      flat: Float64Array.from(this.#flat),
      sourceVertices: Uint32Array.from(this.#sourceVertices),
      chartOfFace: this.#chartOfFace,
      chartCount: this.#chartCount,
    };
  }

  /** Corners of the faces in the plane across their mean normal; across the seed's own where that would turn the seed over. */
  #project(faces: readonly number[], seed: number): Projection {
    const normal = [0, 0, 0];
    for (const face of faces) {
      for (let d = 0; d < 3; d++) normal[d]! += this.#normals[face * 3 + d]! * this.#areas[face]!;
    }
    const length = Math.hypot(normal[0]!, normal[1]!, normal[2]!);
    const seedNormal = Array.from(this.#normals.subarray(seed * 3, seed * 3 + 3));
    const cosine = normal.reduce((sum, value, d) => sum + value * seedNormal[d]!, 0) / length;
    const axes = planeAxes(cosine > MIN_SEED_COSINE ? normal.map((value) => value / length) : seedNormal);
    const corners = new Float64Array(faces.length * 6);
    const slot = new Map<number, number>();
    const { positions, indices } = this.#mesh;
    faces.forEach((face, i) => {
      slot.set(face, i);
      for (let k = 0; k < 3; k++) {
        const at = indices[face * 3 + k]! * 3;
        for (let axis = 0; axis < 2; axis++) {
          const [x, y, z] = axes[axis]!;
          corners[i * 6 + k * 2 + axis] = positions[at]! * x + positions[at + 1]! * y + positions[at + 2]! * z;
        }
      }
    });
    return { corners, slot };
  }

  #keep(faces: readonly number[], { corners, slot }: Projection): void {
    const chart = this.#chartCount++;
    let surfaceArea = 0;
    let flatArea = 0;
    for (const face of faces) {
      surfaceArea += this.#areas[face]!;
      flatArea += signedArea(corners, slot.get(face)! * 6);
    }
    const scale = Math.sqrt(surfaceArea / flatArea);
    const copies = new Map<number, number>();
    for (const face of faces) {
      this.#chartOfFace[face] = chart;
      for (let k = 0; k < 3; k++) {
        const vertex = this.#mesh.indices[face * 3 + k]!;
        let copy = copies.get(vertex);
        if (copy === undefined) {
          copy = this.#sourceVertices.length;
          copies.set(vertex, copy);
          this.#sourceVertices.push(vertex);
          const at = slot.get(face)! * 6 + k * 2;
          this.#flat.push(corners[at]! * scale, corners[at + 1]! * scale);
        }
        this.#indices[face * 3 + k] = copy;
      }
    }
  }
}

/** The seed must keep some width when projected; 0.1 is 84 degrees. */
const MIN_SEED_COSINE = 0.1;

interface Projection {
  /** Float64Array[n*6]: u, v of the three corners of each face. */
  readonly corners: Float64Array;
  /** Face -> its place in `corners`. */
  readonly slot: ReadonlyMap<number, number>;
}

const signedArea = (corners: Float64Array, at: number) =>
  ((corners[at + 2]! - corners[at]!) * (corners[at + 5]! - corners[at + 1]!) -
    (corners[at + 3]! - corners[at + 1]!) * (corners[at + 4]! - corners[at]!)) /
  2;

/** Two unit vectors u, v with u x v = normal. */
function planeAxes(normal: readonly number[]): [[number, number, number], [number, number, number]] {
  const [x, y, z] = normal as [number, number, number];
  // The coordinate axis that is farthest from the normal.
  const smallest = Math.min(Math.abs(x), Math.abs(y), Math.abs(z));
  const [ax, ay, az] = smallest === Math.abs(x) ? [1, 0, 0] : smallest === Math.abs(y) ? [0, 1, 0] : [0, 0, 1];
  let ux = ay * z - az * y;
  let uy = az * x - ax * z;
  let uz = ax * y - ay * x;
  const length = Math.hypot(ux, uy, uz);
  ux /= length;
  uy /= length;
  uz /= length;
  return [
    [ux, uy, uz],
    [y * uz - z * uy, z * ux - x * uz, x * uy - y * ux],
  ];
}
