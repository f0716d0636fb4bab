import { latticeHash, noise } from '../render/noise.js';

/** Linear red, green, blue reflectance. */
export type Color = readonly [number, number, number];

/** sRGB hex colour, as painters' palettes are written, to linear reflectance. */
export function color(hex: number): Color {
  const linear = (value: number) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  return [linear(hex >> 16), linear((hex >> 8) & 255), linear(hex & 255)];
}

export function set(out: Float64Array, [red, green, blue]: Color, gloss: number): void {
  out[0] = red;
  out[1] = green;
  out[2] = blue;
  out[3] = gloss;
}

/** Moves the colour in `out` towards another one. */
export function mix(out: Float64Array, [red, green, blue]: Color, share: number): void {
  out[0]! += (red - out[0]!) * share;
  out[1]! += (green - out[1]!) * share;
  out[2]! += (blue - out[2]!) * share;
}

export function darken(out: Float64Array, factor: number): void {
  out[0]! *= factor;
  out[1]! *= factor;
  out[2]! *= factor;
}

/**
 * A patchwork of square cells, each with a motif (rings, diamonds, petals, bars) in colours of its own: no two alike, so that
 * no two places can be taken for one another.
 *
 * @param u position in units of a cell; @param v likewise
 * @param palette colours to choose from
 */
export function patchwork(u: number, v: number, palette: readonly Color[], seed: number, out: Float64Array): void {
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const hash = latticeHash(column, row, 7, seed);
  const [x, y] = [u - column - 0.5, v - row - 0.5];
  const pick = (shift: number) => palette[(hash >>> shift) % palette.length]!;
  const radius = Math.sqrt(x * x + y * y);
  const angle = Math.atan2(y, x);
  const count = 3 + ((hash >>> 9) % 5);
  let level: number;
  switch ((hash >>> 20) % 4) {
    case 0:
      level = radius * (4 + ((hash >>> 13) % 5));
      break;
    case 1:
      level = (Math.abs(x) + Math.abs(y)) * (3 + ((hash >>> 14) % 4));
      break;
    case 2:
      level = radius * 3.2 + 0.45 * Math.cos(angle * count + (hash >>> 12)) + 0.6;
      break;
    default:
      level = (x * Math.cos(hash) + y * Math.sin(hash)) * (4 + count);
  }
  const edge = Math.max(Math.abs(x), Math.abs(y));
  set(out, edge > 0.46 ? pick(3) : [pick(0), pick(5), pick(17)][((Math.floor(level) % 3) + 3) % 3]!, 0.02);
}

/** Threads: fine light and dark crossings, a little irregular. */
export function weave(u: number, v: number, threadsPerUnit: number, seed: number, out: Float64Array): void {
  const [a, b] = [u * threadsPerUnit, v * threadsPerUnit];
  darken(out, 0.72 + 0.42 * noise(a, b * 0.35, 0.5, seed) * noise(a * 0.35, b, 9.5, seed) * 2.2);
}
