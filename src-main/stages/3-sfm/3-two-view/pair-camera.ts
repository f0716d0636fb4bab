import type { CameraPrior, FocalSource } from '../../../../src-shared/scene/camera.js';
import { lensFromParameters, unproject } from '../../../geometry/camera-projection.js';

/** A camera prior in the form that pairs need. */
export interface PairCamera {
  /** Float64Array[9], see camera-projection.ts. */
  readonly lens: Float64Array;
  /** Mean of fx and fy. */
  readonly focalPx: number;
  readonly width: number;
  readonly height: number;
  readonly focalSource: FocalSource;
}

export function pairCamera({ model, parameters, width, height, focalSource }: CameraPrior): PairCamera {
  const lens = lensFromParameters(model, parameters);
  return { lens, focalPx: 0.5 * (lens[0]! + lens[1]!), width, height, focalSource };
}

/** Normalised image points of pixels. @param pixels Float64Array[n*2] */
export function normalizePoints(pixels: Float64Array, { lens }: PairCamera, focalFactor = 1): Float64Array {
  const scaled = lens.slice();
  scaled[0]! *= focalFactor;
  scaled[1]! *= focalFactor;
  const points = new Float64Array(pixels.length);
  for (let i = 0; i < pixels.length; i += 2) unproject(scaled, 0, pixels[i]!, pixels[i + 1]!, points, i);
  return points;
}
