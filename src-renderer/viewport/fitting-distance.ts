import { MathUtils, Matrix4, Vector3 } from 'three';
import type { LoadedModel } from './load-model.js';

/** Share of the view that the model may take up, across and up: tools lie along its edges. */
const FILLED = 0.8;
const SAMPLES = 4000;

/**
 * How far from the middle of a model a camera must be to show all of it that is worth looking at (`LoadedModel.sphere`).
 *
 * @param from unit vector, from the middle towards the camera
 */
export function fittingDistance(
  { geometry, sphere }: Pick<LoadedModel, 'geometry' | 'sphere'>,
  from: Vector3,
  { fovDeg, aspect }: { readonly fovDeg: number; readonly aspect: number },
): number {
  const position = geometry.getAttribute('position');
  const step = Math.max(1, Math.floor(position.count / SAMPLES));
  const points: Vector3[] = [];
  for (let i = 0; i < position.count; i += step) {
    const point = new Vector3().fromBufferAttribute(position as never, i).sub(sphere.center);
    if (point.length() <= sphere.radius * 1.001) points.push(point);
  }
  return showingDistance(points, from, { fovDeg, aspect }) || sphere.radius;
}

/** The same for points around the origin. */
export function showingDistance(
  points: readonly Vector3[],
  from: Vector3,
  { fovDeg, aspect }: { readonly fovDeg: number; readonly aspect: number },
): number {
  const up = Math.tan(MathUtils.degToRad(fovDeg / 2)) * FILLED;
  // Camera axes: z towards the camera.
  const turn = new Matrix4().lookAt(from, new Vector3(), new Vector3(0, 1, 0)).transpose();
  let distance = 0;
  for (const point of points) {
    const { x, y, z } = point.clone().applyMatrix4(turn);
    distance = Math.max(distance, z + Math.abs(y) / up, z + Math.abs(x) / (up * aspect));
  }
  return distance;
}
