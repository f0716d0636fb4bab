interface ColouredPoints {
  /** Float32Array[n*3], world. */
  readonly positions: Float32Array;
  /** Uint8Array[n*3], RGB. */
  readonly colors: Uint8Array;
}

const UNKNOWN = 150;
/** A vertex without points in its own cell looks in the cells around it. */
const AROUND = [-1, 0, 1].flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z] as const)));

/**
 * Gives vertices the mean colour of the points about them, found by a grid of cubes; grey where there are none. For looking at:
 * the texture stage paints from the photos.
 *
 * @param vertices Float32Array[m*3], world
 * @param cellSize edge of a cube, world units; about the distance between vertices
 * @returns Uint8Array[m*3], RGB
 */
export function colorVertices(vertices: Float32Array, points: ColouredPoints, cellSize: number): Uint8Array {
  const cells = new CellColours(points, cellSize);
  const colors = new Uint8Array(vertices.length);
  const sum = new Float64Array(4);
  for (let at = 0; at < vertices.length; at += 3) {
    const [x, y, z] = [0, 1, 2].map((k) => Math.floor(vertices[at + k]! / cellSize)) as [number, number, number];
    sum.fill(0);
    cells.add(x, y, z, sum);
    if (sum[3] === 0) for (const [dx, dy, dz] of AROUND) cells.add(x + dx, y + dy, z + dz, sum);
    for (let k = 0; k < 3; k++) colors[at + k] = sum[3]! > 0 ? Math.round(sum[k]! / sum[3]!) : UNKNOWN;
  }
  return colors;
}

/** Sums of colours in a hashed grid with open addressing. */
class CellColours {
  readonly #mask: number;
  readonly #slots: Int32Array;
  readonly #cells: Int32Array;
  readonly #sums: Uint32Array;

  constructor({ positions, colors }: ColouredPoints, cellSize: number) {
    const total = positions.length / 3;
    const bits = Math.max(4, Math.ceil(Math.log2(Math.max(1, total * 2))));
    this.#mask = 2 ** bits - 1;
    this.#slots = new Int32Array(2 ** bits).fill(-1);
    this.#cells = new Int32Array(total * 3);
    this.#sums = new Uint32Array(total * 4);
    let count = 0;
    for (let at = 0; at < positions.length; at += 3) {
      const x = Math.floor(positions[at]! / cellSize);
      const y = Math.floor(positions[at + 1]! / cellSize);
      const z = Math.floor(positions[at + 2]! / cellSize);
      const slot = this.#slotOf(x, y, z);
      let cell = this.#slots[slot]!;
      if (cell < 0) {
        cell = count++;
        this.#slots[slot] = cell;
        this.#cells.set([x, y, z], cell * 3);
      }
      for (let k = 0; k < 3; k++) this.#sums[cell * 4 + k]! += colors[at + k]!;
      this.#sums[cell * 4 + 3]! += 1;
    }
  }

  /** Adds a cell's sums of red, green and blue and its number of points. */
  add(x: number, y: number, z: number, sum: Float64Array): void {
    const cell = this.#slots[this.#slotOf(x, y, z)]!;
    if (cell >= 0) for (let k = 0; k < 4; k++) sum[k]! += this.#sums[cell * 4 + k]!;
  }

  /** The slot that holds the cell, or the free one that it would take. */
  #slotOf(x: number, y: number, z: number): number {
    let slot = (Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791)) & this.#mask;
    for (; ; slot = (slot + 1) & this.#mask) {
      const cell = this.#slots[slot]! * 3;
      if (cell < 0) return slot;
      if (this.#cells[cell] === x && this.#cells[cell + 1] === y && this.#cells[cell + 2] === z) return slot;
    }
  }
}
