import { apply3, determinant3, multiply3, transpose3 } from '../linalg/matrix3.js';
import { svd3 } from '../linalg/svd3.js';

/** `b = scale R a + t`. */
export interface Similarity {
  readonly scale: number;
  /** Float64Array[9], rotation, row-major. */
  readonly R: Float64Array;
  /** Float64Array[3], units of b. */
  readonly t: Float64Array;
}

/**
 * The similarity that maps points a to points b with the least squared error.
 *
 * Based on: Umeyama, Least-squares estimation of transformation parameters between two point patterns, PAMI 1991, Eq. 40-43.
 *
 * @param a, b Float64Array[n*3]
 * @returns undefined where the rotation is not determined: fewer than 3 points, or all on one line
 */
export function fitSimilarity(a: Float64Array, b: Float64Array): Similarity | undefined {
  const count = a.length / 3;
  if (count < 3) return undefined;
  const meanA = meanOf(a);
  const meanB = meanOf(b);
  const covariance = new Float64Array(9);
  let varianceA = 0;
  for (let i = 0; i < a.length; i += 3) {
    for (let row = 0; row < 3; row++) {
      const db = b[i + row]! - meanB[row]!;
      varianceA += (a[i + row]! - meanA[row]!) ** 2;
      for (let column = 0; column < 3; column++)
        covariance[row * 3 + column]! += db * (a[i + column]! - meanA[column]!);
    }
  }
  const { U, s, V } = svd3(covariance);
  if (!(s[1]! > 1e-12 * s[0]!)) return undefined;
  const sign = determinant3(U) * determinant3(V) < 0 ? -1 : 1;
  const Vt = transpose3(V);
  for (let i = 6; i < 9; i++) Vt[i]! *= sign;
  const R = multiply3(U, Vt); // Eq. 40
  const scale = (s[0]! + s[1]! + sign * s[2]!) / varianceA; // Eq. 42
  const t = apply3(R, meanA);
  for (let i = 0; i < 3; i++) t[i] = meanB[i]! - scale * t[i]!; // Eq. 41
  return { scale, R, t };
}

/** `scale R x + t`. */
export function applySimilarity({ scale, R, t }: Similarity, x: Float64Array): Float64Array {
  const out = apply3(R, x);
  for (let i = 0; i < 3; i++) out[i] = scale * out[i]! + t[i]!;
  return out;
}

function meanOf(points: Float64Array): Float64Array {
  const mean = new Float64Array(3);
  for (let i = 0; i < points.length; i++) mean[i % 3]! += points[i]!;
  return mean.map((sum) => (sum * 3) / points.length);
}
