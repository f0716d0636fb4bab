import { distort, type SurfaceView } from './observe-surface.js';

/** The slow variations of a photo on the surface, without anything of the background. */
export interface LowBand {
  readonly width: number;
  readonly height: number;
  /** Float32Array[h*w*3], RGB 0..255; smooth also where nothing is seen. */
  readonly rgb: Float32Array;
}

/** Pixels along each side of a low-band cell. */
export const LOW_BAND_CELL_PX = 4;
/** Standard deviation of the blur, cells. */
const SIGMA_CELLS = 2;

/**
 * Blurs the photo over the pixels that may be used (normalised convolution, Knutsson and Westin, CVPR 1993), in the frame of the
 * surface view's pinhole image, reduced by {@link LOW_BAND_CELL_PX}.
 *
 * @param rgb Uint8Array[h*w*3], the photo at the view's working size
 */
export function lowBand(surface: SurfaceView, rgb: Uint8Array): LowBand {
  const { view, depth, safety } = surface;
  const width = Math.ceil(depth.width / LOW_BAND_CELL_PX);
  const height = Math.ceil(depth.height / LOW_BAND_CELL_PX);
  // Red, green, blue and weight, summed per cell.
  let sums = new Float32Array(width * height * 4);
  const pixel = new Float64Array(2);
  for (let y = 0; y < depth.height; y++) {
    for (let x = 0; x < depth.width; x++) {
      if (safety[y * depth.width + x] === 0) continue;
      distort(view.lens, x + 0.5 + surface.left, y + 0.5 + surface.top, pixel);
      const from = (Math.floor(pixel[1]!) * view.width + Math.floor(pixel[0]!)) * 3;
      const to = (Math.floor(y / LOW_BAND_CELL_PX) * width + Math.floor(x / LOW_BAND_CELL_PX)) * 4;
      sums[to]! += rgb[from]!;
      sums[to + 1]! += rgb[from + 1]!;
      sums[to + 2]! += rgb[from + 2]!;
      sums[to + 3]! += 1;
    }
  }
  sums = blur(blur(sums, width, height, 4), height, width, 4);
  const low = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const weight = sums[i * 4 + 3]!;
    if (weight > 1e-6) for (let c = 0; c < 3; c++) low[i * 3 + c] = sums[i * 4 + c]! / weight;
  }
  return { width, height, rgb: low };
}

/** Gaussian blur along the rows; the result is transposed, so that calling it twice blurs both ways and turns it back. */
function blur(image: Float32Array, width: number, height: number, channels: number): Float32Array<ArrayBuffer> {
  const radius = Math.ceil(3 * SIGMA_CELLS);
  const kernel = Float64Array.from({ length: radius + 1 }, (_, k) => Math.exp(-(k * k) / (2 * SIGMA_CELLS ** 2)));
  const result = new Float32Array(image.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (x * height + y) * channels;
      for (let k = Math.max(-radius, -x); k <= Math.min(radius, width - 1 - x); k++) {
        const weight = kernel[Math.abs(k)]!;
        const from = (y * width + x + k) * channels;
        for (let c = 0; c < channels; c++) result[to + c]! += weight * image[from + c]!;
      }
    }
  }
  return result;
}

/** Bilinear sample at a pixel of the depth buffer, into `out[0..2]`. */
export function sampleLowBand({ width, height, rgb }: LowBand, u: number, v: number, out: Float64Array): void {
  const x = Math.min(width - 1, Math.max(0, u / LOW_BAND_CELL_PX - 0.5));
  const y = Math.min(height - 1, Math.max(0, v / LOW_BAND_CELL_PX - 0.5));
  const column = Math.min(width - 2, Math.floor(x));
  const row = Math.min(height - 2, Math.floor(y));
  const right = x - column;
  const below = y - row;
  const at = (row * width + column) * 3;
  for (let c = 0; c < 3; c++) {
    const upper = rgb[at + c]! * (1 - right) + rgb[at + 3 + c]! * right;
    const lower = rgb[at + width * 3 + c]! * (1 - right) + rgb[at + width * 3 + 3 + c]! * right;
    out[c] = upper * (1 - below) + lower * below;
  }
}
