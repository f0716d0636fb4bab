import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { project, unproject } from './camera-projection.js';
import { P3P_MAX_SOLUTIONS, solveP3p } from './p3p.js';
import type { Random } from './random.js';
import { RANSAC_DEFAULTS, type RansacOptions, type RansacProblem, ransac } from './ransac.js';
import { refineAbsolutePose } from './refine-absolute-pose.js';

export interface AbsolutePoseOptions extends Omit<RansacOptions, 'threshold'> {
  /** Largest reprojection error of an inlier. */
  readonly maxReprojectionErrorPx: number;
  /** Focal lengths to try, as factors of the given one; the best is kept and refined. [1]: the focal length is known. */
  readonly focalFactors: readonly number[];
}

export const ABSOLUTE_POSE_DEFAULTS: AbsolutePoseOptions = {
  ...RANSAC_DEFAULTS,
  maxIterations: 5000,
  maxReprojectionErrorPx: 8,
  focalFactors: [1],
};

export interface AbsolutePose {
  readonly camFromWorld: RigidTransform;
  /** Float64Array[9]: the given lens, its focal lengths scaled where several factors were tried. */
  readonly lens: Float64Array;
  /** Indices of the inliers, ascending. */
  readonly inliers: Uint32Array;
  /** Root mean square reprojection error of the inliers, pixels. */
  readonly rmsPx: number;
}

/**
 * Robust pose of a camera from correspondences of pixels and world points (resection): P3P in LO-RANSAC, then least squares on
 * the inliers.
 *
 * @param pixels Float64Array[n*2], of the full photo, distorted
 * @param points Float64Array[n*3], world
 * @param lens Float64Array[9], see camera-projection.ts
 * @returns undefined where no pose explains 4 or more of the correspondences
 */
export function estimateAbsolutePose(
  pixels: Float64Array,
  points: Float64Array,
  lens: Float64Array,
  options: Partial<AbsolutePoseOptions>,
  random: Random,
): AbsolutePose | undefined {
  const settings = { ...ABSOLUTE_POSE_DEFAULTS, ...options };
  const threshold = settings.maxReprojectionErrorPx;
  let best: { score: number; lens: Float64Array; model: Float64Array; inliers: Uint32Array } | undefined;
  for (const factor of settings.focalFactors) {
    const scaledLens = lens.slice();
    scaledLens[0]! *= factor;
    scaledLens[1]! *= factor;
    const result = ransac(new P3pProblem(pixels, points, scaledLens), { ...settings, threshold }, random);
    if (result && (!best || result.score > best.score)) best = { ...result, lens: scaledLens };
  }
  if (!best) return undefined;
  let { inliers } = best;
  let refined = { camFromWorld: poseOf(best.model), lens: best.lens, rmsPx: Number.POSITIVE_INFINITY };
  const refineFocal = settings.focalFactors.length > 1;
  // The last inliers are those of the pose that is returned, up to the pose's own change in the last round.
  for (let round = 0; round < 2; round++) {
    const fit = refineAbsolutePose(pixels, points, refined.lens, refined.camFromWorld, { refineFocal }, inliers);
    const fitInliers = inliersOf(pixels, points, fit.lens, modelOf(fit.camFromWorld), threshold);
    if (fitInliers.length < inliers.length) break;
    refined = fit;
    inliers = fitInliers;
  }
  return { ...refined, inliers };
}

class P3pProblem implements RansacProblem {
  readonly count: number;
  readonly sampleSize = 3;
  readonly modelSize = 12;
  readonly maxModels = P3P_MAX_SOLUTIONS;
  readonly #rays: Float64Array;
  readonly #sampleRays = new Float64Array(9);
  readonly #samplePoints = new Float64Array(9);
  readonly #pixel = new Float64Array(2);

  constructor(
    readonly pixels: Float64Array,
    readonly points: Float64Array,
    readonly lens: Float64Array,
  ) {
    this.count = pixels.length / 2;
    this.#rays = new Float64Array(this.count * 3);
    for (let i = 0; i < this.count; i++) {
      unproject(lens, 0, pixels[i * 2]!, pixels[i * 2 + 1]!, this.#pixel, 0);
      const x = this.#pixel[0]!;
      const y = this.#pixel[1]!;
      const scale = 1 / Math.sqrt(x * x + y * y + 1);
      this.#rays[i * 3] = scale * x;
      this.#rays[i * 3 + 1] = scale * y;
      this.#rays[i * 3 + 2] = scale;
    }
  }

  solve(sample: Uint32Array, models: Float64Array): number {
    for (let k = 0; k < 3; k++) {
      for (let i = 0; i < 3; i++) {
        this.#sampleRays[k * 3 + i] = this.#rays[sample[k]! * 3 + i]!;
        this.#samplePoints[k * 3 + i] = this.points[sample[k]! * 3 + i]!;
      }
    }
    return solveP3p(this.#sampleRays, this.#samplePoints, models);
  }

  squaredErrors(M: Float64Array, at: number, indices: Uint32Array, from: number, to: number, out: Float64Array): void {
    const { points, pixels } = this;
    const pixel = this.#pixel;
    for (let k = from; k < to; k++) {
      const i = indices[k]!;
      const x = points[i * 3]!;
      const y = points[i * 3 + 1]!;
      const z = points[i * 3 + 2]!;
      const X = M[at]! * x + M[at + 1]! * y + M[at + 2]! * z + M[at + 9]!;
      const Y = M[at + 3]! * x + M[at + 4]! * y + M[at + 5]! * z + M[at + 10]!;
      const Z = M[at + 6]! * x + M[at + 7]! * y + M[at + 8]! * z + M[at + 11]!;
      if (project(this.lens, 0, X, Y, Z, pixel, 0)) {
        out[k - from] = (pixel[0]! - pixels[i * 2]!) ** 2 + (pixel[1]! - pixels[i * 2 + 1]!) ** 2;
      } else {
        out[k - from] = Number.POSITIVE_INFINITY;
      }
    }
  }

  fit(initial: Float64Array, inliers: Uint32Array): Float64Array {
    const fitted = refineAbsolutePose(
      this.pixels,
      this.points,
      this.lens,
      poseOf(initial),
      { maxIterations: 5 },
      inliers,
    );
    return modelOf(fitted.camFromWorld);
  }
}

const poseOf = (model: Float64Array): RigidTransform => ({ R: model.slice(0, 9), t: model.slice(9, 12) });
const modelOf = ({ R, t }: RigidTransform) => Float64Array.of(...R, ...t);

function inliersOf(
  pixels: Float64Array,
  points: Float64Array,
  lens: Float64Array,
  model: Float64Array,
  threshold: number,
): Uint32Array {
  const problem = new P3pProblem(pixels, points, lens);
  const all = Uint32Array.from({ length: problem.count }, (_, i) => i);
  const errors = new Float64Array(problem.count);
  problem.squaredErrors(model, 0, all, 0, problem.count, errors);
  return all.filter((i) => errors[i]! < threshold * threshold);
}
