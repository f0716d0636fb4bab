import type { Lens } from './capture-options.js';
import { cross, dot, scale, subtract, unit, type Vector } from './vector.js';

/** Diagonal of the 35 mm frame, mm. */
const FULL_FRAME_DIAGONAL_MM = 43.2666;

/** The true camera of a photo. Pixel (0.5, 0.5) is the middle of the first pixel. */
export interface TrueCamera {
  readonly lens: Lens;
  readonly focalPx: number;
  readonly center: Vector;
  /** The camera's axes in the world: right, down, forward. */
  readonly right: Vector;
  readonly down: Vector;
  readonly forward: Vector;
}

/** @param roll radians, clockwise as the photographer sees it */
export function lookAt(lens: Lens, center: Vector, target: Vector, roll: number): TrueCamera {
  const forward = unit(subtract(target, center));
  const level = unit(cross(forward, [0, 0, 1]));
  const below = cross(forward, level);
  const [c, s] = [Math.cos(roll), Math.sin(roll)];
  const right: Vector = [0, 1, 2].map((i) => c * level[i]! + s * below[i]!) as unknown as Vector;
  const down: Vector = [0, 1, 2].map((i) => c * below[i]! - s * level[i]!) as unknown as Vector;
  const focalPx = (lens.focal35mm / FULL_FRAME_DIAGONAL_MM) * Math.hypot(lens.width, lens.height);
  return { lens, focalPx, center, right, down, forward };
}

/** Where the middle ray of the lens meets the photo. */
export function principalPoint({ lens }: TrueCamera): [number, number] {
  return [lens.width * (0.5 + lens.offsetX), lens.height * 0.5 + lens.width * lens.offsetY];
}

/** Writes pixel u, v and depth of a world point to out; depth <= 0 behind the camera. */
export function photograph(camera: TrueCamera, x: number, y: number, z: number, out: Float64Array): void {
  const { lens, center, right, down, forward, focalPx } = camera;
  const [dx, dy, dz] = [x - center[0], y - center[1], z - center[2]];
  const depth = forward[0] * dx + forward[1] * dy + forward[2] * dz;
  const a = (right[0] * dx + right[1] * dy + right[2] * dz) / depth;
  const b = (down[0] * dx + down[1] * dy + down[2] * dz) / depth;
  const r2 = a * a + b * b;
  const bend = 1 + r2 * (lens.k1 + r2 * lens.k2);
  const [cx, cy] = principalPoint(camera);
  out[0] = cx + focalPx * a * bend;
  out[1] = cy + focalPx * b * bend;
  out[2] = depth;
}

/** Writes the direction (not unit: 1 along forward) of the ray through a pixel to out. */
export function rayThrough(camera: TrueCamera, u: number, v: number, out: Float64Array): void {
  const { lens, right, down, forward, focalPx } = camera;
  const [cx, cy] = principalPoint(camera);
  const bentA = (u - cx) / focalPx;
  const bentB = (v - cy) / focalPx;
  const bent = Math.sqrt(bentA * bentA + bentB * bentB);
  let radius = bent;
  // Newton on radius (1 + k1 radius^2 + k2 radius^4) = bent.
  for (let step = 0; step < 4; step++) {
    const r2 = radius * radius;
    const value = radius * (1 + r2 * (lens.k1 + r2 * lens.k2)) - bent;
    radius -= value / (1 + r2 * (3 * lens.k1 + r2 * 5 * lens.k2));
  }
  const straight = bent > 0 ? radius / bent : 1;
  const [a, b] = [bentA * straight, bentB * straight];
  for (let i = 0; i < 3; i++) out[i] = forward[i]! + a * right[i]! + b * down[i]!;
}

/** The camera's position in its own frame, negated: t of x_cam = R x_world + t, with the axes as the rows of R. */
export function translationOf(camera: TrueCamera): Vector {
  return [dot(camera.right, camera.center), dot(camera.down, camera.center), dot(camera.forward, camera.center)].map(
    (value) => -value,
  ) as unknown as Vector;
}

/** Point at a distance from the middle of the object. */
export function onSphere(azimuth: number, elevation: number, distance: number, middle: Vector): Vector {
  const flat = Math.cos(elevation);
  const direction: Vector = [flat * Math.cos(azimuth), flat * Math.sin(azimuth), Math.sin(elevation)];
  const offset = scale(direction, distance);
  return [middle[0] + offset[0], middle[1] + offset[1], middle[2] + offset[2]];
}
