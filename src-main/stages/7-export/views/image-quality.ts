/** Stands for equality, in place of infinity. */
const MAX_PSNR_DB = 100;

/**
 * Peak signal-to-noise ratio over the three channels together, dB; undefined when no pixel counts.
 *
 * @param valid Uint8Array[h*w], 1 where a pixel counts
 */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>, valid: Uint8Array): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < valid.length; i++) {
    if (valid[i] === 0) continue;
    count += 3;
    for (let c = i * 3; c < i * 3 + 3; c++) sum += (a[c]! - b[c]!) ** 2;
  }
  return count === 0 ? undefined : Math.min(MAX_PSNR_DB, 10 * Math.log10((255 ** 2 * count) / sum));
}

const RADIUS = 5;
const SIGMA = 1.5;
const KERNEL = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
  Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
);
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
/** Rec. 601 luma, as SSIM is usually computed. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Structural similarity of the lumas: 11 x 11 Gaussian windows with statistics from the valid pixels only, averaged over these.
 *
 * Based on: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment", IEEE TIP 2004, Eq. 13.
 */
export function ssim(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  valid: Uint8Array,
  width: number,
  height: number,
): number | undefined {
  const moments = Array.from({ length: 6 }, () => new Float64Array(valid.length));
  const [ones, x, y, xx, yy, xy] = moments as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < valid.length; i++) {
    if (valid[i] === 0) continue;
    ones[i] = 1;
    x[i] = luma(a, i);
    y[i] = luma(b, i);
    xx[i] = x[i]! * x[i]!;
    yy[i] = y[i]! * y[i]!;
    xy[i] = x[i]! * y[i]!;
  }
  const scratch = new Float64Array(valid.length);
  for (const moment of moments) sumWindows(moment, scratch, width, height);
  let total = 0;
  let count = 0;
  for (let i = 0; i < valid.length; i++) {
    if (valid[i] === 0) continue;
    const weight = ones[i]!;
    const mx = x[i]! / weight;
    const my = y[i]! / weight;
    const vx = xx[i]! / weight - mx * mx;
    const vy = yy[i]! / weight - my * my;
    const covariance = xy[i]! / weight - mx * my;
    total += ((2 * mx * my + C1) * (2 * covariance + C2)) / ((mx * mx + my * my + C1) * (vx + vy + C2));
    count++;
  }
  return count === 0 ? undefined : total / count;
}

function luma(image: ArrayLike<number>, i: number): number {
  return LUMA[0] * image[i * 3]! + LUMA[1] * image[i * 3 + 1]! + LUMA[2] * image[i * 3 + 2]!;
}

/** Replaces values by their Gaussian-weighted sums over the windows; nothing is added from outside the image. */
function sumWindows(values: Float64Array, scratch: Float64Array, width: number, height: number): void {
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const end = Math.min(RADIUS, width - 1 - x);
      let sum = 0;
      for (let k = Math.max(-RADIUS, -x); k <= end; k++) sum += KERNEL[k + RADIUS]! * values[row + x + k]!;
      scratch[row + x] = sum;
    }
  }
  values.fill(0);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const end = Math.min(RADIUS, height - 1 - y);
    for (let k = Math.max(-RADIUS, -y); k <= end; k++) {
      const weight = KERNEL[k + RADIUS]!;
      const from = (y + k) * width;
      for (let x = 0; x < width; x++) values[row + x]! += weight * scratch[from + x]!;
    }
  }
}
