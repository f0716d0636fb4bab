import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { factorCholesky, solveCholesky } from '../linalg/cholesky.js';
import { multiply3 } from '../linalg/matrix3.js';
import { LENS_SIZE, projectWithJacobian } from './camera-projection.js';
import { rotationFromAxisAngle } from './rotation.js';

export interface RefinePoseOptions {
  /** Residuals beyond this length are down-weighted (Cauchy loss). Infinity: plain least squares. */
  readonly lossScalePx: number;
  readonly maxIterations: number;
  /** Also refine one factor for fx and fy. */
  readonly refineFocal: boolean;
}

export const REFINE_POSE_DEFAULTS: RefinePoseOptions = {
  lossScalePx: Number.POSITIVE_INFINITY,
  maxIterations: 30,
  refineFocal: false,
};

export interface RefinedPose {
  readonly camFromWorld: RigidTransform;
  /** Float64Array[9]; the given lens, with fx and fy scaled if they were refined. */
  readonly lens: Float64Array;
  /** Root mean square reprojection error of the points in front of the camera, pixels. */
  readonly rmsPx: number;
}

/**
 * Refines a camera pose, and optionally its focal length, by Levenberg-Marquardt on the reprojection error (More 1978, with
 * Nielsen's damping, Madsen, Nielsen & Tingleff 2004, Alg. 3.16). The rotation is updated from the left: `R <- exp(w) R`.
 *
 * @param pixels Float64Array[n*2], of the full photo, distorted
 * @param points Float64Array[n*3], world
 * @param lens Float64Array[9], see camera-projection.ts; not changed
 * @param subset indices of the correspondences to use; all by default
 */
export function refineAbsolutePose(
  pixels: Float64Array,
  points: Float64Array,
  lens: Float64Array,
  initial: RigidTransform,
  options: Partial<RefinePoseOptions> = {},
  subset?: ArrayLike<number>,
): RefinedPose {
  const settings = { ...REFINE_POSE_DEFAULTS, ...options };
  const size = settings.refineFocal ? 7 : 6;
  const problem = { pixels, points, subset, size, lossScalePx: settings.lossScalePx };
  let state: PoseState = { R: initial.R.slice(), t: initial.t.slice(), lens: lens.slice() };
  let system = linearize(problem, state);
  let damping = 1e-4;
  let growth = 2;
  const A = new Float64Array(size * size);
  for (let iteration = 0; iteration < settings.maxIterations; iteration++) {
    A.set(system.A);
    for (let i = 0; i < size; i++) A[i * size + i]! += damping * Math.max(system.A[i * size + i]!, 1e-12);
    const step = system.b.slice();
    const next = factorCholesky(A, size) ? stepped(state, step, A, size) : undefined;
    const nextSystem = next && linearize(problem, next);
    if (next && nextSystem && nextSystem.cost <= system.cost) {
      const gain = system.cost - nextSystem.cost;
      const isConverged = gain <= 1e-14 * system.cost;
      state = next;
      system = nextSystem;
      damping = Math.max(damping / 3, 1e-12);
      growth = 2;
      if (isConverged) break;
    } else {
      damping *= growth;
      growth *= 2;
      if (damping > 1e12) break;
    }
  }
  return { camFromWorld: { R: state.R, t: state.t }, lens: state.lens, rmsPx: system.rmsPx };
}

interface PoseState {
  readonly R: Float64Array;
  readonly t: Float64Array;
  readonly lens: Float64Array;
}

interface Problem {
  readonly pixels: Float64Array;
  readonly points: Float64Array;
  readonly subset: ArrayLike<number> | undefined;
  readonly size: number;
  readonly lossScalePx: number;
}

function stepped(state: PoseState, step: Float64Array, L: Float64Array, size: number): PoseState {
  solveCholesky(L, size, step);
  const lens = state.lens.slice();
  if (size === 7) {
    const factor = Math.exp(-step[6]!);
    lens[0]! *= factor;
    lens[1]! *= factor;
  }
  return {
    R: multiply3(rotationFromAxisAngle(-step[0]!, -step[1]!, -step[2]!), state.R),
    t: Float64Array.of(state.t[0]! - step[3]!, state.t[1]! - step[4]!, state.t[2]! - step[5]!),
    lens,
  };
}

const pixel = new Float64Array(2);
const JPoint = new Float64Array(6);
const JLens = new Float64Array(2 * LENS_SIZE);
const J = new Float64Array(14);

/** Normal equations of the weighted residuals; points behind the camera cost as much as a residual of 1000 loss scales. */
function linearize({ pixels, points, subset, size, lossScalePx }: Problem, { R, t, lens }: PoseState) {
  const A = new Float64Array(size * size);
  const b = new Float64Array(size);
  const isRobust = Number.isFinite(lossScalePx);
  const inverseScale2 = isRobust ? 1 / (lossScalePx * lossScalePx) : 0;
  const behind = isRobust ? Math.log1p(1e6) / inverseScale2 : 1e12;
  const count = subset ? subset.length : pixels.length / 2;
  let cost = 0;
  let squares = 0;
  let used = 0;
  for (let k = 0; k < count; k++) {
    const i = subset ? subset[k]! : k;
    const [px, py, pz] = [points[i * 3]!, points[i * 3 + 1]!, points[i * 3 + 2]!];
    const rx = R[0]! * px + R[1]! * py + R[2]! * pz;
    const ry = R[3]! * px + R[4]! * py + R[5]! * pz;
    const rz = R[6]! * px + R[7]! * py + R[8]! * pz;
    const [x, y, z] = [rx + t[0]!, ry + t[1]!, rz + t[2]!];
    if (!projectWithJacobian(lens, 0, x, y, z, pixel, 0, JPoint, 0, JLens, 0)) {
      cost += behind;
      continue;
    }
    const du = pixel[0]! - pixels[i * 2]!;
    const dv = pixel[1]! - pixels[i * 2 + 1]!;
    const squared = du * du + dv * dv;
    cost += isRobust ? Math.log1p(squared * inverseScale2) / inverseScale2 : squared;
    const weight = 1 / (1 + squared * inverseScale2);
    squares += squared;
    used++;
    for (let row = 0; row < 2; row++) {
      const [jx, jy, jz] = [JPoint[row * 3]!, JPoint[row * 3 + 1]!, JPoint[row * 3 + 2]!];
      // d(exp(w) r) / dw = -[r]x
      const at = row * size;
      J[at] = jz * ry - jy * rz;
      J[at + 1] = jx * rz - jz * rx;
      J[at + 2] = jy * rx - jx * ry;
      J[at + 3] = jx;
      J[at + 4] = jy;
      J[at + 5] = jz;
      if (size === 7) J[at + 6] = JLens[row * LENS_SIZE + row]! * lens[row]!;
    }
    for (let i1 = 0; i1 < size; i1++) {
      const ju = weight * J[i1]!;
      const jv = weight * J[size + i1]!;
      b[i1]! += ju * du + jv * dv;
      for (let i2 = 0; i2 <= i1; i2++) A[i1 * size + i2]! += ju * J[i2]! + jv * J[size + i2]!;
    }
  }
  return { A, b, cost, rmsPx: used > 0 ? Math.sqrt(squares / used) : Number.POSITIVE_INFINITY };
}
