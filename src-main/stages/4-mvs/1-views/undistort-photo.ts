import type { Camera } from '../../../../src-shared/scene/camera.js';
import { LENS_SIZE, lensFromParameters, project } from '../../../geometry/camera-projection.js';

/** A pinhole camera: focal lengths and principal point in pixels of its image. */
export interface Pinhole {
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
}

/** An image without lens distortion. */
export interface UndistortedPhoto {
  /** Uint8Array[h*w*3]. */
  readonly rgb: Uint8Array;
  /** Uint8Array[h*w], 0 out, 255 in; undefined when everything is in. */
  readonly mask: Uint8Array | undefined;
}

/** A camera's lens vector (fx, fy, cx, cy, k1, k2, p1, p2, k3) for its photos reduced to another size. */
function scaledLens(camera: Camera, width: number, height: number): Float64Array {
  const lens = lensFromParameters(camera.model, camera.parameters);
  const scaleX = width / camera.width;
  const scaleY = height / camera.height;
  lens[0]! *= scaleX;
  lens[1]! *= scaleY;
  lens[2]! *= scaleX;
  lens[3]! *= scaleY;
  return lens;
}

/** The pinhole camera of a camera's photos reduced to a size: the same focal length and principal point, no distortion. */
export function pinholeOf(camera: Camera, width: number, height: number): Pinhole {
  const [fx, fy, cx, cy] = scaledLens(camera, width, height) as unknown as [number, number, number, number];
  return { width, height, fx, fy, cx, cy };
}

/**
 * Removes the lens distortion of a photo of working size: bicubic (Catmull-Rom) sampling, of which the pixels between samples
 * lose little sharpness. Where the lens shows nothing, the mask is 0 and the colour black. Without distortion the image is
 * passed through.
 *
 * @param rgb Uint8Array[h*w*3] of the photo reduced to width x height
 * @param mask Uint8Array[h*w] of the photo reduced likewise, if any
 * @param target the camera of the result, whose size it gets; by default that of the photo
 */
export function undistortPhoto(
  rgb: Uint8Array,
  mask: Uint8Array | undefined,
  camera: Camera,
  width: number,
  height: number,
  target: Pinhole = pinholeOf(camera, width, height),
): UndistortedPhoto {
  const lens = scaledLens(camera, width, height);
  if (lens.subarray(4, LENS_SIZE).every((value) => value === 0)) return { rgb, mask };
  const straight = new Uint8Array(target.width * target.height * 3);
  const inside = new Uint8Array(target.width * target.height);
  const pixel = new Float64Array(2);
  let anyOutside = mask !== undefined;
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const X = (x + 0.5 - target.cx) / target.fx;
      const Y = (y + 0.5 - target.cy) / target.fy;
      const at = y * target.width + x;
      const imaged = isBeforeFold(lens, X, Y) && project(lens, 0, X, Y, 1, pixel, 0);
      const u = pixel[0]!;
      const v = pixel[1]!;
      if (!imaged || u < 0.5 || v < 0.5 || u > width - 0.5 || v > height - 0.5) {
        anyOutside = true;
        continue;
      }
      sampleBicubic(rgb, width, height, u - 0.5, v - 0.5, straight, at * 3);
      inside[at] = mask ? mask[Math.floor(v) * width + Math.floor(u)]! : 255;
    }
  }
  return { rgb: straight, mask: anyOutside ? inside : undefined };
}

/** Whether the radial polynomial still grows at this radius; beyond, the lens model folds back onto the image. */
function isBeforeFold(lens: Float64Array, x: number, y: number): boolean {
  const r2 = x * x + y * y;
  return 1 + r2 * (3 * lens[4]! + r2 * (5 * lens[5]! + r2 * 7 * lens[8]!)) > 0;
}

/** Catmull-Rom weights of the four samples around a fraction. */
function cubicWeights(t: number, weights: Float64Array): void {
  weights[0] = t * (-0.5 + t * (1 - 0.5 * t));
  weights[1] = 1 + t * t * (-2.5 + 1.5 * t);
  weights[2] = t * (0.5 + t * (2 - 1.5 * t));
  weights[3] = t * t * (-0.5 + 0.5 * t);
}

const weightsX = new Float64Array(4);
const weightsY = new Float64Array(4);

/** @param u column, 0 at the first pixel's centre; @param v row likewise */
function sampleBicubic(
  rgb: Uint8Array,
  width: number,
  height: number,
  u: number,
  v: number,
  out: Uint8Array,
  at: number,
): void {
  const column = Math.floor(u);
  const row = Math.floor(v);
  cubicWeights(u - column, weightsX);
  cubicWeights(v - row, weightsY);
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let j = 0; j < 4; j++) {
    const y = Math.min(Math.max(row - 1 + j, 0), height - 1) * width;
    for (let i = 0; i < 4; i++) {
      const from = (y + Math.min(Math.max(column - 1 + i, 0), width - 1)) * 3;
      const weight = weightsX[i]! * weightsY[j]!;
      red += weight * rgb[from]!;
      green += weight * rgb[from + 1]!;
      blue += weight * rgb[from + 2]!;
    }
  }
  out[at] = clampByte(red);
  out[at + 1] = clampByte(green);
  out[at + 2] = clampByte(blue);
}

const clampByte = (value: number) => (value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value));
