import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { cameraCentre, transformPoint } from '#main/geometry/rigid-transform.js';
import { rotationFromAxisAngle } from '#main/geometry/rotation.js';
import {
  angleAtPoint,
  depthIn,
  type PointView,
  refinePoint,
  triangulateDlt,
  triangulateMidpoint,
} from '#main/geometry/triangulate.js';
import { maxDifference } from './random-geometry.js';

const X = Float64Array.of(100.3, -0.2, 0.1);

/** Cameras on an arc of 2 units around X, looking at it, each `stepRad` further. */
function viewsOf(count: number, stepRad: number, random?: Random, noise = 0): PointView[] {
  return Array.from({ length: count }, (_, i) => {
    const R = rotationFromAxisAngle(0, i * stepRad, 0.1);
    const t = Float64Array.of(0.1, 0, 2);
    for (let row = 0; row < 3; row++) {
      for (let k = 0; k < 3; k++) t[row] = Number(t[row]) - Number(R[row * 3 + k]) * Number(X[k]);
    }
    const [x, y, z] = transformPoint({ R, t }, X);
    const error = () => (random ? noise * random.gaussian() : 0);
    return { camFromWorld: { R, t }, x: Number(x) / Number(z) + error(), y: Number(y) / Number(z) + error() };
  });
}

describe.each([
  ['midpoint', triangulateMidpoint],
  ['DLT', triangulateDlt],
])('triangulation by %s', (_, triangulate) => {
  it.each([2, 3, 7])('is exact on exact data from %i views', (count) => {
    const point = triangulate(viewsOf(count, 0.1));
    expect(maxDifference(point ?? [], X)).toBeLessThan(1e-9);
  });

  it('stays within the bound of the noise, seed 1', () => {
    // sigma 1e-3 at depth 2 and angle 0.3: the depth error is about 2 * 2 sigma / 0.3 = 0.013; five times that never happens.
    const random = new Random(1);
    for (let i = 0; i < 100; i++) {
      const point = triangulate(viewsOf(2, 0.3, random, 1e-3));
      expect(maxDifference(point ?? [], X)).toBeLessThan(0.07);
    }
  });

  it('returns no point for parallel rays', () => {
    const R = rotationFromAxisAngle(0, 0, 0);
    const views = [0, 1].map((tx) => ({ camFromWorld: { R, t: Float64Array.of(tx, 0, 0) }, x: 0.2, y: 0.1 }));
    expect(triangulate(views)).toBeUndefined();
  });

  it('returns no point for two views from one place', () => {
    const view = viewsOf(1, 0)[0] as PointView;
    expect(triangulate([view, view])).toBeUndefined();
  });
});

describe('refinePoint', () => {
  it('lowers the error to its least value, seed 2', () => {
    const views = viewsOf(4, 0.1, new Random(2), 1e-3);
    const point = triangulateMidpoint(views) ?? new Float64Array(3);
    const before = refinePoint(views, point.slice(), 0);
    const after = refinePoint(views, point);
    expect(after).toBeLessThanOrEqual(before);
    for (let k = 0; k < 3; k++) {
      for (const step of [-1e-5, 1e-5]) {
        const moved = point.slice();
        moved[k] = Number(moved[k]) + step;
        expect(refinePoint(views, moved, 0)).toBeGreaterThanOrEqual(after);
      }
    }
  });

  it('reports a point behind a camera as infinitely wrong', () => {
    expect(refinePoint(viewsOf(2, 0.1), Float64Array.of(100.3, 0, -100))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('angles and depths', () => {
  it('are those of the arc', () => {
    const [a, b] = viewsOf(2, 0.2) as [PointView, PointView];
    expect(depthIn(a.camFromWorld, X)).toBeCloseTo(2, 12);
    const flat = [0, 0.2].map((angle) => Float64Array.of(Math.sin(angle), 0, Math.cos(angle)));
    expect(angleAtPoint(flat[0] as Float64Array, flat[1] as Float64Array, new Float64Array(3))).toBeCloseTo(0.2, 14);
    expect(angleAtPoint(cameraCentre(a.camFromWorld), cameraCentre(b.camFromWorld), X)).toBeGreaterThan(0.19);
    expect(angleAtPoint(X, X, X)).toBe(0);
  });
});
