/**
 * Fills the texels between the charts from the nearest ones, so that mipmaps and compression see no hard borders: pull-push
 * (Gortler et al., "The lumigraph", SIGGRAPH 1996).
 *
 * @param rgb [size*size*3], changed in place where nothing is known
 * @param isKnown Uint8Array[size*size]
 * @param size a power of two
 */
export function fillBackground(rgb: Uint8ClampedArray | Float32Array, isKnown: Uint8Array, size: number): void {
  if (size === 1) return;
  const half = size / 2;
  const smallRgb = new Float32Array(half * half * 3);
  const isSmallKnown = new Uint8Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) pull(rgb, isKnown, size, x, y, smallRgb, isSmallKnown);
  }
  fillBackground(smallRgb, isSmallKnown, half);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const to = y * size + x;
      if (isKnown[to]) continue;
      const from = (y >> 1) * half + (x >> 1);
      for (let c = 0; c < 3; c++) rgb[to * 3 + c] = smallRgb[from * 3 + c]!;
    }
  }
}

/** The mean of the known ones of four texels. */
function pull(
  rgb: Uint8ClampedArray | Float32Array,
  isKnown: Uint8Array,
  size: number,
  x: number,
  y: number,
  smallRgb: Float32Array,
  isSmallKnown: Uint8Array,
): void {
  const to = (y * size) / 2 + x;
  let red = 0;
  let green = 0;
  let blue = 0;
  let count = 0;
  for (let k = 0; k < 4; k++) {
    const from = (2 * y + (k >> 1)) * size + 2 * x + (k & 1);
    if (isKnown[from] === 0) continue;
    count++;
    red += rgb[from * 3]!;
    green += rgb[from * 3 + 1]!;
    blue += rgb[from * 3 + 2]!;
  }
  if (count === 0) return;
  isSmallKnown[to] = 1;
  smallRgb[to * 3] = red / count;
  smallRgb[to * 3 + 1] = green / count;
  smallRgb[to * 3 + 2] = blue / count;
}
