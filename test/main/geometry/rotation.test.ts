import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { compose, invert, relativeTransform, transformPoint } from '#main/geometry/rigid-transform.js';
import {
  angleBetweenRotations,
  axisAngleFromRotation,
  quaternionFromRotation,
  rotationFromAxisAngle,
  rotationFromQuaternion,
} from '#main/geometry/rotation.js';
import { determinant3, multiply3, transpose3 } from '#main/linalg/matrix3.js';
import { maxDifference, randomArray, randomRotation } from './random-geometry.js';

describe('rotations', () => {
  it.each([0, 1e-12, 1e-7, 0.99e-4, 1.01e-4, 0.1, 1, 3, Math.PI - 1e-7])(
    'exp and log invert each other at angle %d',
    (angle) => {
      const axis = [0.48, -0.6, 0.64];
      const w = axis.map((x) => x * angle) as [number, number, number];
      const R = rotationFromAxisAngle(...w);
      expect(maxDifference(multiply3(R, transpose3(R)), [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-14);
      expect(determinant3(R)).toBeCloseTo(1, 13);
      expect(maxDifference(axisAngleFromRotation(R), w)).toBeLessThan(1e-9 * Math.max(angle, 1e-6));
    },
  );

  it('turns x to y by a right angle about z', () => {
    const R = rotationFromAxisAngle(0, 0, Math.PI / 2);
    expect(maxDifference(R, [0, -1, 0, 1, 0, 0, 0, 0, 1])).toBeLessThan(1e-15);
  });

  it('passes through quaternions, seed 1', () => {
    const random = new Random(1);
    for (let i = 0; i < 50; i++) {
      const R = randomRotation(random);
      expect(maxDifference(rotationFromQuaternion(quaternionFromRotation(R)), R)).toBeLessThan(1e-14);
    }
  });

  it('measures the angle between rotations, seed 2', () => {
    const R = randomRotation(new Random(2));
    expect(angleBetweenRotations(R, multiply3(R, rotationFromAxisAngle(0, 1e-9, 0)))).toBeCloseTo(1e-9, 15);
    expect(angleBetweenRotations(R, multiply3(rotationFromAxisAngle(2, 0, 0), R))).toBeCloseTo(2, 12);
  });
});

describe('rigid transforms', () => {
  it('compose, invert and relate, seed 3', () => {
    const random = new Random(3);
    const a = { R: randomRotation(random), t: randomArray(random, 3) };
    const b = { R: randomRotation(random), t: randomArray(random, 3) };
    const X = randomArray(random, 3);
    expect(maxDifference(transformPoint(invert(a), transformPoint(a, X)), X)).toBeLessThan(1e-14);
    expect(maxDifference(transformPoint(compose(a, b), X), transformPoint(a, transformPoint(b, X)))).toBeLessThan(
      1e-14,
    );
    const bInA = transformPoint(relativeTransform(a, b), transformPoint(a, X));
    expect(maxDifference(bInA, transformPoint(b, X))).toBeLessThan(1e-14);
  });
});
