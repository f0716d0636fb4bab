import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { LUMA_WEIGHTS } from '../../formats/image/luma.js';
import { KernelMemory } from '../wasm/kernel-memory.js';
import {
  blurSteps,
  type ChooseCandidates,
  gaussianWeights,
  joinFeatures,
  type Octave,
  octavesOf,
  type SiftFeatures,
  type SiftImage,
  type SiftOptions,
} from './scale-space.js';

interface Exports {
  lumaFromRgb(
    rgb: number,
    target: number,
    width: number,
    height: number,
    stride: number,
    red: number,
    green: number,
    blue: number,
  ): void;
  enlarge2(source: number, target: number, width: number, height: number, stride: number, targetStride: number): void;
  halve(source: number, target: number, width: number, height: number, stride: number, targetStride: number): void;
  blur(
    source: number,
    target: number,
    width: number,
    height: number,
    stride: number,
    weights: number,
    radius: number,
    rows: number,
    line: number,
  ): void;
  findExtrema(
    levels: number,
    scales: number,
    width: number,
    height: number,
    stride: number,
    baseSigma: number,
    contrast: number,
    edgeRatio: number,
    keypoints: number,
    capacity: number,
  ): number;
  orient(
    levels: number,
    width: number,
    height: number,
    stride: number,
    keypoints: number,
    count: number,
    maxAngles: number,
    oriented: number,
    scratch: number,
  ): number;
  describe(
    levels: number,
    width: number,
    height: number,
    stride: number,
    keypoints: number,
    count: number,
    descriptors: number,
    scratch: number,
  ): void;
}

/** Floats of a keypoint record in the kernel: x, y, sigma, response, level, angle. */
const RECORD = 6;
const SCRATCH_BYTES = 8192;
/** Room for one extremum in so many pixels of an octave: white noise, the worst, has about one in 60. */
const PIXELS_PER_EXTREMUM = 16;

const strideOf = (width: number) => Math.ceil(width / 16) * 16;

let memory: KernelMemory<Exports> | undefined;

/**
 * Finds and describes the SIFT features of an image, octave by octave, finest first. The memory holds the Gaussian levels of one
 * octave: 4 (scalesPerOctave + 3) bytes a pixel.
 *
 * @param choose says which extrema of each octave are described (mask, best ones)
 */
export function detectSift(image: SiftImage, options: SiftOptions, choose: ChooseCandidates): SiftFeatures {
  const { width, height, rgb } = image;
  if (rgb.length !== width * height * 3) throw new StudioError('INTERNAL', { message: 'Image size and data disagree' });
  const octaves = octavesOf(image, options.enlarge);
  const [finest] = octaves;
  if (finest === undefined) return joinFeatures([]);

  memory ??= new KernelMemory<Exports>(new URL('./kernel.wasm', import.meta.url));
  memory.reset();
  const octaveSampler = new OctaveSampler(memory, finest, options);
  octaveSampler.loadFirst(image);
  const parts: SiftFeatures[] = [];
  for (const [i, octave] of octaves.entries()) {
    if (i > 0) octaveSampler.loadNext(octaves[i - 1]!, octave);
    octaveSampler.blurLevels(octave);
    parts.push(octaveSampler.describe(octave, choose));
  }
  return joinFeatures(parts);
}

/** One octave at a time in the kernel's memory; smaller octaves reuse the room of the finest. */
class OctaveSampler {
  readonly #memory: KernelMemory<Exports>;
  readonly #options: SiftOptions;
  readonly #steps: { readonly first: number; readonly next: readonly number[] };
  readonly #levels: number;
  readonly #rows: number;
  readonly #line: number;
  readonly #weights: number;
  readonly #scratch: number;
  readonly #top: number;

  constructor(memory: KernelMemory<Exports>, finest: Octave, options: SiftOptions) {
    this.#memory = memory;
    this.#options = options;
    this.#steps = blurSteps(options);
    const stride = strideOf(finest.width);
    const radius = gaussianWeights(Math.max(this.#steps.first, ...this.#steps.next)).length;
    this.#levels = memory.allocate((options.scalesPerOctave + 3) * finest.height * stride * 4);
    this.#rows = memory.allocate(radius * 8);
    this.#line = memory.allocate((stride + 2 * radius + 8) * 4);
    this.#weights = memory.allocate((radius + 1) * 4);
    this.#scratch = memory.allocate(SCRATCH_BYTES);
    this.#top = memory.allocate(0);
  }

  /** Fills the first octave's base from the image; the other levels' room serves as scratch. */
  loadFirst({ width, height, rgb }: SiftImage): void {
    const { enlarge } = this.#options;
    const stride = strideOf(width);
    const finestStride = strideOf(enlarge ? 2 * width : width);
    const levelBytes = (enlarge ? 2 * height : height) * finestStride * 4;
    const kernel = this.#memory.exports;
    const rgbAt = this.#levels + 2 * levelBytes;
    this.#memory.u8(rgbAt, rgb.length).set(rgb);
    // Grey goes to level 1 and, enlarged, to level 3, from where it is blurred into level 0.
    const grey = this.#levels + levelBytes;
    kernel.lumaFromRgb(rgbAt, grey, width, height, stride, ...LUMA_WEIGHTS);
    const source = enlarge ? this.#levels + 3 * levelBytes : grey;
    if (enlarge) kernel.enlarge2(grey, source, width, height, stride, finestStride);
    this.#blur(source, this.#levels, enlarge ? 2 * width : width, enlarge ? 2 * height : height, this.#steps.first);
  }

  /** Fills an octave's base from the level of the previous one that has twice the base's blur. */
  loadNext(previous: Octave, octave: Octave): void {
    const stride = strideOf(previous.width);
    const source = this.#levels + this.#options.scalesPerOctave * previous.height * stride * 4;
    this.#memory.exports.halve(source, this.#levels, previous.width, previous.height, stride, strideOf(octave.width));
  }

  blurLevels({ width, height }: Octave): void {
    const levelBytes = height * strideOf(width) * 4;
    for (const [i, sigma] of this.#steps.next.entries()) {
      this.#blur(this.#levels + i * levelBytes, this.#levels + (i + 1) * levelBytes, width, height, sigma);
    }
  }

  #blur(source: number, target: number, width: number, height: number, sigma: number): void {
    const weights = gaussianWeights(sigma);
    this.#memory.f32(this.#weights, weights.length).set(weights);
    const radius = weights.length - 1;
    const stride = strideOf(width);
    this.#memory.exports.blur(source, target, width, height, stride, this.#weights, radius, this.#rows, this.#line);
  }

  describe({ width, height, origin, step }: Octave, choose: ChooseCandidates): SiftFeatures {
    const kernel = this.#memory.exports;
    const { scalesPerOctave, baseSigmaPx, contrast, edgeRatio, maxAngles } = this.#options;
    const stride = strideOf(width);
    this.#memory.releaseFrom(this.#top);
    const capacity = Math.ceil((width * height) / PIXELS_PER_EXTREMUM);
    const found = this.#memory.allocate(capacity * RECORD * 4);
    const size = [width, height, stride] as const;
    const limits = [baseSigmaPx, contrast, edgeRatio] as const;
    const foundCount = kernel.findExtrema(this.#levels, scalesPerOctave, ...size, ...limits, found, capacity);

    const records = this.#memory.f32(found, foundCount * RECORD);
    const keypoints = new Float32Array(foundCount * 4);
    for (let i = 0; i < foundCount; i++) {
      keypoints[i * 4] = origin + step * records[i * RECORD]!;
      keypoints[i * 4 + 1] = origin + step * records[i * RECORD + 1]!;
      keypoints[i * 4 + 2] = step * records[i * RECORD + 2]!;
      keypoints[i * 4 + 3] = records[i * RECORD + 3]!;
    }
    const chosen = choose({ count: foundCount, keypoints });
    chosen.forEach((from, to) => {
      records.copyWithin(to * RECORD, from * RECORD, (from + 1) * RECORD);
    });

    const oriented = this.#memory.allocate(chosen.length * maxAngles * RECORD * 4);
    const count = kernel.orient(this.#levels, ...size, found, chosen.length, maxAngles, oriented, this.#scratch);
    const descriptors = this.#memory.allocate(count * 128);
    kernel.describe(this.#levels, ...size, oriented, count, descriptors, this.#scratch);
    return {
      ...toImage(this.#memory.f32(oriented, count * RECORD), origin, step),
      descriptors: this.#memory.u8(descriptors, count * 128).slice(),
    };
  }
}

/** Kernel records to keypoints in pixels of the image. */
function toImage(records: Float32Array, origin: number, step: number): Omit<SiftFeatures, 'descriptors'> {
  const count = records.length / RECORD;
  const keypoints = new Float32Array(count * 4);
  const responses = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const record = records.subarray(i * RECORD, (i + 1) * RECORD);
    keypoints.set([origin + step * record[0]!, origin + step * record[1]!, step * record[2]!, record[5]!], i * 4);
    responses[i] = record[3]!;
  }
  return { count, keypoints, responses };
}
