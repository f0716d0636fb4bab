/** Colour of every texel of the layout. */
export interface TexelColors {
  /** Float32Array[k*3], RGB 0..255; undefined content where nothing was seen. */
  readonly rgb: Float32Array;
  /** Uint8Array[k], 1 where a view saw the texel. */
  readonly isSeen: Uint8Array;
  readonly seenCount: number;
}

/** Adds the low and the high band of the blended views (Burt and Adelson, ACM TOG 1983, with two bands). */
export function composeTexels(sums: Float32Array): TexelColors {
  const count = sums.length / 8;
  const rgb = new Float32Array(count * 3);
  const isSeen = new Uint8Array(count);
  let seenCount = 0;
  for (let i = 0; i < count; i++) {
    const lowWeight = sums[i * 8 + 3]!;
    const highWeight = sums[i * 8 + 7]!;
    if (!(lowWeight > 0)) continue;
    isSeen[i] = 1;
    seenCount++;
    for (let c = 0; c < 3; c++) {
      const high = highWeight > 0 ? sums[i * 8 + 4 + c]! / highWeight : 0;
      rgb[i * 3 + c] = sums[i * 8 + c]! / lowWeight + high;
    }
  }
  return { rgb, isSeen, seenCount };
}
