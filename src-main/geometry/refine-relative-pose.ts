import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { factorCholesky, solveCholesky } from '../linalg/cholesky.js';
import { cross3, crossMatrix3, multiply3, normalize3 } from '../linalg/matrix3.js';
import { essentialFromPose } from './essential.js';
import { rotationFromAxisAngle } from './rotation.js';

/** Rotation 3, direction of the translation 2. */
const SIZE = 5;

/**
 * Refines a relative pose by Levenberg-Marquardt on the Sampson distances, with Cauchy weights.
 *
 * @param x1, x2 Float64Array[n*2], normalised image points
 * @param subset indices of the points to use, at least 5
 * @param lossScale distances beyond it are down-weighted, normalised units
 * @returns cam2FromCam1 with |t| = 1
 */
export function refineRelativePose(
  x1: Float64Array,
  x2: Float64Array,
  subset: Uint32Array,
  initial: RigidTransform,
  lossScale: number,
  maxIterations = 10,
): RigidTransform {
  let pose: RigidTransform = { R: initial.R.slice(), t: normalize3(initial.t.slice()) };
  let system = linearize(x1, x2, subset, pose, lossScale);
  let damping = 1e-4;
  const A = new Float64Array(SIZE * SIZE);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    A.set(system.A);
    for (let i = 0; i < SIZE; i++) A[i * SIZE + i]! += damping * Math.max(system.A[i * SIZE + i]!, 1e-12);
    const step = system.b.slice();
    let isBetter = false;
    if (factorCholesky(A, SIZE)) {
      solveCholesky(A, SIZE, step);
      const next = moved(pose, system.tangents, step);
      const nextSystem = linearize(x1, x2, subset, next, lossScale);
      isBetter = nextSystem.cost <= system.cost;
      if (isBetter) {
        const isConverged = system.cost - nextSystem.cost <= 1e-12 * system.cost;
        pose = next;
        system = nextSystem;
        if (isConverged) break;
      }
    }
    damping = isBetter ? Math.max(damping / 5, 1e-14) : damping * 10;
    if (damping > 1e8) break;
  }
  return pose;
}

/** R <- exp(w) R and t <- t moved in its tangent plane, of length 1. */
function moved(
  { R, t }: RigidTransform,
  [u, v]: readonly [Float64Array, Float64Array],
  step: Float64Array,
): RigidTransform {
  const direction = Float64Array.from(t, (x, i) => x - step[3]! * u[i]! - step[4]! * v[i]!);
  return {
    R: multiply3(rotationFromAxisAngle(-step[0]!, -step[1]!, -step[2]!), R),
    t: normalize3(direction),
  };
}

/** Derivatives of E = [t]x R wrt the five parameters, each a 3x3 at multiples of 9; and the tangents of t. */
function derivativesOfE({ R, t }: RigidTransform): [Float64Array, [Float64Array, Float64Array]] {
  const axis = Math.abs(t[0]!) < 0.6 ? Float64Array.of(1, 0, 0) : Float64Array.of(0, 1, 0);
  const u = normalize3(cross3(t, axis));
  const v = cross3(t, u);
  const tx = crossMatrix3(t);
  const D = new Float64Array(9 * SIZE);
  for (let k = 0; k < 3; k++) {
    const e = new Float64Array(3);
    e[k] = 1;
    D.set(multiply3(tx, multiply3(crossMatrix3(e), R)), k * 9);
  }
  D.set(multiply3(crossMatrix3(u), R), 27);
  D.set(multiply3(crossMatrix3(v), R), 36);
  return [D, [u, v]];
}

const gradient = new Float64Array(9);
const J = new Float64Array(SIZE);

function linearize(x1: Float64Array, x2: Float64Array, subset: Uint32Array, pose: RigidTransform, lossScale: number) {
  const E = essentialFromPose(pose);
  const [D, tangents] = derivativesOfE(pose);
  const A = new Float64Array(SIZE * SIZE);
  const b = new Float64Array(SIZE);
  const inverseScale2 = 1 / (lossScale * lossScale);
  let cost = 0;
  for (let k = 0; k < subset.length; k++) {
    const i = subset[k]! * 2;
    const r = sampsonWithGradient(E, x1[i]!, x1[i + 1]!, x2[i]!, x2[i + 1]!);
    const relative = r * r * inverseScale2;
    const weight = 1 / (1 + relative);
    cost += Math.log1p(relative);
    for (let p = 0; p < SIZE; p++) {
      let sum = 0;
      for (let m = 0; m < 9; m++) sum += gradient[m]! * D[p * 9 + m]!;
      J[p] = sum;
      const weighted = weight * sum;
      b[p]! += weighted * r;
      for (let q = 0; q <= p; q++) A[p * SIZE + q]! += weighted * J[q]!;
    }
  }
  return { A, b, cost, tangents };
}

/** Signed Sampson distance c / s and, in `gradient`, its derivative wrt E: dc / s - c (ds^2) / (2 s^3). */
function sampsonWithGradient(E: Float64Array, u1: number, v1: number, u2: number, v2: number): number {
  const a = E[0]! * u1 + E[1]! * v1 + E[2]!;
  const b = E[3]! * u1 + E[4]! * v1 + E[5]!;
  const c = E[0]! * u2 + E[3]! * v2 + E[6]!;
  const d = E[1]! * u2 + E[4]! * v2 + E[7]!;
  const constraint = u2 * a + v2 * b + E[6]! * u1 + E[7]! * v1 + E[8]!;
  const squared = Math.max(a * a + b * b + c * c + d * d, 1e-300);
  const inverse = 1 / Math.sqrt(squared);
  const r = constraint * inverse;
  const f = r / squared;
  gradient[0] = inverse * u2 * u1 - f * (a * u1 + c * u2);
  gradient[1] = inverse * u2 * v1 - f * (a * v1 + d * u2);
  gradient[2] = inverse * u2 - f * a;
  gradient[3] = inverse * v2 * u1 - f * (b * u1 + c * v2);
  gradient[4] = inverse * v2 * v1 - f * (b * v1 + d * v2);
  gradient[5] = inverse * v2 - f * b;
  gradient[6] = inverse * u1 - f * c;
  gradient[7] = inverse * v1 - f * d;
  gradient[8] = inverse;
  return r;
}
