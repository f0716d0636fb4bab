import { multiply3, transpose3 } from '../linalg/matrix3.js';

/** Points of two images moved to their means and divided by one common size, so that distances stay comparable. */
export interface ConditionedPair {
  /** Float64Array[n*2] */
  readonly x1: Float64Array;
  readonly x2: Float64Array;
  /** Conditioned distance = scale * pixel distance. */
  readonly scale: number;
  /** Matrices of a geometry of the pixels from one of the conditioned points. */
  unconditionFundamental(F: Float64Array): Float64Array;
  unconditionHomography(H: Float64Array): Float64Array;
}

/**
 * Hartley's conditioning (PAMI 1997) with one scale for both images: the mean distance from the mean becomes sqrt 2.
 *
 * @param pixels1, pixels2 Float64Array[n*2]
 */
export function conditionPair(pixels1: Float64Array, pixels2: Float64Array): ConditionedPair {
  const mean1 = meanOf(pixels1);
  const mean2 = meanOf(pixels2);
  const spread = 0.5 * (spreadOf(pixels1, mean1) + spreadOf(pixels2, mean2));
  const scale = spread > 0 ? Math.SQRT2 / spread : 1;
  const T1 = Float64Array.of(scale, 0, -scale * mean1[0], 0, scale, -scale * mean1[1], 0, 0, 1);
  const T2 = Float64Array.of(scale, 0, -scale * mean2[0], 0, scale, -scale * mean2[1], 0, 0, 1);
  const T2Inverse = Float64Array.of(1 / scale, 0, mean2[0], 0, 1 / scale, mean2[1], 0, 0, 1);
  return {
    x1: pixels1.map((value, i) => scale * (value - mean1[i & 1]!)),
    x2: pixels2.map((value, i) => scale * (value - mean2[i & 1]!)),
    scale,
    unconditionFundamental: (F) => multiply3(transpose3(T2), multiply3(F, T1)),
    unconditionHomography: (H) => multiply3(T2Inverse, multiply3(H, T1)),
  };
}

function meanOf(points: Float64Array): [number, number] {
  const mean: [number, number] = [0, 0];
  for (let i = 0; i < points.length; i += 2) {
    mean[0] += points[i]!;
    mean[1] += points[i + 1]!;
  }
  const count = Math.max(1, points.length / 2);
  return [mean[0] / count, mean[1] / count];
}

function spreadOf(points: Float64Array, mean: readonly [number, number]): number {
  let sum = 0;
  for (let i = 0; i < points.length; i += 2) sum += Math.hypot(points[i]! - mean[0], points[i + 1]! - mean[1]);
  return sum / Math.max(1, points.length / 2);
}
