import { Random } from '#main/geometry/random.js';

/** What happens to the light behind the lens. */
export interface Development {
  readonly width: number;
  readonly height: number;
  /** Factor on the light, per channel: exposure and white balance. */
  readonly gain: readonly [number, number, number];
  /** Standard deviation, pixels. */
  readonly blurPx: number;
  /** Standard deviation of the noise at full scale; its variance is proportional to the light. */
  readonly noise: number;
  readonly seed: number;
}

/** Share of the noise's variance at full scale that is there in the dark. */
const READ_NOISE_SHARE = 0.02;

/**
 * From light to picture: blur, exposure, noise, a shoulder that keeps highlights, the sRGB curve.
 *
 * @param radiance Float32Array[h*w*3], linear
 * @returns Uint8Array[h*w*3], sRGB
 */
export function developPhoto(radiance: Float32Array, options: Development): Uint8Array {
  const { width, height, gain, noise, seed } = options;
  const light = blur(radiance, width, height, options.blurPx);
  const random = new Random(seed, 77);
  const rgb = new Uint8Array(light.length);
  for (let i = 0; i < light.length; i++) {
    const value = light[i]! * gain[i % 3]!;
    const deviation = noise * Math.sqrt(Math.max(0, value) + READ_NOISE_SHARE);
    rgb[i] = Math.round(255 * srgb(shoulder(Math.max(0, value + deviation * random.gaussian()))));
  }
  return rgb;
}

/** Linear up to 0.7, then bending towards 1. */
const shoulder = (value: number) => (value < 0.7 ? value : 1 - 0.09 / (value - 0.7 + 0.3));

const srgb = (value: number) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

/** Gaussian blur, separable, borders repeated. */
function blur(image: Float32Array, width: number, height: number, sigma: number): Float32Array {
  if (sigma <= 0) return image;
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pass = (source: Float32Array, alongX: boolean) => {
    const target = new Float32Array(source.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let k = -reach; k <= reach; k++) {
          const column = alongX ? Math.min(width - 1, Math.max(0, x + k)) : x;
          const row = alongX ? y : Math.min(height - 1, Math.max(0, y + k));
          const weight = weights[k + reach]! / total;
          for (let c = 0; c < 3; c++)
            target[(y * width + x) * 3 + c]! += weight * source[(row * width + column) * 3 + c]!;
        }
      }
    }
    return target;
  };
  return pass(pass(image, true), false);
}
