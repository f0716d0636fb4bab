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
  const luma = (image: ArrayLike<number>, i: number) =>
    LUMA[0] * image[i * 3]! + LUMA[1] * image[i * 3 + 1]! + LUMA[2] * image[i * 3 + 2]!;
  const x = Float64Array.from(valid, (isValid, i) => (isValid ? luma(a, i) : 0));
  const y = Float64Array.from(valid, (isValid, i) => (isValid ? luma(b, i) : 0));
  const sums = (of: (i: number) => number) =>
    windowSums(
      Float64Array.from(valid, (_, i) => of(i)),
      width,
      height,
    );
  const weights = sums((i) => valid[i]!);
  const sx = sums((i) => x[i]!);
  const sy = sums((i) => y[i]!);
  const sxx = sums((i) => x[i]! * x[i]!);
  const syy = sums((i) => y[i]! * y[i]!);
  const sxy = sums((i) => x[i]! * y[i]!);
  let total = 0;
  let count = 0;
  for (let i = 0; i < valid.length; i++) {
    if (valid[i] === 0) continue;
    const weight = weights[i]!;
    const mx = sx[i]! / weight;
    const my = sy[i]! / weight;
    const vx = sxx[i]! / weight - mx * mx;
    const vy = syy[i]! / weight - my * my;
    const covariance = sxy[i]! / weight - mx * my;
    total += ((2 * mx * my + C1) * (2 * covariance + C2)) / ((mx * mx + my * my + C1) * (vx + vy + C2));
    count++;
  }
  return count === 0 ? undefined : total / count;
}

/** Gaussian-weighted sums over the windows; nothing is added from outside the image. */
function windowSums(values: Float64Array, width: number, height: number): Float64Array {
  const rows = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      const end = Math.min(RADIUS, width - 1 - x);
      for (let k = Math.max(-RADIUS, -x); k <= end; k++) sum += KERNEL[k + RADIUS]! * values[y * width + x + k]!;
      rows[y * width + x] = sum;
    }
  }
  const result = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    const end = Math.min(RADIUS, height - 1 - y);
    for (let k = Math.max(-RADIUS, -y); k <= end; k++) {
      const weight = KERNEL[k + RADIUS]!;
      for (let x = 0; x < width; x++) result[y * width + x]! += weight * rows[(y + k) * width + x]!;
    }
  }
  return result;
}
