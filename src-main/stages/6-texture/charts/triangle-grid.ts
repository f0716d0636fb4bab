/** Touching by less than this part of a triangle's squared extent is no overlap: rounding of shared corners. */
const OVERLAP_TOLERANCE = 1e-9;

/** Triangles in a plane, added one by one as long as they do not overlap: a uniform grid finds the candidates. */
export class TriangleGrid {
  readonly #corners: Float64Array;
  readonly #columns: number;
  readonly #rows: number;
  readonly #minX: number;
  readonly #minY: number;
  readonly #cellSize: number;
  /** First entry of each cell's list, -1 where it is empty; entries are (triangle, next entry) pairs. */
  readonly #heads: Int32Array;
  readonly #entries: number[] = [];
  /** The last triangle that each triangle was compared with: a pair may share several cells. */
  readonly #compared: Int32Array;

  /** @param corners Float64Array[n*6], u and v of the corners of every triangle that may be added */
  constructor(corners: Float64Array) {
    this.#corners = corners;
    const count = corners.length / 6;
    let minX = Number.POSITIVE_INFINITY;
    let minY = Number.POSITIVE_INFINITY;
    let maxX = Number.NEGATIVE_INFINITY;
    let maxY = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < corners.length; i += 2) {
      minX = Math.min(minX, corners[i]!);
      maxX = Math.max(maxX, corners[i]!);
      minY = Math.min(minY, corners[i + 1]!);
      maxY = Math.max(maxY, corners[i + 1]!);
    }
    this.#minX = minX;
    this.#minY = minY;
    const width = maxX - minX;
    const height = maxY - minY;
    // About one cell per triangle; long thin charts get no more than that either.
    const size = Math.max(Math.sqrt((width * height) / count), Math.max(width, height) / (count + 1), Number.MIN_VALUE);
    this.#cellSize = size;
    this.#columns = Math.floor(width / size) + 1;
    this.#rows = Math.floor(height / size) + 1;
    this.#heads = new Int32Array(this.#columns * this.#rows).fill(-1);
    this.#compared = new Int32Array(count).fill(-1);
  }

  /** Adds a triangle unless it is turned over or overlaps one that was added before. @returns whether it was added */
  add(triangle: number): boolean {
    const at = triangle * 6;
    if (!(edgeSide(this.#corners, at, 0, this.#corners[at + 4]!, this.#corners[at + 5]!) > 0)) return false;
    const [left, right, top, bottom] = this.#cells(at);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        for (let e = this.#heads[row * this.#columns + column]!; e !== -1; e = this.#entries[e + 1]!) {
          const other = this.#entries[e]!;
          if (this.#compared[other] === triangle) continue;
          this.#compared[other] = triangle;
          if (overlap(this.#corners, at, other * 6)) return false;
        }
      }
    }
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const cell = row * this.#columns + column;
        this.#entries.push(triangle, this.#heads[cell]!);
        this.#heads[cell] = this.#entries.length - 2;
      }
    }
    return true;
  }

  #cells(at: number): [number, number, number, number] {
    const c = this.#corners;
    const column = (x: number) => Math.min(this.#columns - 1, Math.floor((x - this.#minX) / this.#cellSize));
    const row = (y: number) => Math.min(this.#rows - 1, Math.floor((y - this.#minY) / this.#cellSize));
    return [
      column(Math.min(c[at]!, c[at + 2]!, c[at + 4]!)),
      column(Math.max(c[at]!, c[at + 2]!, c[at + 4]!)),
      row(Math.min(c[at + 1]!, c[at + 3]!, c[at + 5]!)),
      row(Math.max(c[at + 1]!, c[at + 3]!, c[at + 5]!)),
    ];
  }
}

/** Whether two counter-clockwise triangles share more than their borders: no edge of either separates them. */
function overlap(corners: Float64Array, a: number, b: number): boolean {
  return !hasSeparatingEdge(corners, a, b) && !hasSeparatingEdge(corners, b, a);
}

function hasSeparatingEdge(corners: Float64Array, a: number, b: number): boolean {
  for (let k = 0; k < 3; k++) {
    const next = a + ((k + 1) % 3) * 2;
    const dx = corners[next]! - corners[a + k * 2]!;
    const dy = corners[next + 1]! - corners[a + k * 2 + 1]!;
    const limit = OVERLAP_TOLERANCE * (dx * dx + dy * dy);
    let isSeparating = true;
    for (let j = 0; j < 6 && isSeparating; j += 2) {
      isSeparating = edgeSide(corners, a, k, corners[b + j]!, corners[b + j + 1]!) <= limit;
    }
    if (isSeparating) return true;
  }
  return false;
}

/** Twice the area of the triangle of edge k and the point: positive to the left of the edge. */
function edgeSide(corners: Float64Array, at: number, k: number, x: number, y: number): number {
  const from = at + k * 2;
  const to = at + ((k + 1) % 3) * 2;
  return (
    (corners[to]! - corners[from]!) * (y - corners[from + 1]!) -
    (corners[to + 1]! - corners[from + 1]!) * (x - corners[from]!)
  );
}
