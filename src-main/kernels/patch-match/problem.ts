import { StudioError } from '../../../src-shared/errors/studio-error.js';

/** How patches are compared. */
export interface PatchOptions {
  /** A patch is a grid of blocks x blocks blocks of 2x2 samples, stepPx (even) apart: (2 blocks)^2 samples. */
  readonly blocks: number;
  readonly stepPx: number;
  /** Standard deviations of the bilateral weights: of the distance to the centre, and of the difference in intensity (0..255). */
  readonly spatialSigmaPx: number;
  readonly colorSigma: number;
  /** Standard deviation of the noise (0..255): patches with less contrast than this match nothing. */
  readonly noiseSigma: number;
  /** Cost per pixel of forward-backward reprojection error through a source's guide, and the largest error that counts. */
  readonly geometricWeight: number;
  readonly geometricLimitPx: number;
  /** Largest angle between a plane's normal and the ray. */
  readonly maxSlantDeg: number;
}

/**
 * Measured on nine views of dancing-girl at 250,000 pixels (median error along the ray in % of the diagonal / share of the true
 * surface within 0.5 %, before filtering): 6x6 samples 2 px apart 0.178 / 78.1; **4x4** 0.118 / 83.6 and 30 % less time (curved
 * surfaces; coarse scales see the wide surroundings). colorSigma 25, 12, 6 with 6x6: 0.231 / 74.4, 0.178 / 78.1, 0.166 / 74.6;
 * 8 with 4x4: 0.112 / 81.1. noiseSigma 2 instead of 1: 0.121 / 84.1.
 */
export const PATCH_DEFAULTS: PatchOptions = {
  blocks: 2,
  stepPx: 2,
  spatialSigmaPx: 3,
  colorSigma: 12,
  noiseSigma: 1,
  geometricWeight: 0.2,
  geometricLimitPx: 2,
  maxSlantDeg: 80,
};

/** A grey image. `mask` 0 = outside. */
export interface PatchMatchImage {
  readonly width: number;
  readonly height: number;
  /** Uint8Array[h*w]. */
  readonly gray: Uint8Array;
  readonly mask: Uint8Array | undefined;
}

/** A source image and how its pixels relate to the reference's: homogeneous pixels, w = inverse camera z. */
export interface PatchMatchSource extends PatchMatchImage {
  /** Source pixel = A (x, y, 1) + b w, 9 and 3 numbers. */
  readonly A: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  /** Reference pixel = C (u, v, 1) + d w_source. */
  readonly C: ArrayLike<number>;
  readonly d: ArrayLike<number>;
  /** Inverse depths of the source found before, at any size: adds the geometric term. */
  readonly guide: { readonly width: number; readonly height: number; readonly inverseDepths: Float32Array } | undefined;
}

/** What to estimate: for each active pixel of the reference a plane, given the sources. */
export interface PatchMatchProblem {
  readonly reference: PatchMatchImage & {
    readonly fx: number;
    readonly fy: number;
    readonly cx: number;
    readonly cy: number;
  };
  readonly sources: readonly PatchMatchSource[];
  readonly inverseDepthMin: number;
  readonly inverseDepthMax: number;
  /** Inverse depth that moves a pixel by one pixel in a typical source. */
  readonly pixelStep: number;
  readonly seed: number;
  readonly patch: PatchOptions;
}

/** A plane for each pixel: the inverse depth at its centre and its change per pixel to the right and downwards. */
export interface PlaneField {
  readonly width: number;
  readonly height: number;
  /** Uint8Array[n], 0 = not estimated. */
  readonly active: Uint8Array;
  /** Float32Array[n] each. */
  readonly inverseDepths: Float32Array;
  readonly slopesX: Float32Array;
  readonly slopesY: Float32Array;
  /** Float32Array[n], 0 (equal) .. 2; 8 where not estimated. */
  readonly costs: Float32Array;
  /** Uint8Array[n*sources], 255 = the best view. */
  readonly viewWeights: Uint8Array;
}

const MAX_SOURCES = 16;
const MAX_PIXELS = 1 << 23; // indices travel through the mantissa of an f32

/** Largest offset of a sample from the centre. */
export const patchRadius = ({ blocks, stepPx }: PatchOptions) => ((2 * blocks - 1) * stepPx) / 2;

/** Int32Array[n*2]: dx, dy of the samples of a patch, in 2x2 blocks, row by row. */
export function sampleOffsets(patch: PatchOptions): Int32Array {
  const { blocks, stepPx } = patch;
  const first = -patchRadius(patch);
  const offsets = new Int32Array(blocks * blocks * 8);
  for (let i = 0; i < blocks * blocks * 4; i++) {
    const block = i >> 2;
    offsets[i * 2] = first + ((block % blocks) * 2 + (i & 1)) * stepPx;
    offsets[i * 2 + 1] = first + (Math.floor(block / blocks) * 2 + ((i >> 1) & 1)) * stepPx;
  }
  return offsets;
}

/** @throws INTERNAL on sizes that do not agree and numbers that are out of range */
export function checkProblem({ reference, sources, patch, ...range }: PatchMatchProblem): void {
  const fail = (message: string) => {
    throw new StudioError('INTERNAL', { message: `PatchMatch: ${message}` });
  };
  if (sources.length < 1 || sources.length > MAX_SOURCES) fail(`${sources.length} sources`);
  for (const { width, height, gray, mask } of [reference, ...sources]) {
    const n = width * height;
    if (gray.length !== n || (mask && mask.length !== n)) fail('an image has another size than it says');
    if (n > MAX_PIXELS) fail('an image is too large');
  }
  for (const source of sources) {
    const numbers = [source.A, source.b, source.C, source.d].flatMap((values) => Array.from(values));
    if (numbers.length !== 24 || !numbers.every(Number.isFinite)) fail('a source is not related to the reference');
    if (source.guide && source.guide.inverseDepths.length !== source.guide.width * source.guide.height) {
      fail('a guide has another size than it says');
    }
  }
  if (patch.stepPx % 2 !== 0 || patch.stepPx < 2 || patch.blocks < 1) fail('bad patch');
  const { inverseDepthMin, inverseDepthMax, pixelStep } = range;
  if (!(inverseDepthMin > 0) || !(inverseDepthMax > inverseDepthMin) || !(pixelStep > 0)) fail('bad depth range');
}
