/** An image in memory: `rgb` Uint8Array[h*w*3], row-major. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/**
 * Bilinear sample as a renderer takes it, clamped to the border.
 *
 * @param u in 0..1 over the width, v in 0..1 over the height, downwards
 * @param out receives RGB, 0..255
 */
export function sampleBilinear({ width, height, rgb }: RgbImage, u: number, v: number, out: Float64Array): void {
  const x = u * width - 0.5;
  const y = v * height - 0.5;
  const column = Math.floor(x);
  const row = Math.floor(y);
  const right = x - column;
  const below = y - row;
  const x0 = Math.min(width - 1, Math.max(0, column)) * 3;
  const x1 = Math.min(width - 1, Math.max(0, column + 1)) * 3;
  const y0 = Math.min(height - 1, Math.max(0, row)) * width * 3;
  const y1 = Math.min(height - 1, Math.max(0, row + 1)) * width * 3;
  for (let c = 0; c < 3; c++) {
    const upper = rgb[y0 + x0 + c]! * (1 - right) + rgb[y0 + x1 + c]! * right;
    const lower = rgb[y1 + x0 + c]! * (1 - right) + rgb[y1 + x1 + c]! * right;
    out[c] = upper * (1 - below) + lower * below;
  }
}
