import type { Mesh } from '../../../../src-shared/scene/mesh.js';

/** A uniform grid over a mesh, for rays. Plain data in shared memory. */
export interface TriangleCells {
  /** x, y, z of the grid's corner. */
  readonly origin: readonly [number, number, number];
  readonly cellSize: number;
  readonly counts: readonly [number, number, number];
  /** Uint32Array[cells + 1]: cell c holds `triangles[starts[c]] .. triangles[starts[c + 1] - 1]`. */
  readonly starts: Uint32Array;
  readonly triangles: Uint32Array;
}

/** Cells along the longest side, at most. */
const MAX_CELLS = 160;

export function triangleCells(mesh: Mesh): TriangleCells {
  const { minimum, maximum } = bounds(mesh.positions);
  const size = Math.max(...maximum.map((value, d) => value - minimum[d]!), Number.MIN_VALUE);
  const cells = Math.min(MAX_CELLS, Math.max(1, Math.ceil(Math.sqrt(mesh.indices.length / 3 / 4))));
  const cellSize = (size / cells) * 1.0001;
  const counts = [0, 1, 2].map((d) => Math.floor((maximum[d]! - minimum[d]!) / cellSize) + 1);
  const grid = {
    origin: [minimum[0]!, minimum[1]!, minimum[2]!] as const,
    cellSize,
    counts: [counts[0]!, counts[1]!, counts[2]!] as const,
  };
  const starts = new Uint32Array(new SharedArrayBuffer((counts[0]! * counts[1]! * counts[2]! + 1) * 4));
  forEachCell(mesh, grid, (cell) => {
    starts[cell + 1]!++;
  });
  for (let cell = 1; cell < starts.length; cell++) starts[cell]! += starts[cell - 1]!;
  const triangles = new Uint32Array(new SharedArrayBuffer(starts.at(-1)! * 4));
  const next = starts.slice();
  forEachCell(mesh, grid, (cell, triangle) => {
    triangles[next[cell]!++] = triangle;
  });
  return { ...grid, starts, triangles };
}

/** Calls back for every cell that a triangle's bounding box touches. */
function forEachCell(
  { positions, indices }: Mesh,
  { origin, cellSize, counts }: Pick<TriangleCells, 'origin' | 'cellSize' | 'counts'>,
  visit: (cell: number, triangle: number) => void,
): void {
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  for (let triangle = 0; triangle < indices.length / 3; triangle++) {
    for (let d = 0; d < 3; d++) {
      const a = positions[indices[triangle * 3]! * 3 + d]!;
      const b = positions[indices[triangle * 3 + 1]! * 3 + d]!;
      const c = positions[indices[triangle * 3 + 2]! * 3 + d]!;
      const toCell = (value: number) =>
        Math.min(counts[d]! - 1, Math.max(0, Math.floor((value - origin[d]!) / cellSize)));
      low[d] = toCell(Math.min(a, b, c));
      high[d] = toCell(Math.max(a, b, c));
    }
    for (let z = low[2]!; z <= high[2]!; z++) {
      for (let y = low[1]!; y <= high[1]!; y++) {
        for (let x = low[0]!; x <= high[0]!; x++) visit((z * counts[1]! + y) * counts[0]! + x, triangle);
      }
    }
  }
}

function bounds(positions: Float32Array) {
  const minimum = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const maximum = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < positions.length; i++) {
    minimum[i % 3] = Math.min(minimum[i % 3]!, positions[i]!);
    maximum[i % 3] = Math.max(maximum[i % 3]!, positions[i]!);
  }
  return { minimum, maximum };
}
