/** Colour of every texel of the layout. */
export interface TexelColors {
  /** Uint8ClampedArray[k*3], RGB; undefined content where nothing was seen. */
  readonly rgb: Uint8ClampedArray;
  /** Uint8Array[k], 1 where a view saw the texel. */
  readonly isSeen: Uint8Array;
}

export function unseenTexels(count: number): TexelColors {
  return { rgb: new Uint8ClampedArray(count * 3), isSeen: new Uint8Array(count) };
}

/**
 * Adds the low and the high band of the blended views (Burt and Adelson, ACM TOG 1983, with two bands).
 *
 * @param sums Float32Array[n*8] of the texels from `first` on, as `BlendInput` describes them
 */
export function composeTexels(sums: Float32Array, first: number, end: number, { rgb, isSeen }: TexelColors): void {
  for (let i = first; i < end; i++) {
    const at = (i - first) * 8;
    const lowWeight = sums[at + 3]!;
    const highWeight = sums[at + 7]!;
    if (!(lowWeight > 0)) continue;
    isSeen[i] = 1;
    for (let c = 0; c < 3; c++) {
      const high = highWeight > 0 ? sums[at + 4 + c]! / highWeight : 0;
      rgb[i * 3 + c] = sums[at + c]! / lowWeight + high;
    }
  }
}
