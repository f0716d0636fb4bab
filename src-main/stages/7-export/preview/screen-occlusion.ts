/** Pairs of opposite directions in the image, and steps along each, pixels of a 1024 px picture. */
const DIRECTION_PAIRS = 4;
const STEPS = [2, 5, 12, 24] as const;
/** Depth differences beyond so many times the sample's distance belong to something else. */
const RANGE = 2.5;

/**
 * How open the surface is around each pixel, from the depth buffer alone: the mean horizon in eight directions (Bavoil, Sainz and
 * Dimitrov, "Image-space horizon-based ambient occlusion", SIGGRAPH 2008, talks).
 *
 * @param inverseDepths Float32Array[h*w], 1 / depth; 0 where there is nothing
 * @param focal pixels
 * @returns Float32Array[h*w], 0 closed .. 1 open
 */
export function screenOcclusion(
  inverseDepths: Float32Array,
  width: number,
  height: number,
  focal: number,
): Float32Array {
  const open = new Float32Array(width * height).fill(1);
  const horizon = (x: number, y: number, depth: number, dx: number, dy: number): number => {
    let highest = Number.NEGATIVE_INFINITY;
    for (const step of STEPS) {
      const sx = Math.round(x + dx * step);
      const sy = Math.round(y + dy * step);
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) break;
      const other = inverseDepths[sy * width + sx]!;
      if (other === 0) continue;
      const slope = ((depth - 1 / other) * focal) / (step * depth);
      if (slope <= RANGE && slope > highest) highest = slope;
    }
    return highest;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inverse = inverseDepths[y * width + x]!;
      if (inverse === 0) continue;
      let closed = 0;
      for (let pair = 0; pair < DIRECTION_PAIRS; pair++) {
        const dx = Math.cos((pair * Math.PI) / DIRECTION_PAIRS);
        const dy = Math.sin((pair * Math.PI) / DIRECTION_PAIRS);
        // The groove between two opposite directions: a plane, however slanted, has none.
        const groove = Math.atan(horizon(x, y, 1 / inverse, dx, dy)) + Math.atan(horizon(x, y, 1 / inverse, -dx, -dy));
        closed += Math.min(1, Math.max(0, groove / (Math.PI / 2)));
      }
      open[y * width + x] = 1 - closed / DIRECTION_PAIRS;
    }
  }
  return open;
}
