/** Levels of the pyramid: 2 x 2 cells to 64 x 64. */
const LEVELS = 6;
const CELLS_PER_PHOTO = (4 ** (LEVELS + 1) - 4) / 3;

/**
 * How many and how evenly spread triangulated points each photo sees: a cell that is seen into counts as many as its level has
 * cells, over a pyramid of grids.
 *
 * Based on: Schonberger & Frahm, Structure-from-Motion revisited, CVPR 2016, section 4.2 (next best view selection).
 */
export class VisibilityPyramid {
  /** Float64Array[photos], the higher the better. */
  readonly scores: Float64Array;
  /** Uint32Array[photos], number of visible points. */
  readonly counts: Uint32Array;
  readonly #cells: Uint16Array;
  readonly #sizes: readonly { readonly width: number; readonly height: number }[];

  constructor(photos: readonly { readonly width: number; readonly height: number }[]) {
    this.#sizes = photos;
    this.scores = new Float64Array(photos.length);
    this.counts = new Uint32Array(photos.length);
    this.#cells = new Uint16Array(photos.length * CELLS_PER_PHOTO);
  }

  /** A point became visible (change 1) at a pixel of the photo, or is so no longer (change -1). */
  update(photo: number, x: number, y: number, change: 1 | -1): void {
    const { width, height } = this.#sizes[photo]!;
    const side = 2 ** LEVELS;
    let column = Math.min(side - 1, Math.max(0, Math.floor((x / width) * side)));
    let row = Math.min(side - 1, Math.max(0, Math.floor((y / height) * side)));
    this.counts[photo]! += change;
    let start = photo * CELLS_PER_PHOTO;
    for (let level = LEVELS; level >= 1; level--) {
      const cells = 4 ** level;
      const index = start + row * 2 ** level + column;
      const before = this.#cells[index]!;
      this.#cells[index] = before + change;
      if (before === 0) this.scores[photo]! += cells;
      else if (before + change === 0) this.scores[photo]! -= cells;
      start += cells;
      column >>= 1;
      row >>= 1;
    }
  }
}
