/**
 * Fills the texels between the charts from the nearest ones, so that mipmaps and compression see no hard borders: pull-push
 * (Gortler et al., "The lumigraph", SIGGRAPH 1996).
 *
 * @param rgb Float32Array[size*size*3], changed in place where nothing is known
 * @param isKnown Uint8Array[size*size]
 * @param size a power of two
 */
export function fillBackground(rgb: Float32Array, isKnown: Uint8Array, size: number): void {
  if (size === 1) return;
  const half = size / 2;
  const smallRgb = new Float32Array(half * half * 3);
  const isSmallKnown = new Uint8Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const to = y * half + x;
      let count = 0;
      for (const from of fourOf(x, y, size)) {
        if (!isKnown[from]) continue;
        count++;
        for (let c = 0; c < 3; c++) smallRgb[to * 3 + c]! += rgb[from * 3 + c]!;
      }
      if (count === 0) continue;
      isSmallKnown[to] = 1;
      for (let c = 0; c < 3; c++) smallRgb[to * 3 + c]! /= count;
    }
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

const fourOf = (x: number, y: number, size: number) => {
  const first = 2 * y * size + 2 * x;
  return [first, first + 1, first + size, first + size + 1];
};
