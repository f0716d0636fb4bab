import { type Ray, Vector3 } from 'three';
import type { CropBox } from '../../src-shared/pipeline/edit-options.js';
import { boxPose } from './edit-frame.js';

/** A side of a box: the end of an axis. */
export interface Side {
  readonly axis: 0 | 1 | 2;
  readonly sign: 1 | -1;
}

export const SIDES: readonly Side[] = ([0, 1, 2] as const).flatMap((axis) =>
  ([1, -1] as const).map((sign) => ({ axis, sign })),
);

/**
 * Where a coordinate axis is nearest to a ray.
 *
 * @returns coordinate along the axis; 0 where the ray runs along it
 */
export function axisCoordinate({ origin, direction }: Ray, axis: 0 | 1 | 2): number {
  const d = direction.clone().normalize();
  const along = d.getComponent(axis);
  const across = 1 - along * along;
  if (across < 1e-9) return 0;
  return (origin.getComponent(axis) - along * d.dot(origin)) / across;
}

/** Moves a side along its axis; the opposite one stays. @param by in the direction of the axis @param minSide shortest side */
export function moveSide(box: CropBox, { axis, sign }: Side, by: number, minSide: number): CropBox {
  const before = box.size[axis] ?? 0;
  const side = Math.max(minSide, before + sign * by);
  const shift = new Vector3().setComponent(axis, (sign * (side - before)) / 2).applyMatrix4(boxPose(box));
  return { ...box, center: shift.toArray(), size: box.size.map((length, i) => (i === axis ? side : length)) };
}
