/** The innermost loops of the Schur complement, over flat arrays. */

/** S -= Y W^T for blocks of any size; Y is rows x 3, W columns x 3. */
export function subtractPair(
  S: Float64Array,
  s: number,
  Y: Float64Array,
  y: number,
  rows: number,
  W: Float64Array,
  w: number,
  columns: number,
): void {
  let at = s;
  for (let row = y; row < y + rows * 3; row += 3) {
    for (let k = w; k < w + columns * 3; k += 3) {
      S[at++]! -= Y[row]! * W[k]! + Y[row + 1]! * W[k + 1]! + Y[row + 2]! * W[k + 2]!;
    }
  }
}

/**
 * The same for two poses: the innermost loop of bundle adjustment. Holding W in variables and unrolling the columns takes
 * 0.75 of the time of the general loop.
 */
export function subtractPosePair(
  S: Float64Array,
  s: number,
  Y: Float64Array,
  y: number,
  W: Float64Array,
  w: number,
): void {
  for (let half = 0; half < 2; half++) {
    const k = w + half * 9;
    const a0 = W[k]!;
    const a1 = W[k + 1]!;
    const a2 = W[k + 2]!;
    const b0 = W[k + 3]!;
    const b1 = W[k + 4]!;
    const b2 = W[k + 5]!;
    const c0 = W[k + 6]!;
    const c1 = W[k + 7]!;
    const c2 = W[k + 8]!;
    for (let row = 0; row < 6; row++) {
      const y0 = Y[y + row * 3]!;
      const y1 = Y[y + row * 3 + 1]!;
      const y2 = Y[y + row * 3 + 2]!;
      const at = s + row * 6 + half * 3;
      S[at]! -= y0 * a0 + y1 * a1 + y2 * a2;
      S[at + 1]! -= y0 * b0 + y1 * b1 + y2 * b2;
      S[at + 2]! -= y0 * c0 + y1 * c1 + y2 * c2;
    }
  }
}

/** Inverts a symmetric 3x3 matrix given by its upper triangle. @returns false (and zeros) when it is singular */
export function invertSymmetric(
  xx: number,
  xy: number,
  xz: number,
  yy: number,
  yz: number,
  zz: number,
  out: Float64Array,
  at: number,
): boolean {
  const c0 = yy * zz - yz * yz;
  const c1 = xz * yz - xy * zz;
  const c2 = xy * yz - xz * yy;
  const determinant = xx * c0 + xy * c1 + xz * c2;
  if (!(determinant > SINGULAR * xx * yy * zz)) {
    out.fill(0, at, at + 6);
    return false;
  }
  out[at] = c0 / determinant;
  out[at + 1] = c1 / determinant;
  out[at + 2] = c2 / determinant;
  out[at + 3] = (xx * zz - xz * xz) / determinant;
  out[at + 4] = (xy * xz - xx * yz) / determinant;
  out[at + 5] = (xx * yy - xy * xy) / determinant;
  return true;
}

/** Determinant relative to the product of the diagonal below which a point is undetermined, and stays where it is. */
const SINGULAR = 1e-14;
