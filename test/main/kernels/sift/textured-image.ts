import { Random } from '#main/geometry/random.js';
import type { SiftImage } from '#main/kernels/sift/scale-space.js';

/** A Gaussian spot. */
interface Spot {
  readonly x: number;
  readonly y: number;
  readonly sigma: number;
  readonly stretch: number;
  readonly turn: number;
  readonly height: number;
}

/** A texture of random elliptic spots in the plane, which can be drawn under any similarity without resampling. */
export class SpotTexture {
  readonly #spots: readonly Spot[];

  constructor(seed: number, size: number, count: number) {
    const random = new Random(seed);
    this.#spots = Array.from({ length: count }, () => ({
      x: random.uniform() * size,
      y: random.uniform() * size,
      sigma: 1.5 * 2 ** (2.5 * random.uniform()),
      stretch: 1 + random.uniform(),
      turn: Math.PI * random.uniform(),
      height: (random.uniform() < 0.5 ? -1 : 1) * (0.1 + 0.2 * random.uniform()),
    }));
  }

  /**
   * @param map from the texture to the image: pixels = scale * R(turn) * point + (dx, dy)
   */
  draw(width: number, height: number, map: { scale: number; turn: number; dx: number; dy: number }): SiftImage {
    const grey = new Float64Array(width * height).fill(0.5);
    for (const spot of this.#spots) {
      const [x, y] = mapPoint(map, spot.x, spot.y);
      const [a, b] = [spot.sigma * map.scale, spot.sigma * spot.stretch * map.scale];
      const [c, s] = [Math.cos(spot.turn + map.turn), Math.sin(spot.turn + map.turn)];
      const reach = 4 * b;
      for (let v = Math.max(0, Math.floor(y - reach)); v < Math.min(height, y + reach); v++) {
        for (let u = Math.max(0, Math.floor(x - reach)); u < Math.min(width, x + reach); u++) {
          const [dx, dy] = [u + 0.5 - x, v + 0.5 - y];
          const along = (c * dx + s * dy) / a;
          const across = (c * dy - s * dx) / b;
          grey[v * width + u]! += spot.height * Math.exp(-(along * along + across * across) / 2);
        }
      }
    }
    const rgb = new Uint8Array(width * height * 3);
    for (let i = 0; i < rgb.length; i++) rgb[i] = Math.round(255 * Math.min(1, Math.max(0, grey[Math.floor(i / 3)]!)));
    return { width, height, rgb };
  }
}

export function mapPoint(map: { scale: number; turn: number; dx: number; dy: number }, x: number, y: number) {
  const [c, s] = [map.scale * Math.cos(map.turn), map.scale * Math.sin(map.turn)];
  return [c * x - s * y + map.dx, s * x + c * y + map.dy] as const;
}
