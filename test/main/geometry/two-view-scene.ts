import type { Random } from '#main/geometry/random.js';
import { rotationFromAxisAngle } from '#main/geometry/rotation.js';
import type { RigidTransform } from '#shared/scene/conventions.js';

export interface TwoViewScene {
  readonly cam2FromCam1: RigidTransform;
  /** Normalised image points. */
  readonly x1: Float64Array;
  readonly x2: Float64Array;
  /** The points in camera 1. */
  readonly points: Float64Array;
}

export interface TwoViewSceneOptions {
  readonly count: number;
  /** Standard deviation of the noise of each coordinate, normalised units. */
  readonly noise?: number;
  readonly shape?: 'cloud' | 'plane';
  /** Length of the baseline; the points lie at depths 4 to 8. */
  readonly baseline?: number;
  /** Rotation of the second camera besides looking at the points' middle. */
  readonly turn?: readonly [number, number, number];
}

/** Points at depths 4 to 8 seen by two cameras; the second moves sideways and looks back at the middle of the points. */
export function twoViewScene(random: Random, options: TwoViewSceneOptions): TwoViewScene {
  const { count, noise = 0, shape = 'cloud', baseline = 2, turn = [0.03, 0, 0.05] } = options;
  const angle = Math.atan2(baseline, 6);
  const R = rotationFromAxisAngle(turn[0], turn[1] + angle, turn[2]);
  // The centre of camera 2 is (-baseline, 0.1 baseline, 0) turned to face (0, 0, 6).
  const C = [-baseline, 0.1 * baseline, 0.05 * baseline];
  const apply = (X: readonly number[]) =>
    [0, 3, 6].map((row) => [0, 1, 2].reduce((sum, k) => sum + Number(R[row + k]) * Number(X[k]), 0));
  const rotated = apply(C);
  const t = Float64Array.from(rotated, (x) => -x);
  const [x1, x2, points] = [new Float64Array(count * 2), new Float64Array(count * 2), new Float64Array(count * 3)];
  for (let i = 0; i < count; i++) {
    const X = [4 * (random.uniform() - 0.5), 4 * (random.uniform() - 0.5), 4 + 4 * random.uniform()];
    if (shape === 'plane') X[2] = 6 + 0.5 * Number(X[0]) - 0.3 * Number(X[1]);
    const Y = apply(X).map((y, k) => y + Number(t[k]));
    points.set(X, i * 3);
    for (let k = 0; k < 2; k++) {
      x1[i * 2 + k] = Number(X[k]) / Number(X[2]) + noise * random.gaussian();
      x2[i * 2 + k] = Number(Y[k]) / Number(Y[2]) + noise * random.gaussian();
    }
  }
  const length = Math.hypot(...t);
  return { cam2FromCam1: { R, t: length > 0 ? t.map((x) => x / length) : t }, x1, x2, points };
}

/** The points in pixels of a camera with this focal length and principal point. */
export function toPixels(x: Float64Array, focal: number, cx: number, cy: number): Float64Array {
  return x.map((value, i) => focal * value + (i % 2 === 0 ? cx : cy));
}

/** Replaces the first points by uniform noise in [-size, size). */
export function withOutliers(x: Float64Array, outliers: number, random: Random, size: number): Float64Array {
  return x.map((value, i) => (i < outliers * 2 ? size * (2 * random.uniform() - 1) : value));
}

/** Angle between two directions, radians. */
export function angleBetween(a: Float64Array, b: Float64Array): number {
  const dot = a.reduce((sum, x, i) => sum + x * Number(b[i]), 0);
  return Math.acos(Math.max(-1, Math.min(1, dot / Math.hypot(...a) / Math.hypot(...b))));
}
