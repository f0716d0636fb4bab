import { describe, expect, it } from 'vitest';
import {
  foldLensJacobian,
  LENS_SIZE,
  lensFromParameters,
  parameterCount,
  project,
  projectWithJacobian,
  unproject,
} from '#main/geometry/camera-projection.js';
import { Random } from '#main/geometry/random.js';
import type { CameraModel } from '#shared/scene/camera.js';
import { maxDifference } from './random-geometry.js';

const CAMERAS: [CameraModel, number[]][] = [
  ['SIMPLE_PINHOLE', [1000, 640, 480]],
  ['PINHOLE', [1000, 1010, 640, 480]],
  ['SIMPLE_RADIAL', [1000, 640, 480, -0.12]],
  ['RADIAL', [1000, 640, 480, -0.12, 0.05]],
  ['OPENCV', [1000, 1010, 640, 480, -0.12, 0.05, 0.002, -0.001]],
  ['FULL_OPENCV', [1000, 1010, 640, 480, -0.12, 0.05, 0.002, -0.001, 0.04, 0, 0, 0]],
];

const POINT = [0.31, -0.22, 1.7] as const;

function pixelOf(model: CameraModel, parameters: readonly number[], [X, Y, Z]: readonly number[]): Float64Array {
  const pixel = new Float64Array(2);
  project(lensFromParameters(model, parameters), 0, Number(X), Number(Y), Number(Z), pixel, 0);
  return pixel;
}

/** Central differences of the pixel wrt each variable: 2 x n, row-major. */
function numericJacobian(f: (variables: number[]) => Float64Array, variables: readonly number[]): Float64Array {
  const n = variables.length;
  const J = new Float64Array(2 * n);
  variables.forEach((value, k) => {
    const step = 1e-6 * Math.max(1, Math.abs(value));
    const at = (x: number) => f(variables.map((v, i) => (i === k ? x : v)));
    const [high, low] = [at(value + step), at(value - step)];
    for (let row = 0; row < 2; row++) J[row * n + k] = (Number(high[row]) - Number(low[row])) / (2 * step);
  });
  return J;
}

describe.each(CAMERAS)('camera model %s', (model, parameters) => {
  const lens = lensFromParameters(model, parameters);

  it('has derivatives that agree with differences', () => {
    const pixel = new Float64Array(2);
    const JPoint = new Float64Array(6);
    const JLens = new Float64Array(2 * LENS_SIZE);
    expect(projectWithJacobian(lens, 0, ...POINT, pixel, 0, JPoint, 0, JLens, 0)).toBe(true);
    expect(maxDifference(pixel, pixelOf(model, parameters, POINT))).toBeLessThan(1e-12);
    expect(
      maxDifference(
        JPoint,
        numericJacobian((X) => pixelOf(model, parameters, X), POINT),
      ),
    ).toBeLessThan(1e-5);
    const J = new Float64Array(2 * parameterCount(model) + 1);
    foldLensJacobian(model, JLens, 0, J, 1);
    expect(
      maxDifference(
        J.subarray(1),
        numericJacobian((p) => pixelOf(model, p, POINT), parameters),
      ),
    ).toBeLessThan(1e-5);
  });

  it('unprojects what it projects, over the whole image, seed 1', () => {
    const random = new Random(1);
    const pixel = new Float64Array(2);
    const point = new Float64Array(2);
    for (let i = 0; i < 200; i++) {
      const [x, y] = [1.4 * (random.uniform() - 0.5), 1.1 * (random.uniform() - 0.5)];
      project(lens, 0, x * 3, y * 3, 3, pixel, 0);
      expect(unproject(lens, 0, Number(pixel[0]), Number(pixel[1]), point, 0)).toBe(true);
      expect(maxDifference(point, [x, y])).toBeLessThan(1e-12);
    }
  });
});

describe('projection', () => {
  it('follows the equations of OPENCV', () => {
    const [fx, fy, cx, cy, k1, k2, p1, p2] = [900, 910, 500, 400, 0.1, -0.02, 0.003, 0.004];
    const [x, y] = [0.2, -0.3];
    const r2 = x * x + y * y;
    const radial = 1 + k1 * r2 + k2 * r2 * r2;
    const u = fx * (x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)) + cx;
    const v = fy * (y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y) + cy;
    expect(maxDifference(pixelOf('OPENCV', [fx, fy, cx, cy, k1, k2, p1, p2], [2 * x, 2 * y, 2]), [u, v])).toBeLessThan(
      1e-12,
    );
  });

  it('refuses points on or behind the camera plane', () => {
    const lens = lensFromParameters('SIMPLE_PINHOLE', [1000, 640, 480]);
    expect(project(lens, 0, 0, 0, 0, new Float64Array(2), 0)).toBe(false);
    expect(project(lens, 0, 0, 0, -1, new Float64Array(2), 0)).toBe(false);
  });

  it('says when a pixel lies beyond the fold of the distortion', () => {
    const lens = lensFromParameters('SIMPLE_RADIAL', [500, 320, 240, -0.5]);
    // x (1 - x^2 / 2) has its maximum 0.544 at x = 0.816, that is 272 px from the centre.
    expect(unproject(lens, 0, 320 + 260, 240, new Float64Array(2), 0)).toBe(true);
    expect(unproject(lens, 0, 320 + 290, 240, new Float64Array(2), 0)).toBe(false);
  });
});
