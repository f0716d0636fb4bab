import { type BufferGeometry, type Matrix4, type Plane, Vector3 } from 'three';

/** Calls back with the corners of each triangle; the vectors are used again. */
function eachTriangle(geometry: BufferGeometry, visit: (a: Vector3, b: Vector3, c: Vector3) => void): void {
  const position = geometry.getAttribute('position');
  const { index } = geometry;
  const corners = [new Vector3(), new Vector3(), new Vector3()] as const;
  const count = index?.count ?? position.count;
  for (let i = 0; i < count; i += 3) {
    for (let k = 0; k < 3; k++) corners[k]?.fromBufferAttribute(position as never, index ? index.getX(i + k) : i + k);
    visit(...corners);
  }
}

/** Share of the triangles whose middle lies inside of all planes, 0..1. */
export function keptShare(geometry: BufferGeometry, planes: readonly Plane[]): number {
  let kept = 0;
  let all = 0;
  const middle = new Vector3();
  eachTriangle(geometry, (a, b, c) => {
    middle.copy(a).add(b).add(c).divideScalar(3);
    all++;
    if (planes.every((plane) => plane.distanceToPoint(middle) >= 0)) kept++;
  });
  return all === 0 ? 0 : kept / all;
}

/** Faces so much askew do not belong to the side that is meant. */
const SAME_SIDE = Math.cos(Math.PI / 6);

/**
 * Which way a side of the model faces: the mean of the faces around a point, by area, so that one bumpy face does not decide.
 *
 * @param point, normal, radius in the geometry's frame
 * @param target where the direction is wanted
 * @returns unit vector
 */
export function facing(
  geometry: BufferGeometry,
  { point, normal, radius }: { readonly point: Vector3; readonly normal: Vector3; readonly radius: number },
  target: Matrix4,
): Vector3 {
  const sum = new Vector3();
  const cross = new Vector3();
  const edge = new Vector3();
  eachTriangle(geometry, (a, b, c) => {
    if (a.distanceTo(point) > radius && b.distanceTo(point) > radius && c.distanceTo(point) > radius) return;
    cross.subVectors(b, a).cross(edge.subVectors(c, a));
    const area = cross.length();
    if (area > 0 && cross.dot(normal) / area > SAME_SIDE) sum.add(cross);
  });
  return (sum.lengthSq() > 0 ? sum : normal.clone()).transformDirection(target);
}
