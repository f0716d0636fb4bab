import { BoxGeometry, type BufferAttribute, Matrix4, Quaternion, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import {
  boxAngles,
  boxPose,
  cropPlanes,
  editFrame,
  metresOf,
  quaternionOf,
  rotationOfAngles,
  scaleOfLength,
  turnedAbout,
  turnedUp,
  turnOf,
  viewFromGlb,
} from '../../../src-renderer/viewport/edit-frame.js';

const rows = (matrix: Matrix4) => matrix.clone().transpose().toArray();
/** A model turned by 90 degrees about y, twice as large as the automatic one, whose unit is 4 units of the solved model. */
const TURN = turnedAbout(undefined, 'y', 90);
const GLB_FROM_AUTOMATIC = new Matrix4().compose(new Vector3(1, 0, 3), quaternionOf(TURN), new Vector3(2, 2, 2));
const model = {
  modelToGlb: rows(new Matrix4().makeScale(0.5, 0.5, 0.5)),
  automaticToGlb: rows(GLB_FROM_AUTOMATIC),
  scaleKnown: true,
  sizeInGlb: [2, 1, 1],
  bytes: 1,
  sha256: '',
};

describe('frames of the editor', () => {
  it('come from the report: units and the turn that is applied', () => {
    const frame = editFrame(model);
    expect(frame.glbPerAutomatic).toBeCloseTo(2, 12);
    expect(frame.modelPerAutomatic).toBeCloseTo(4, 12);
    expect(frame.turn.angleTo(quaternionOf(TURN))).toBeCloseTo(0, 6);
  });

  it('are found for models whose report knows of no edits: the longest side is 1', () => {
    const { automaticToGlb: _, ...old } = model;
    expect(editFrame(old).glbPerAutomatic).toBeCloseTo(2, 12);
  });

  it('give the scale at which a measured length is as long as it really is', () => {
    const frame = editFrame(model);
    // Half an automatic unit is two units of the solved model.
    const scale = scaleOfLength(frame, 0.5, 0.3);
    expect(scale).toBeCloseTo(0.15, 12);
    expect(metresOf(frame, 0.5, scale)).toBeCloseTo(0.3, 12);
  });

  it('turn four times by 90 degrees back to nothing, about axes of the view', () => {
    let turn = turnedAbout(undefined, 'x', 90);
    expect(turn).toEqual([expect.closeTo(Math.SQRT1_2, 9), 0, 0, expect.closeTo(Math.SQRT1_2, 9)]);
    for (let i = 0; i < 3; i++) turn = turnedAbout(turn, 'x', 90);
    expect(turn).toBeUndefined();
    const both = quaternionOf(turnedAbout(turnedAbout(undefined, 'x', 90), 'y', 90));
    // y goes to z by the first turn, and on to x by the second, which is about the view's y.
    expect(new Vector3(0, 1, 0).applyQuaternion(both).distanceTo(new Vector3(1, 0, 0))).toBeLessThan(1e-9);
  });

  it('turn what faces a side so that it faces up', () => {
    const side = new Vector3(0.3, -0.5, 0.8).normalize();
    const turned = side.clone().applyQuaternion(quaternionOf(turnedUp(undefined, side)));
    expect(turned.distanceTo(new Vector3(0, 1, 0))).toBeLessThan(1e-9);
    expect(turnOf(new Quaternion(0, 0, 0, -1))).toBeUndefined();
  });

  it('put the turned model on the ground, in the middle', () => {
    const frame = editFrame({ ...model, automaticToGlb: rows(new Matrix4()), modelToGlb: rows(new Matrix4()) });
    const geometry = new BoxGeometry(2, 1, 4).translate(5, 7, -3);
    const positions = geometry.getAttribute('position') as BufferAttribute;
    const view = viewFromGlb(frame, positions, { turn: turnedAbout(undefined, 'x', 90) });
    geometry.applyMatrix4(view);
    geometry.computeBoundingBox();
    const { min, max } = geometry.boundingBox ?? {};
    expect(min?.toArray()).toEqual([-1, 0, -0.5].map((value) => expect.closeTo(value, 5)));
    expect(max?.toArray()).toEqual([1, 4, 0.5].map((value) => expect.closeTo(value, 5)));
  });

  it('have planes whose inside is the box, in whatever frame it is wanted', () => {
    const box = { center: [0.1, 0.5, -0.2], size: [0.4, 0.6, 0.8], rotation: rotationOfAngles([10, 40, -20]) };
    const pose = GLB_FROM_AUTOMATIC.clone().multiply(boxPose(box));
    const planes = cropPlanes(box, GLB_FROM_AUTOMATIC);
    for (const share of [0.98, 1.02]) {
      for (const corner of [
        [1, 1, 1],
        [-1, 1, -1],
        [1, -1, -1],
      ]) {
        const point = new Vector3(...corner.map((sign, axis) => (sign * share * (box.size[axis] ?? 0)) / 2));
        point.applyMatrix4(pose);
        expect(planes.every((plane) => plane.distanceToPoint(point) >= 0)).toBe(share < 1);
      }
    }
  });

  it('read a box by its angles and write it back', () => {
    const rotation = rotationOfAngles([5, 70, -30]);
    expect(boxAngles({ center: [0, 0, 0], size: [1, 1, 1], rotation })).toEqual(
      [5, 70, -30].map((degrees) => expect.closeTo(degrees, 6)),
    );
  });
});
