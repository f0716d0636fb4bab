import type { DepthBuffer } from '../../../geometry/rasterize.js';

/** Directions in the image, and steps along each. */
const DIRECTIONS = 8;
const STEPS = [6, 16, 36, 72] as const;
/** Depth differences beyond so many times the sample's distance belong to something else. */
const RANGE = 2.5;

/**
 * How open the surface is around each pixel, from the depth buffer alone: the mean horizon in eight directions (Bavoil, Sainz and
 * Dimitrov, "Image-space horizon-based ambient occlusion", SIGGRAPH 2008, talks).
 *
 * @param focal pixels
 * @returns Float32Array[h*w], 0 closed .. 1 open
 */
export function screenOcclusion({ width, height, inverseDepths }: DepthBuffer, focal: number): Float32Array {
  const open = new Float32Array(width * height).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (inverseDepths[i] === 0) continue;
      const depth = 1 / inverseDepths[i]!;
      let closed = 0;
      for (let direction = 0; direction < DIRECTIONS; direction += 2) {
        closed += pairOcclusion(inverseDepths, width, height, x, y, depth, focal, direction);
      }
      open[i] = 1 - closed / (DIRECTIONS / 2);
    }
  }
  return open;
}

/** The groove between two opposite directions: a plane, however slanted, has none. */
function pairOcclusion(
  inverseDepths: Float32Array,
  width: number,
  height: number,
  x: number,
  y: number,
  depth: number,
  focal: number,
  direction: number,
): number {
  const angle = (direction * Math.PI) / DIRECTIONS;
  const dx = Math.cos(angle);
  const dy = Math.sin(angle);
  let highest = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const step of STEPS) {
    highest = [1, -1].map((side, k) => {
      const sx = Math.round(x + side * dx * step);
      const sy = Math.round(y + side * dy * step);
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) return highest[k]!;
      const other = inverseDepths[sy * width + sx]!;
      if (other === 0) return highest[k]!;
      const slope = (depth - 1 / other) / ((step * depth) / focal);
      return slope > RANGE ? highest[k]! : Math.max(highest[k]!, slope);
    });
  }
  if (!Number.isFinite(highest[0]!) || !Number.isFinite(highest[1]!)) return 0;
  const horizon = Math.atan(highest[0]!) + Math.atan(highest[1]!);
  return Math.min(1, Math.max(0, horizon / (Math.PI / 2)));
}
