/**
 * Distance fields of simple solids: negative inside, about the distance to the surface near it (gradient near 1). Only their
 * zero set counts: the mesh that is made from it is what gets rendered.
 */

/**
 * Ellipsoid around the origin with the given radii; first-order distance (Taubin 1994), inside no deeper than the least radius:
 * in the middle plane of a flat ellipsoid the first order leads to the far rim.
 */
export function ellipsoid(x: number, y: number, z: number, rx: number, ry: number, rz: number): number {
  const a = x / rx;
  const b = y / ry;
  const c = z / rz;
  const level = Math.sqrt(a * a + b * b + c * c);
  const gradient = Math.sqrt((a * a) / (rx * rx) + (b * b) / (ry * ry) + (c * c) / (rz * rz));
  const deepest = -Math.min(rx, ry, rz);
  return gradient < 1e-9 ? deepest : Math.max(deepest, (level * (level - 1)) / gradient);
}

/** A polyline with a radius at each of its points, in between interpolated: limbs, trunks, handles. */
export interface Limb {
  /** x, y, z, radius of each point, one after the other. */
  readonly points: Float64Array;
  /** Of a sphere around it. */
  readonly center: readonly [number, number, number];
  readonly radius: number;
}

export function makeLimb(points: readonly (readonly [x: number, y: number, z: number, radius: number])[]): Limb {
  const middle = (axis: 0 | 1 | 2) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const center = [middle(0), middle(1), middle(2)] as const;
  const radius = Math.max(...points.map(([x, y, z, r]) => Math.hypot(x - center[0], y - center[1], z - center[2]) + r));
  return { points: Float64Array.from(points.flat()), center, radius };
}

/** Farther from a limb's sphere than this, the distance to the sphere will do: no seam is that wide. */
const FAR = 0.15;

/** @returns distance to the limb, its segments rounded into one another by `blend` */
export function limb(x: number, y: number, z: number, { points, center, radius }: Limb, blend = 0): number {
  const cx = x - center[0];
  const cy = y - center[1];
  const cz = z - center[2];
  const bound = Math.sqrt(cx * cx + cy * cy + cz * cz) - radius;
  if (bound > FAR) return bound;
  let distance = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 4 < points.length; i += 4) {
    const dx = points[i + 4]! - points[i]!;
    const dy = points[i + 5]! - points[i + 1]!;
    const dz = points[i + 6]! - points[i + 2]!;
    const px = x - points[i]!;
    const py = y - points[i + 1]!;
    const pz = z - points[i + 2]!;
    const t = Math.min(1, Math.max(0, (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz)));
    const ex = px - t * dx;
    const ey = py - t * dy;
    const ez = pz - t * dz;
    const thickness = points[i + 3]! + t * (points[i + 7]! - points[i + 3]!);
    distance = union(distance, Math.sqrt(ex * ex + ey * ey + ez * ez) - thickness, blend);
  }
  return distance;
}

/** Box around the origin with the given half sides and rounded edges. */
export function roundedBox(x: number, y: number, z: number, hx: number, hy: number, hz: number, round: number): number {
  const qx = Math.abs(x) - hx + round;
  const qy = Math.abs(y) - hy + round;
  const qz = Math.abs(z) - hz + round;
  const ox = Math.max(qx, 0);
  const oy = Math.max(qy, 0);
  const oz = Math.max(qz, 0);
  const outside = Math.sqrt(ox * ox + oy * oy + oz * oz);
  return outside + Math.min(Math.max(qx, qy, qz), 0) - round;
}

/** Union whose seam is filled where both are within `blend` of each other. */
export function union(a: number, b: number, blend = 0): number {
  const overlap = blend - Math.abs(a - b);
  const least = Math.min(a, b);
  return overlap > 0 ? least - (overlap * overlap) / (4 * blend) : least;
}
