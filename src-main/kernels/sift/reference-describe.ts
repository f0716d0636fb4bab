import type { GreyImage, OctaveKeypoint } from './reference.js';

const BINS = 36;
const wrap = (i: number, n: number) => ((i % n) + n) % n;

/** Twice the gradient at a pixel. */
function gradient({ width, data }: GreyImage, x: number, y: number) {
  const gx = data[y * width + x + 1]! - data[y * width + x - 1]!;
  const gy = data[(y + 1) * width + x]! - data[(y - 1) * width + x]!;
  return { magnitude: Math.hypot(gx, gy), angle: wrap(Math.atan2(gy, gx), 2 * Math.PI) };
}

/** Calls back for the pixels within `radius` in x and y whose gradient is defined. */
function forPixelsAround(
  { width, height }: GreyImage,
  { x: cx, y: cy }: OctaveKeypoint,
  radius: number,
  visit: (x: number, y: number, dx: number, dy: number) => void,
): void {
  for (let y = Math.max(1, Math.ceil(cy - radius)); y <= Math.min(height - 2, Math.floor(cy + radius)); y++) {
    for (let x = Math.max(1, Math.ceil(cx - radius)); x <= Math.min(width - 2, Math.floor(cx + radius)); x++) {
      visit(x, y, x - cx, y - cy);
    }
  }
}

/** Dominant gradient directions (Lowe 2004, section 5), strongest first, radians in [0, 2 pi). */
export function orientationsReference(level: GreyImage, keypoint: OctaveKeypoint, maxAngles: number): number[] {
  const windowSigma = 1.5 * keypoint.sigma;
  const radius = 3 * windowSigma;
  let histogram = new Array<number>(BINS).fill(0);
  forPixelsAround(level, keypoint, radius, (x, y, dx, dy) => {
    const square = dx * dx + dy * dy;
    if (square > radius * radius) return;
    const { magnitude, angle } = gradient(level, x, y);
    const weight = magnitude * Math.exp(-square / (2 * windowSigma ** 2));
    const position = (angle * BINS) / (2 * Math.PI);
    const lower = Math.floor(position);
    histogram[wrap(lower, BINS)]! += weight * (1 - (position - lower));
    histogram[wrap(lower + 1, BINS)]! += weight * (position - lower);
  });
  const bin = (b: number) => histogram[wrap(b, BINS)]!;
  for (let pass = 0; pass < 6; pass++) histogram = histogram.map((value, b) => (bin(b - 1) + value + bin(b + 1)) / 3);

  const highest = Math.max(...histogram);
  return histogram
    .map((value, b) => ({ value, b }))
    .filter(({ value, b }) => value >= 0.8 * highest && value > bin(b - 1) && value > bin(b + 1))
    .sort((p, q) => q.value - p.value || p.b - q.b)
    .slice(0, maxAngles)
    .map(({ value, b }) => {
      const offset = (0.5 * (bin(b - 1) - bin(b + 1))) / (bin(b - 1) - 2 * value + bin(b + 1));
      return wrap(((b + offset) * 2 * Math.PI) / BINS, 2 * Math.PI);
    });
}

/** Descriptor (Lowe 2004, section 6) as RootSIFT. @returns Uint8Array[128] */
export function describeReference(level: GreyImage, keypoint: OctaveKeypoint, angle: number): Uint8Array {
  const cellSize = 3 * keypoint.sigma;
  const histogram = new Float64Array(128);
  forPixelsAround(level, keypoint, Math.SQRT2 * 2.5 * cellSize, (x, y, dx, dy) => {
    // Place in the turned grid, in cells; the centres of the 4 x 4 cells are at 0, 1, 2, 3.
    const u = (Math.cos(angle) * dx + Math.sin(angle) * dy) / cellSize + 1.5;
    const v = (Math.cos(angle) * dy - Math.sin(angle) * dx) / cellSize + 1.5;
    if (u <= -1 || u >= 4 || v <= -1 || v >= 4) return;
    const g = gradient(level, x, y);
    const weight = g.magnitude * Math.exp(-(dx * dx + dy * dy) / (2 * (2 * cellSize) ** 2));
    const direction = (wrap(g.angle - angle, 2 * Math.PI) * 8) / (2 * Math.PI);
    // Trilinear: each sample counts for the nearest two cells in u and v and the nearest two directions.
    for (const row of [Math.floor(v), Math.floor(v) + 1]) {
      for (const column of [Math.floor(u), Math.floor(u) + 1]) {
        if (row < 0 || row > 3 || column < 0 || column > 3) continue;
        const share = weight * (1 - Math.abs(u - column)) * (1 - Math.abs(v - row));
        const cell = (row * 4 + column) * 8;
        const lower = Math.floor(direction);
        histogram[cell + wrap(lower, 8)]! += share * (1 - (direction - lower));
        histogram[cell + wrap(lower + 1, 8)]! += share * (direction - lower);
      }
    }
  });
  const limit = 0.2 * Math.sqrt(histogram.reduce((sum, value) => sum + value * value, 0));
  const clamped = histogram.map((value) => Math.min(value, limit));
  const sum = clamped.reduce((total, value) => total + value, 0);
  return Uint8Array.from(clamped, (value) =>
    sum > 0 ? Math.min(255, Math.floor(512 * Math.sqrt(value / sum) + 0.5)) : 0,
  );
}
