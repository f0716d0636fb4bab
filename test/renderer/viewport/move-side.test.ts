import { Ray, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { rotationOfAngles } from '../../../src-renderer/viewport/edit-frame.js';
import { axisCoordinate, moveSide } from '../../../src-renderer/viewport/move-side.js';

const BOX = { center: [1, 2, 3], size: [2, 2, 2], rotation: [0, 0, 0, 1] };

describe('moving a side of the crop box', () => {
  it('keeps the opposite side where it is', () => {
    expect(moveSide(BOX, { axis: 0, sign: 1 }, 0.5, 0.01)).toEqual({ ...BOX, center: [1.25, 2, 3], size: [2.5, 2, 2] });
    expect(moveSide(BOX, { axis: 1, sign: -1 }, 0.5, 0.01)).toEqual({
      ...BOX,
      center: [1, 2.25, 3],
      size: [2, 1.5, 2],
    });
  });

  it('stops at the shortest side', () => {
    const { size, center } = moveSide(BOX, { axis: 2, sign: 1 }, -9, 0.1);
    expect(size).toEqual([2, 2, 0.1]);
    expect(center[2]).toBeCloseTo(2.05, 12);
  });

  it('follows the axis of a turned box', () => {
    const turned = { ...BOX, rotation: rotationOfAngles([0, 90, 0]) };
    const { center } = moveSide(turned, { axis: 0, sign: 1 }, 1, 0.01);
    // The box's x axis points to -z.
    expect(center).toEqual([1, 2, 2.5].map((value) => expect.closeTo(value, 9)));
  });

  it('finds the point of the axis that a ray passes', () => {
    const ray = new Ray(new Vector3(4, 3, 10), new Vector3(0, -0.3, -1).normalize());
    expect(axisCoordinate(ray, 0)).toBeCloseTo(4, 9);
    expect(axisCoordinate(new Ray(new Vector3(0, 0, 0), new Vector3(1, 0, 0)), 0)).toBe(0);
  });
});
