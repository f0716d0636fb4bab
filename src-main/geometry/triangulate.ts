import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { factorCholesky, solveCholesky } from '../linalg/cholesky.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';

/**
 * A camera that sees a point: its pose and the normalised image point (K and distortion removed: `unproject`).
 */
export interface PointView {
  readonly camFromWorld: RigidTransform;
  readonly x: number;
  readonly y: number;
}

/** Rays closer to parallel than this (sine of the angle) have no intersection that doubles can tell. */
const PARALLEL_SINE = 1e-7;

/**
 * The point nearest to all rays (sum of squared distances): the midpoint of the common perpendicular for two views. Fast, not
 * optimal for the reprojection error: follow with {@link refinePoint}.
 *
 * @param views two or more
 * @returns Float64Array[3], world; undefined where all rays are parallel. The point may lie behind a camera: see {@link depthIn}
 */
export function triangulateMidpoint(views: readonly PointView[]): Float64Array | undefined {
  // Normal equations of sum |(I - d d^T)(X - C)|^2. Their smallest eigenvalue vanishes with the squared angle of the rays.
  const A = new Float64Array(9);
  const b = new Float64Array(3);
  const origin = centreOf(views[0]!);
  for (const view of views) {
    const d = rayInWorld(view);
    const C = centreOf(view);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        const entry = (row === column ? 1 : 0) - d[row]! * d[column]!;
        A[row * 3 + column]! += entry;
        b[row]! += entry * (C[column]! - origin[column]!);
      }
    }
  }
  if (maxRaySine(views) < PARALLEL_SINE || !factorCholesky(A, 3)) return undefined;
  solveCholesky(A, 3, b);
  for (let i = 0; i < 3; i++) b[i]! += origin[i]!;
  return b;
}

const dltMatrix = new Float64Array(16);
const dltValues = new Float64Array(4);
const dltVectors = new Float64Array(16);

/**
 * Linear triangulation from two or more views (DLT; Hartley & Zisserman, Multiple View Geometry, 2nd ed., sec. 12.2): the
 * smallest eigenvector of the 4x4 normal matrix of `x P3 - P1` and `y P3 - P2`. The world is moved to the first camera and
 * scaled by the baseline first, so that the result does not depend on where the origin is.
 *
 * @returns Float64Array[3], world; undefined where all rays are parallel (the point is at infinity)
 */
export function triangulateDlt(views: readonly PointView[]): Float64Array | undefined {
  const origin = centreOf(views[0]!);
  let scale = 0;
  for (const view of views) {
    const C = centreOf(view);
    scale = Math.max(scale, Math.hypot(C[0]! - origin[0]!, C[1]! - origin[1]!, C[2]! - origin[2]!));
  }
  if (!(scale > 0) || maxRaySine(views) < PARALLEL_SINE) return undefined;
  dltMatrix.fill(0);
  for (const view of views) {
    const { R } = view.camFromWorld;
    const C = centreOf(view);
    const c = [(C[0]! - origin[0]!) / scale, (C[1]! - origin[1]!) / scale, (C[2]! - origin[2]!) / scale];
    addRow(R, 0, view.x, c);
    addRow(R, 3, view.y, c);
  }
  symmetricEigen(dltMatrix, 4, dltValues, dltVectors);
  const w = dltVectors[3]!;
  if (Math.abs(w) < 1e-12) return undefined;
  return Float64Array.of(
    origin[0]! + (scale * dltVectors[0]!) / w,
    origin[1]! + (scale * dltVectors[1]!) / w,
    origin[2]! + (scale * dltVectors[2]!) / w,
  );
}

/** Adds the square of the row `coordinate P3 - Prow`, P = R [I | -c], scaled to unit length. */
function addRow(R: Float64Array, rowAt: number, coordinate: number, c: readonly number[]): void {
  const weight = 1 / Math.sqrt(1 + coordinate * coordinate);
  const a0 = weight * (coordinate * R[6]! - R[rowAt]!);
  const a1 = weight * (coordinate * R[7]! - R[rowAt + 1]!);
  const a2 = weight * (coordinate * R[8]! - R[rowAt + 2]!);
  const a = [a0, a1, a2, -(a0 * c[0]! + a1 * c[1]! + a2 * c[2]!)];
  for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) dltMatrix[i * 4 + j]! += a[i]! * a[j]!;
}

/**
 * Least squares of the normalised reprojection error by Gauss-Newton from an initial point; steps that raise the error end it.
 *
 * @param X Float64Array[3], world; changed in place
 * @returns the root of the mean squared error per view, normalised units; Infinity where X is behind a camera
 */
export function refinePoint(views: readonly PointView[], X: Float64Array, maxIterations = 10): number {
  const A = new Float64Array(9);
  const b = new Float64Array(3);
  let cost = accumulate(views, X, A, b);
  for (let iteration = 0; iteration < maxIterations && Number.isFinite(cost); iteration++) {
    if (!factorCholesky(A, 3)) break;
    solveCholesky(A, 3, b);
    const candidate = Float64Array.of(X[0]! - b[0]!, X[1]! - b[1]!, X[2]! - b[2]!);
    const isConverged = Math.hypot(b[0]!, b[1]!, b[2]!) < 1e-14 * (1 + Math.hypot(X[0]!, X[1]!, X[2]!));
    const candidateCost = accumulate(views, candidate, A, b);
    if (!(candidateCost < cost)) break;
    X.set(candidate);
    cost = candidateCost;
    if (isConverged) break;
  }
  return Math.sqrt(cost / views.length);
}

/** Fills the normal matrix A and gradient b of the squared error at X and returns the error; Infinity behind a camera. */
function accumulate(views: readonly PointView[], X: Float64Array, A: Float64Array, b: Float64Array): number {
  A.fill(0);
  b.fill(0);
  let cost = 0;
  for (const { camFromWorld, x, y } of views) {
    const { R, t } = camFromWorld;
    const z = R[6]! * X[0]! + R[7]! * X[1]! + R[8]! * X[2]! + t[2]!;
    if (!(z > 0)) return Number.POSITIVE_INFINITY;
    const px = (R[0]! * X[0]! + R[1]! * X[1]! + R[2]! * X[2]! + t[0]!) / z;
    const py = (R[3]! * X[0]! + R[4]! * X[1]! + R[5]! * X[2]! + t[1]!) / z;
    cost += (px - x) ** 2 + (py - y) ** 2;
    for (let i = 0; i < 3; i++) {
      const jxi = (R[i]! - px * R[6 + i]!) / z;
      const jyi = (R[3 + i]! - py * R[6 + i]!) / z;
      b[i]! += jxi * (px - x) + jyi * (py - y);
      for (let j = 0; j <= i; j++) {
        A[i * 3 + j]! += (jxi * (R[j]! - px * R[6 + j]!) + jyi * (R[3 + j]! - py * R[6 + j]!)) / z;
      }
    }
  }
  return cost;
}

/** Camera z of a world point; positive in front of the camera. */
export function depthIn({ R, t }: RigidTransform, X: Float64Array): number {
  return R[6]! * X[0]! + R[7]! * X[1]! + R[8]! * X[2]! + t[2]!;
}

/**
 * Triangulation angle: between the rays from two camera centres to a point, radians in [0, pi]; 0 where X is a centre.
 *
 * @param C1, C2, X Float64Array[3], world
 */
export function angleAtPoint(C1: Float64Array, C2: Float64Array, X: Float64Array): number {
  const [ax, ay, az] = [C1[0]! - X[0]!, C1[1]! - X[1]!, C1[2]! - X[2]!];
  const [bx, by, bz] = [C2[0]! - X[0]!, C2[1]! - X[1]!, C2[2]! - X[2]!];
  const cross = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
  return Math.atan2(cross, ax * bx + ay * by + az * bz);
}

/** Unit direction of a view's ray, world. */
function rayInWorld({ camFromWorld: { R }, x, y }: PointView): [number, number, number] {
  const scale = 1 / Math.sqrt(x * x + y * y + 1);
  return [
    scale * (R[0]! * x + R[3]! * y + R[6]!),
    scale * (R[1]! * x + R[4]! * y + R[7]!),
    scale * (R[2]! * x + R[5]! * y + R[8]!),
  ];
}

function centreOf({ camFromWorld: { R, t } }: PointView): [number, number, number] {
  return [
    -(R[0]! * t[0]! + R[3]! * t[1]! + R[6]! * t[2]!),
    -(R[1]! * t[0]! + R[4]! * t[1]! + R[7]! * t[2]!),
    -(R[2]! * t[0]! + R[5]! * t[1]! + R[8]! * t[2]!),
  ];
}

/** Sine of the largest angle between the first ray and another: 0 for parallel rays. */
function maxRaySine(views: readonly PointView[]): number {
  const a = rayInWorld(views[0]!);
  let largest = 0;
  for (const view of views) {
    const b = rayInWorld(view);
    largest = Math.max(
      largest,
      Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]),
    );
  }
  return largest;
}
