import { type Box3, type BufferAttribute, Euler, MathUtils, Matrix4, Plane, Quaternion, Vector3 } from 'three';
import type { CropBox, Turn } from '../../src-shared/pipeline/edit-options.js';
import type { QaReport } from '../../src-shared/pipeline/qa-report.js';

/**
 * Frames of the editor; all y up, right-handed.
 *
 * - automatic: what edits are given in (`src-shared/pipeline/edit-options.ts`).
 * - GLB: of the file that is shown.
 * - view: of the scene on the screen: the GLB, turned by what is not applied yet.
 */
export interface EditFrame {
  readonly glbFromAutomatic: Matrix4;
  readonly automaticFromGlb: Matrix4;
  /** GLB units per automatic unit. */
  readonly glbPerAutomatic: number;
  /** Units of the solved model per automatic unit: what a scale is multiplied by. */
  readonly modelPerAutomatic: number;
  /** Rotation from automatic to GLB: the turn that is applied. */
  readonly turn: Quaternion;
}

/** @param model of the report of the model that is shown; models made before edits were known have none */
export function editFrame({ modelToGlb, automaticToGlb, sizeInGlb }: NonNullable<QaReport['model']>): EditFrame {
  const size = Math.max(...(sizeInGlb ?? [1]));
  const glbFromAutomatic = automaticToGlb ? matrixOfRows(automaticToGlb) : new Matrix4().makeScale(size, size, size);
  const glbPerAutomatic = Math.cbrt(glbFromAutomatic.determinant());
  const turn = new Quaternion();
  glbFromAutomatic.decompose(new Vector3(), turn, new Vector3());
  return {
    ...{ glbFromAutomatic, automaticFromGlb: glbFromAutomatic.clone().invert(), glbPerAutomatic, turn },
    modelPerAutomatic: glbPerAutomatic / Math.cbrt(matrixOfRows(modelToGlb).determinant()),
  };
}

const matrixOfRows = (rows: readonly number[]) => new Matrix4().fromArray(rows).transpose();

/** Metres per unit of the solved model at which a length is as long as it is in reality. @param length automatic units */
export const scaleOfLength = ({ modelPerAutomatic }: EditFrame, length: number, metres: number): number =>
  metres / (length * modelPerAutomatic);

/** @param length automatic units @param scale metres per unit of the solved model @returns metres */
export const metresOf = ({ modelPerAutomatic }: EditFrame, length: number, scale: number): number =>
  length * modelPerAutomatic * scale;

export const quaternionOf = (turn: Turn | undefined): Quaternion =>
  turn ? new Quaternion(turn[0], turn[1], turn[2], turn[3]).normalize() : new Quaternion();

/** Below this angle (radians) nothing is turned. */
const NO_TURN = 1e-6;
const DIGITS = 1e12;

/** @returns undefined where nothing is turned */
export function turnOf(q: Quaternion): Turn | undefined {
  const unit = q.clone().normalize();
  if (2 * Math.acos(Math.min(1, Math.abs(unit.w))) < NO_TURN) return undefined;
  const sign = unit.w < 0 ? -1 : 1;
  return unit.toArray().map((value) => Math.round(sign * value * DIGITS) / DIGITS);
}

/** Turned by degrees about an axis of the view, after what it was turned by before. */
export function turnedAbout(turn: Turn | undefined, axis: 'x' | 'y' | 'z', degrees: number): Turn | undefined {
  const vector = new Vector3(Number(axis === 'x'), Number(axis === 'y'), Number(axis === 'z'));
  const step = new Quaternion().setFromAxisAngle(vector, MathUtils.degToRad(degrees));
  return turnOf(step.multiply(quaternionOf(turn)));
}

/** Turned so that a direction of the view points up, by the shortest way. */
export function turnedUp(turn: Turn | undefined, direction: Vector3): Turn | undefined {
  const step = new Quaternion().setFromUnitVectors(direction.clone().normalize(), new Vector3(0, 1, 0));
  return turnOf(step.multiply(quaternionOf(turn)));
}

/**
 * View from GLB: the turn that is wanted instead of the one that is applied, and what is kept put on the ground, centred.
 *
 * @param positions of the GLB
 * @param crop as it is wanted: what is cut off does not stand on the ground
 */
export function viewFromGlb(
  frame: EditFrame,
  positions: BufferAttribute,
  wanted: { readonly turn?: Turn | undefined; readonly crop?: CropBox | undefined },
): Matrix4 {
  const rotation = quaternionOf(wanted.turn).multiply(frame.turn.clone().invert());
  const R = new Matrix4().makeRotationFromQuaternion(rotation);
  const planes = wanted.crop ? cropPlanes(wanted.crop, frame.glbFromAutomatic) : [];
  const minimum = new Vector3(Infinity, Infinity, Infinity);
  const maximum = minimum.clone().negate();
  const point = new Vector3();
  for (let i = 0; i < positions.count; i++) {
    point.fromBufferAttribute(positions, i);
    if (planes.some((plane) => plane.distanceToPoint(point) < 0)) continue;
    point.applyMatrix4(R);
    minimum.min(point);
    maximum.max(point);
  }
  if (minimum.x > maximum.x) return R;
  return R.premultiply(
    new Matrix4().makeTranslation(-(minimum.x + maximum.x) / 2, -minimum.y, -(minimum.z + maximum.z) / 2),
  );
}

/** The sides of a box, their normals pointing inwards. @param target from automatic */
export function cropPlanes(box: CropBox, target: Matrix4): Plane[] {
  const pose = boxPose(box);
  const planes: Plane[] = [];
  for (let axis = 0; axis < 3; axis++) {
    for (const sign of [1, -1]) {
      const normal = new Vector3().setComponent(axis, -sign);
      planes.push(new Plane(normal, (box.size[axis] ?? 0) / 2).applyMatrix4(pose).applyMatrix4(target));
    }
  }
  return planes;
}

/** Automatic from the box's own frame, in which its centre is the origin. */
export function boxPose({ center, rotation }: CropBox): Matrix4 {
  const [x = 0, y = 0, z = 0] = center;
  return new Matrix4().compose(new Vector3(x, y, z), quaternionOf(rotation), new Vector3(1, 1, 1));
}

/** A box around bounds in the automatic frame. */
export function boxAround(bounds: Box3): CropBox {
  const center = bounds.getCenter(new Vector3());
  const size = bounds.getSize(new Vector3());
  return {
    center: center.toArray(),
    size: size.toArray().map((side) => Math.max(side, MIN_SIDE)),
    rotation: [0, 0, 0, 1],
  };
}

/** Shortest side of a box, automatic units. */
export const MIN_SIDE = 0.005;

/** Degrees about the box's x, y, z, in the order y, x, z: y first turns it on the ground. */
export function boxAngles({ rotation }: CropBox): [number, number, number] {
  const { x, y, z } = new Euler().setFromQuaternion(quaternionOf(rotation), 'YXZ');
  return [x, y, z].map((angle) => MathUtils.radToDeg(angle)) as [number, number, number];
}

/** The rotation of {@link boxAngles}. */
export function rotationOfAngles([x, y, z]: readonly [number, number, number]): Turn {
  const euler = new Euler(MathUtils.degToRad(x), MathUtils.degToRad(y), MathUtils.degToRad(z), 'YXZ');
  return turnOf(new Quaternion().setFromEuler(euler)) ?? [0, 0, 0, 1];
}
