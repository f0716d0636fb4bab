import { LUMA_WEIGHTS } from '../../formats/image/luma.js';
import { describeReference, orientationsReference } from './reference-describe.js';
import {
  blurSteps,
  type ChooseCandidates,
  gaussianWeights,
  joinFeatures,
  octavesOf,
  type SiftFeatures,
  type SiftImage,
  type SiftOptions,
} from './scale-space.js';

/** A grey image, row-major, without padding. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  /** Float64Array[h*w]. */
  readonly data: Float64Array;
}

/** A keypoint in pixel indices of its octave; `level` is the index of the Gaussian image nearest in scale. */
export interface OctaveKeypoint {
  readonly x: number;
  readonly y: number;
  readonly sigma: number;
  readonly response: number;
  readonly level: number;
}

/** The same as `detectSift`, written for reading, in double precision. */
export function detectSiftReference(image: SiftImage, options: SiftOptions, choose: ChooseCandidates): SiftFeatures {
  const steps = blurSteps(options);
  const grey = greyOf(image);
  let base = blur(options.enlarge ? enlarge2(grey) : grey, steps.first);
  const parts: SiftFeatures[] = [];
  for (const { origin, step } of octavesOf(image, options.enlarge)) {
    const levels = [base];
    for (const sigma of steps.next) levels.push(blur(levels[levels.length - 1]!, sigma));
    const found = findExtrema(levels, options);
    const keypoints = Float32Array.from(
      found.flatMap(({ x, y, sigma, response }) => [origin + step * x, origin + step * y, step * sigma, response]),
    );
    const chosen = choose({ count: found.length, keypoints }).map((i) => found[i]!);
    const oriented = chosen.flatMap((keypoint) =>
      orientationsReference(levels[keypoint.level]!, keypoint, options.maxAngles).map((angle) => ({ keypoint, angle })),
    );
    parts.push({
      count: oriented.length,
      keypoints: Float32Array.from(
        oriented.flatMap(({ keypoint: { x, y, sigma }, angle }) => [
          origin + step * x,
          origin + step * y,
          step * sigma,
          angle,
        ]),
      ),
      responses: Float32Array.from(oriented, ({ keypoint }) => keypoint.response),
      descriptors: Uint8Array.from(
        oriented.flatMap(({ keypoint, angle }) => [...describeReference(levels[keypoint.level]!, keypoint, angle)]),
      ),
    });
    base = halve(levels[options.scalesPerOctave]!);
  }
  return joinFeatures(parts);
}

function greyOf({ width, height, rgb }: SiftImage): GreyImage {
  const data = Float64Array.from({ length: width * height }, (_, i) =>
    LUMA_WEIGHTS.reduce((sum, weight, channel) => sum + (weight * rgb[i * 3 + channel]!) / 255, 0),
  );
  return { width, height, data };
}

/** Value at whole coordinates, those of the nearest pixel outside the image. */
function at({ width, height, data }: GreyImage, x: number, y: number): number {
  const column = Math.min(Math.max(x, 0), width - 1);
  return data[Math.min(Math.max(y, 0), height - 1) * width + column]!;
}

function makeImage(width: number, height: number, value: (x: number, y: number) => number): GreyImage {
  const data = new Float64Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = value(x, y);
  return { width, height, data };
}

/** Linear interpolation at the centres of pixels of half the size. */
function enlarge2(image: GreyImage): GreyImage {
  return makeImage(image.width * 2, image.height * 2, (u, v) => {
    const [x, y] = [u >> 1, v >> 1];
    const [dx, dy] = [u % 2 === 0 ? -1 : 1, v % 2 === 0 ? -1 : 1];
    const near = 0.75 * at(image, x, y) + 0.25 * at(image, x + dx, y);
    const far = 0.75 * at(image, x, y + dy) + 0.25 * at(image, x + dx, y + dy);
    return 0.75 * near + 0.25 * far;
  });
}

function halve(image: GreyImage): GreyImage {
  return makeImage((image.width + 1) >> 1, (image.height + 1) >> 1, (x, y) => at(image, 2 * x, 2 * y));
}

export function blur(image: GreyImage, sigma: number): GreyImage {
  const weights = gaussianWeights(sigma);
  const convolve = (value: (offset: number) => number) =>
    weights.reduce((sum, weight, k) => sum + weight * (k === 0 ? value(0) : value(-k) + value(k)), 0);
  const columns = makeImage(image.width, image.height, (x, y) => convolve((k) => at(image, x, y + k)));
  return makeImage(image.width, image.height, (x, y) => convolve((k) => at(columns, x + k, y)));
}

const BORDER = 5;
const MAX_MOVES = 5;
const MAX_OFFSET = 0.6;
const AROUND = [-1, 0, 1];

/** Extrema of the differences of Gaussians (Lowe 2004, sections 3 and 4), by scale, row and column. */
export function findExtrema(levels: readonly GreyImage[], options: SiftOptions): OctaveKeypoint[] {
  const { width, height } = levels[0]!;
  const difference = (x: number, y: number, s: number) => at(levels[s + 1]!, x, y) - at(levels[s]!, x, y);
  const isExtremum = (x: number, y: number, s: number) => {
    const value = difference(x, y, s);
    if (Math.abs(value) <= 0.8 * options.contrast) return false;
    const sign = Math.sign(value);
    return AROUND.every((ds) =>
      AROUND.every((dy) =>
        AROUND.every(
          (dx) => (dx === 0 && dy === 0 && ds === 0) || sign * value > sign * difference(x + dx, y + dy, s + ds),
        ),
      ),
    );
  };
  const keypoints: OctaveKeypoint[] = [];
  for (let s = 1; s <= options.scalesPerOctave; s++) {
    for (let y = BORDER; y < height - BORDER; y++) {
      for (let x = BORDER; x < width - BORDER; x++) {
        const keypoint = isExtremum(x, y, s) ? refine(difference, width, height, x, y, s, options) : undefined;
        if (keypoint !== undefined) keypoints.push(keypoint);
      }
    }
  }
  return keypoints;
}

/** Fits a quadratic (Brown & Lowe 2002) and tests contrast and edge; undefined when the extremum does not stand. */
function refine(
  d: (x: number, y: number, s: number) => number,
  width: number,
  height: number,
  x: number,
  y: number,
  s: number,
  options: SiftOptions,
): OctaveKeypoint | undefined {
  for (let move = 0; move <= MAX_MOVES; move++) {
    const value = d(x, y, s);
    const gx = (d(x + 1, y, s) - d(x - 1, y, s)) / 2;
    const gy = (d(x, y + 1, s) - d(x, y - 1, s)) / 2;
    const gs = (d(x, y, s + 1) - d(x, y, s - 1)) / 2;
    const xx = d(x + 1, y, s) + d(x - 1, y, s) - 2 * value;
    const yy = d(x, y + 1, s) + d(x, y - 1, s) - 2 * value;
    const ss = d(x, y, s + 1) + d(x, y, s - 1) - 2 * value;
    const xy = (d(x + 1, y + 1, s) + d(x - 1, y - 1, s) - d(x + 1, y - 1, s) - d(x - 1, y + 1, s)) / 4;
    const xs = (d(x + 1, y, s + 1) + d(x - 1, y, s - 1) - d(x + 1, y, s - 1) - d(x - 1, y, s + 1)) / 4;
    const ys = (d(x, y + 1, s + 1) + d(x, y - 1, s - 1) - d(x, y + 1, s - 1) - d(x, y - 1, s + 1)) / 4;
    const determinantOf = (a: readonly number[], b: readonly number[], c: readonly number[]) =>
      a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
      a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
      a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
    const [columnX, columnY, columnS, right] = [
      [xx, xy, xs],
      [xy, yy, ys],
      [xs, ys, ss],
      [-gx, -gy, -gs],
    ] as const;
    const determinant = determinantOf(columnX, columnY, columnS);
    if (determinant === 0) return undefined;
    const ox = determinantOf(right, columnY, columnS) / determinant;
    const oy = determinantOf(columnX, right, columnS) / determinant;
    const os = determinantOf(columnX, columnY, right) / determinant;

    if (Math.max(Math.abs(ox), Math.abs(oy), Math.abs(os)) <= MAX_OFFSET) {
      const response = Math.abs(value + (gx * ox + gy * oy + gs * os) / 2);
      const r = options.edgeRatio;
      const isEdge = xx * yy - xy * xy <= 0 || (xx + yy) ** 2 * r >= (r + 1) ** 2 * (xx * yy - xy * xy);
      if (response < options.contrast || isEdge) return undefined;
      const sigma = options.baseSigmaPx * 2 ** ((s + os) / options.scalesPerOctave);
      return { x: x + ox, y: y + oy, sigma, response, level: s };
    }
    const stepOf = (offset: number) => (Math.abs(offset) > MAX_OFFSET ? Math.sign(offset) : 0);
    x += stepOf(ox);
    y += stepOf(oy);
    s += stepOf(os);
    if (x < BORDER || x >= width - BORDER || y < BORDER || y >= height - BORDER) return undefined;
    if (s < 1 || s > options.scalesPerOctave) return undefined;
  }
  return undefined;
}
