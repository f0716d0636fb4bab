import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeIO } from '@gltf-transform/core';
import { readColmapModel } from '#main/formats/colmap/read-colmap-model.js';
import { Random } from '#main/geometry/random.js';
import { applySimilarity, fitSimilarity } from '#main/geometry/similarity.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';

/** How a model's surface differs from the truth, in shares of the diagonal of the truth's box. */
export interface SurfaceDifference {
  /** Median distance of the result's points to the truth, of those near it (within a twentieth). */
  readonly medianAccuracy: number;
  /** Share of the truth's surface that the result has, within the tolerance. */
  readonly recall: number;
  /** Share of the result near the truth that is on it, within the tolerance; the truth does not show all surroundings. */
  readonly precision: number;
}

const TOLERANCE = 0.005;
const SAMPLES = { dense: 200_000, queries: 8_000 } as const;

interface Triangles {
  readonly positions: Float32Array;
  readonly indices: Uint32Array;
}

/**
 * Compares `model.glb` with a true surface, after the similarity that brings the solved cameras to the true ones.
 *
 * @param folder of the run
 * @param modelToGlb 4x4, row-major, of qa.json
 */
export async function compareSurfaces(
  folder: string,
  modelToGlb: readonly number[],
  truth: { readonly cameras: string; readonly ply: string },
): Promise<SurfaceDifference> {
  const align = await alignment(join(folder, 'sparse'), truth.cameras);
  const toModel = inverseSimilarity(modelToGlb);
  const result = await readGlb(join(folder, 'model.glb'), (point) => align(toModel(point)));
  const expected = await readPly(truth.ply);
  const diagonal = diagonalOf(expected.positions);
  const [resultIndex, truthIndex] = [result, expected].map((mesh, i) => {
    return new PointGrid(sample(mesh, SAMPLES.dense, i), diagonal * TOLERANCE);
  }) as [PointGrid, PointGrid];
  const accuracy = distances(sample(result, SAMPLES.queries, 7), truthIndex);
  const completeness = distances(sample(expected, SAMPLES.queries, 8), resultIndex);
  const within = (values: readonly number[]) =>
    values.filter((value) => value <= TOLERANCE * diagonal).length / values.length;
  const near = accuracy.filter((value) => value < diagonal / 20).sort((a, b) => a - b);
  return {
    medianAccuracy: near[Math.floor(near.length / 2)]! / diagonal,
    recall: within(completeness),
    precision: within(near),
  };
}

type Point = readonly [number, number, number];

async function alignment(solved: string, truth: string): Promise<(point: Point) => Point> {
  const [from, to] = [centers(await readColmapModel(solved)), centers(await readColmapModel(truth))];
  const names = [...from.keys()].filter((name) => to.has(name));
  const flat = (points: ReadonlyMap<string, Point>) => Float64Array.from(names.flatMap((name) => points.get(name)!));
  const similarity = fitSimilarity(flat(from), flat(to));
  if (similarity === undefined) throw new Error('cameras cannot be aligned');
  return (point) => [...applySimilarity(similarity, Float64Array.from(point))] as unknown as Point;
}

function centers(model: SparseModel): Map<string, Point> {
  return new Map(
    model.images.map(({ name, camFromWorld: { R, t } }) => {
      const center = [0, 1, 2].map((i) => -(R[i]! * t[0]! + R[3 + i]! * t[1]! + R[6 + i]! * t[2]!));
      return [name.replace(/\.[^.]*$/, ''), center as unknown as Point];
    }),
  );
}

/** The inverse of rotation, uniform scale and translation. */
function inverseSimilarity(m: readonly number[]): (point: Point) => Point {
  const scaleSquared = m[0]! ** 2 + m[4]! ** 2 + m[8]! ** 2;
  return ([x, y, z]) => {
    const [dx, dy, dz] = [x - m[3]!, y - m[7]!, z - m[11]!];
    const row = (i: number) => (m[i]! * dx + m[4 + i]! * dy + m[8 + i]! * dz) / scaleSquared;
    return [row(0), row(1), row(2)];
  };
}

async function readGlb(path: string, transform: (point: Point) => Point): Promise<Triangles> {
  const document = await new NodeIO().read(path);
  const primitive = document.getRoot().listMeshes()[0]!.listPrimitives()[0]!;
  const source = primitive.getAttribute('POSITION')!.getArray()!;
  const positions = new Float32Array(source.length);
  for (let i = 0; i < source.length; i += 3) positions.set(transform([source[i]!, source[i + 1]!, source[i + 2]!]), i);
  return { positions, indices: Uint32Array.from(primitive.getIndices()!.getArray()!) };
}

/** Reads the binary PLY that the synthetic captures write. */
async function readPly(path: string): Promise<Triangles> {
  const bytes = await readFile(path);
  const start = bytes.indexOf('end_header\n') + 'end_header\n'.length;
  const header = bytes.subarray(0, start).toString('latin1');
  const count = (element: string) => Number(new RegExp(`element ${element} (\\d+)`).exec(header)?.[1]);
  const positions = new Float32Array(count('vertex') * 3);
  for (let i = 0; i < positions.length; i++) positions[i] = bytes.readFloatLE(start + 4 * i);
  const faces = start + 4 * positions.length;
  const indices = new Uint32Array(count('face') * 3);
  for (let i = 0; i < indices.length; i++) {
    indices[i] = bytes.readInt32LE(faces + 13 * Math.floor(i / 3) + 1 + 4 * (i % 3));
  }
  return { positions, indices };
}

/** Points spread evenly over the surface. @returns Float64Array[count*3] */
function sample({ positions, indices }: Triangles, count: number, seed: number): Float64Array {
  const corner = (i: number) => positions.subarray(3 * indices[i]!, 3 * indices[i]! + 3);
  const areas = new Float64Array(indices.length / 3);
  let total = 0;
  for (let t = 0; t < areas.length; t++) {
    const [a, b, c] = [corner(3 * t), corner(3 * t + 1), corner(3 * t + 2)];
    const [u, v] = [[0, 1, 2].map((i) => b[i]! - a[i]!), [0, 1, 2].map((i) => c[i]! - a[i]!)] as [number[], number[]];
    const cross = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!];
    total += Math.hypot(...cross);
    areas[t] = total;
  }
  const random = new Random(seed, 3);
  const points = new Float64Array(count * 3);
  let t = 0;
  for (let n = 0; n < count; n++) {
    const at = ((n + random.uniform()) / count) * total;
    while (t + 1 < areas.length && areas[t]! < at) t++;
    const root = Math.sqrt(random.uniform());
    const second = random.uniform();
    const [a, b, c] = [corner(3 * t), corner(3 * t + 1), corner(3 * t + 2)];
    for (let i = 0; i < 3; i++) {
      points[3 * n + i] = (1 - root) * a[i]! + root * (1 - second) * b[i]! + root * second * c[i]!;
    }
  }
  return points;
}

/** Finds the nearest of many points, exactly up to one cell; farther ones count as a twentieth of the diagonal and more. */
class PointGrid {
  readonly #cells = new Map<string, number[]>();

  constructor(
    readonly points: Float64Array,
    readonly cellSize: number,
  ) {
    for (let i = 0; i < points.length; i += 3) {
      const key = this.#cellOf(i, points).join();
      const cell = this.#cells.get(key);
      if (cell) cell.push(i);
      else this.#cells.set(key, [i]);
    }
  }

  /** Looks in rings of cells around the point, as far as ten cells. */
  distance(queries: Float64Array, q: number): number {
    const [x, y, z] = this.#cellOf(q, queries) as [number, number, number];
    let best = Number.POSITIVE_INFINITY;
    for (let ring = 0; ring <= 10 && best > (ring - 1) * this.cellSize; ring++) {
      for (let dx = -ring; dx <= ring; dx++) {
        for (let dy = -ring; dy <= ring; dy++) {
          const isEdge = Math.max(Math.abs(dx), Math.abs(dy)) === ring;
          for (let dz = -ring; dz <= ring; dz += isEdge ? 1 : Math.max(1, 2 * ring)) {
            for (const i of this.#cells.get(`${x + dx},${y + dy},${z + dz}`) ?? []) {
              const d = [0, 1, 2].map((axis) => this.points[i + axis]! - queries[q + axis]!);
              best = Math.min(best, Math.hypot(...d));
            }
          }
        }
      }
    }
    return best;
  }

  #cellOf(index: number, points: Float64Array): number[] {
    return [0, 1, 2].map((axis) => Math.floor(points[index + axis]! / this.cellSize));
  }
}

const distances = (queries: Float64Array, grid: PointGrid) =>
  Array.from({ length: queries.length / 3 }, (_, n) => grid.distance(queries, 3 * n));

function diagonalOf(positions: Float32Array): number {
  const extent = [0, 1, 2].map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = axis; i < positions.length; i += 3) {
      low = Math.min(low, positions[i]!);
      high = Math.max(high, positions[i]!);
    }
    return high - low;
  });
  return Math.hypot(...extent);
}
