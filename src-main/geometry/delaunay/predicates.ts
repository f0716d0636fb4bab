/**
 * Exact signs of the two predicates of a 3D Delaunay triangulation: a floating-point evaluation whose error bound settles
 * nearly all cases, and Shewchuk's adaptive exact arithmetic (npm `robust-predicates`) for the rest.
 *
 * Based on: J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates, DCG 1997;
 * O. Devillers, S. Pion, Efficient Exact Geometric Predicates for Delaunay Triangulations, ALENEX 2003 (bounds from the largest
 * coordinate differences).
 */
import { insphere, orient3d } from 'robust-predicates';

const EPSILON = 2 ** -53;
/**
 * Bounds on the rounding error relative to the product of the largest differences, of degree 3 and 5. A forward analysis gives
 * about 46 and 1124 units of 2^-53 for the expressions below; twice that is used, at no measurable cost.
 */
const ORIENTATION_BOUND = 96 * EPSILON;
const IN_SPHERE_BOUND = 2400 * EPSILON;

/**
 * @param P Float64Array[n*3], points
 * @param a,b,c,d indices of points
 * @returns positive where (b-a) x (c-a) . (d-a) > 0, negative where it is < 0, 0 where the four points are exactly coplanar
 */
export function orientation(P: Float64Array, a: number, b: number, c: number, d: number): number {
  const dx = P[3 * d]!;
  const dy = P[3 * d + 1]!;
  const dz = P[3 * d + 2]!;
  const ax = P[3 * a]! - dx;
  const ay = P[3 * a + 1]! - dy;
  const az = P[3 * a + 2]! - dz;
  const bx = P[3 * b]! - dx;
  const by = P[3 * b + 1]! - dy;
  const bz = P[3 * b + 2]! - dz;
  const cx = P[3 * c]! - dx;
  const cy = P[3 * c + 1]! - dy;
  const cz = P[3 * c + 2]! - dz;
  const determinant = ax * (bz * cy - by * cz) + ay * (bx * cz - bz * cx) + az * (by * cx - bx * cy);
  const maxX = Math.max(Math.abs(ax), Math.abs(bx), Math.abs(cx));
  const maxY = Math.max(Math.abs(ay), Math.abs(by), Math.abs(cy));
  const maxZ = Math.max(Math.abs(az), Math.abs(bz), Math.abs(cz));
  const bound = ORIENTATION_BOUND * maxX * maxY * maxZ;
  if (determinant > bound || determinant < -bound) return determinant;
  return exactOrientation(P, a, b, c, d);
}

/**
 * @param P Float64Array[n*3], points
 * @param a,b,c,d indices of the corners of a tetrahedron of positive {@link orientation}
 * @param e index of the point asked for
 * @returns positive where e is inside the circumscribed sphere, negative outside, 0 exactly on it
 */
export function inSphere(P: Float64Array, a: number, b: number, c: number, d: number, e: number): number {
  const ex = P[3 * e]!;
  const ey = P[3 * e + 1]!;
  const ez = P[3 * e + 2]!;
  const ax = P[3 * a]! - ex;
  const ay = P[3 * a + 1]! - ey;
  const az = P[3 * a + 2]! - ez;
  const bx = P[3 * b]! - ex;
  const by = P[3 * b + 1]! - ey;
  const bz = P[3 * b + 2]! - ez;
  const cx = P[3 * c]! - ex;
  const cy = P[3 * c + 1]! - ey;
  const cz = P[3 * c + 2]! - ez;
  const dx = P[3 * d]! - ex;
  const dy = P[3 * d + 1]! - ey;
  const dz = P[3 * d + 2]! - ez;
  const ab = ax * by - bx * ay;
  const bc = bx * cy - cx * by;
  const cd = cx * dy - dx * cy;
  const da = dx * ay - ax * dy;
  const ac = ax * cy - cx * ay;
  const bd = bx * dy - dx * by;
  const abc = az * bc - bz * ac + cz * ab;
  const bcd = bz * cd - cz * bd + dz * bc;
  const cda = cz * da + dz * ac + az * cd;
  const dab = dz * ab + az * bd + bz * da;
  const liftA = ax * ax + ay * ay + az * az;
  const liftB = bx * bx + by * by + bz * bz;
  const liftC = cx * cx + cy * cy + cz * cz;
  const liftD = dx * dx + dy * dy + dz * dz;
  const determinant = liftC * dab - liftD * abc + (liftA * bcd - liftB * cda);
  const maxX = Math.max(Math.abs(ax), Math.abs(bx), Math.abs(cx), Math.abs(dx));
  const maxY = Math.max(Math.abs(ay), Math.abs(by), Math.abs(cy), Math.abs(dy));
  const maxZ = Math.max(Math.abs(az), Math.abs(bz), Math.abs(cz), Math.abs(dz));
  const largest = Math.max(maxX, maxY, maxZ);
  const bound = IN_SPHERE_BOUND * maxX * maxY * maxZ * largest * largest;
  if (determinant > bound || determinant < -bound) return determinant;
  return exactInSphere(P, a, b, c, d, e);
}

function exactOrientation(P: Float64Array, a: number, b: number, c: number, d: number): number {
  return -orient3d(
    P[3 * a]!,
    P[3 * a + 1]!,
    P[3 * a + 2]!,
    P[3 * b]!,
    P[3 * b + 1]!,
    P[3 * b + 2]!,
    P[3 * c]!,
    P[3 * c + 1]!,
    P[3 * c + 2]!,
    P[3 * d]!,
    P[3 * d + 1]!,
    P[3 * d + 2]!,
  );
}

function exactInSphere(P: Float64Array, a: number, b: number, c: number, d: number, e: number): number {
  return insphere(
    P[3 * a]!,
    P[3 * a + 1]!,
    P[3 * a + 2]!,
    P[3 * b]!,
    P[3 * b + 1]!,
    P[3 * b + 2]!,
    P[3 * c]!,
    P[3 * c + 1]!,
    P[3 * c + 2]!,
    P[3 * d]!,
    P[3 * d + 1]!,
    P[3 * d + 2]!,
    P[3 * e]!,
    P[3 * e + 1]!,
    P[3 * e + 2]!,
  );
}
