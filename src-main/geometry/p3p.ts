import { cofactors3, determinant3, inverse3, multiply3 } from '../linalg/matrix3.js';
import { cubicRoots, quadraticRoots } from '../linalg/polynomial-roots.js';

/** Largest number of poses of {@link solveP3p}. */
export const P3P_MAX_SOLUTIONS = 4;

/**
 * Camera pose from three world points and their rays.
 *
 * Based on: Persson & Nordberg, Lambda Twist: An Accurate Fast Robust Perspective Three Point (P3P) Solver, ECCV 2018. With
 * the depths l along the rays, |l_i y_i - l_j y_j|^2 = a_ij:
 * 1. two homogeneous quadratic forms in l, D1 and D2, by eliminating the scale (Eq. 6-8);
 * 2. a singular member D1 + g D2 of their pencil, g root of a cubic (Eq. 9), is a pair of planes (Eq. 12-13);
 * 3. each plane cuts the other form in up to two directions of l;
 * 4. scale, positive depths, Gauss-Newton on the three distances (sec. 3.5);
 * 5. pose from the two triangles.
 * Deviations: of the real roots g, the one whose planes are best conditioned is taken, and a plane is given by an orthonormal
 * basis rather than solved for l1, so that no configuration divides by a vanishing coefficient.
 *
 * @param rays Float64Array[9], three unit rays in the camera frame
 * @param points Float64Array[9], three points, world
 * @param poses receives R (9) and t (3) of camFromWorld for each solution, at multiples of 12
 * @returns the number of solutions, 0 to 4; 0 for collinear points or equal rays
 */
export function solveP3p(rays: Float64Array, points: Float64Array, poses: Float64Array): number {
  const c12 = dotAt(rays, 0, 3);
  const c13 = dotAt(rays, 0, 6);
  const c23 = dotAt(rays, 3, 6);
  const a12 = squaredDistance(points, 0, 3);
  const a13 = squaredDistance(points, 0, 6);
  const a23 = squaredDistance(points, 3, 6);
  if (!isTriangle(points, a12, a13, a23)) return 0;
  const side = a12 + a13 + a23;

  // Eq. 6-8, scaled: D1 = (M12 a23 - M23 a12) / side, D2 = (M13 a23 - M23 a13) / side
  setSymmetric(D1, a23, a23 - a12, -a12, -c12 * a23, 0, c23 * a12, side);
  setSymmetric(D2, a23, -a13, a23 - a13, 0, -c13 * a23, c23 * a13, side);
  const g = bestPencilRoot();
  if (g === undefined) return 0;

  // The form to cut is the one that does not vanish with the pencil member.
  const form = Math.abs(g) < 1 ? D2 : D1;
  let count = 0;
  for (let plane = 0; plane < 2; plane++) {
    setPlane(plane === 0 ? 1 : -1);
    const directions = cutPlane(form);
    for (let k = 0; k < directions; k++) {
      for (let i = 0; i < 3; i++) depths[i] = cuts[k * 2]! * basis[i]! + cuts[k * 2 + 1]! * basis[3 + i]!;
      if (!scaleDepths(c12, c13, c23, side)) continue;
      if (!polishDepths(c12, c13, c23, a12, a13, a23)) continue;
      writePose(rays, points, poses, count * 12);
      count++;
    }
  }
  return count;
}

const D1 = new Float64Array(9);
const D2 = new Float64Array(9);
const D0 = new Float64Array(9);
const cofactors = new Float64Array(9);
const roots = new Float64Array(3);
const pencil = { sigma1: 0, sigma2: 0 };
const e1 = new Float64Array(3);
const e2 = new Float64Array(3);
const normal = new Float64Array(3);
const basis = new Float64Array(6);
const cuts = new Float64Array(4);
const depths = new Float64Array(3);

const dotAt = (v: Float64Array, i: number, j: number) => v[i]! * v[j]! + v[i + 1]! * v[j + 1]! + v[i + 2]! * v[j + 2]!;
const squaredDistance = (v: Float64Array, i: number, j: number) =>
  (v[i]! - v[j]!) ** 2 + (v[i + 1]! - v[j + 1]!) ** 2 + (v[i + 2]! - v[j + 2]!) ** 2;

/** Whether the points span a triangle (area above 1e-7 of the squared sides). */
function isTriangle(p: Float64Array, a12: number, a13: number, a23: number): boolean {
  const [ux, uy, uz] = [p[3]! - p[0]!, p[4]! - p[1]!, p[5]! - p[2]!];
  const [vx, vy, vz] = [p[6]! - p[0]!, p[7]! - p[1]!, p[8]! - p[2]!];
  const area = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
  return area > 1e-7 * Math.max(a12, a13, a23);
}

function setSymmetric(
  D: Float64Array,
  d11: number,
  d22: number,
  d33: number,
  d12: number,
  d13: number,
  d23: number,
  divisor: number,
): void {
  D[0] = d11 / divisor;
  D[4] = d22 / divisor;
  D[8] = d33 / divisor;
  D[1] = D[3] = d12 / divisor;
  D[2] = D[6] = d13 / divisor;
  D[5] = D[7] = d23 / divisor;
}

/** Eq. 9: det(D1 + g D2) = 0. Takes the real root whose pair of planes is real and best conditioned; sets `pencil`, e1, e2. */
function bestPencilRoot(): number | undefined {
  cofactors3(D1, cofactors);
  let linear = 0;
  for (let i = 0; i < 9; i++) linear += cofactors[i]! * D2[i]!;
  cofactors3(D2, cofactors);
  let quadratic = 0;
  for (let i = 0; i < 9; i++) quadratic += cofactors[i]! * D1[i]!;
  const count = cubicRoots(determinant3(D2), quadratic, linear, determinant3(D1), roots);
  let best: number | undefined;
  let bestQuality = 0;
  for (let k = 0; k < count; k++) {
    const { sigma1, sigma2, size } = pencilEigenvalues(roots[k]!);
    const quality = (-sigma1 * sigma2) / (size * size);
    if (quality > bestQuality) {
      bestQuality = quality;
      best = roots[k]!;
      pencil.sigma1 = sigma1;
      pencil.sigma2 = sigma2;
    }
  }
  if (best === undefined) return undefined;
  pencilEigenvalues(best);
  setEigenvector(pencil.sigma1, e1);
  setEigenvector(pencil.sigma2, e2);
  return best;
}

/** The two eigenvalues of D0 = D1 + g D2 besides 0: roots of s^2 - trace s + sum of principal minors (Eq. 10). */
function pencilEigenvalues(g: number): { sigma1: number; sigma2: number; size: number } {
  for (let i = 0; i < 9; i++) D0[i] = D1[i]! + g * D2[i]!;
  cofactors3(D0, cofactors);
  const trace = D0[0]! + D0[4]! + D0[8]!;
  const minors = cofactors[0]! + cofactors[4]! + cofactors[8]!;
  const root = Math.sqrt(Math.max(0, trace * trace - 4 * minors));
  const sigma1 = 0.5 * (trace + (trace < 0 ? -root : root));
  const sigma2 = sigma1 === 0 ? 0 : minors / sigma1;
  return { sigma1, sigma2, size: Math.max(Math.abs(sigma1), Math.abs(sigma2), 1e-300) };
}

/** Unit eigenvector of D0: the largest row of the cofactors of D0 - sigma I. */
function setEigenvector(sigma: number, out: Float64Array): void {
  for (let i = 0; i < 9; i += 4) D0[i]! -= sigma;
  cofactors3(D0, cofactors);
  for (let i = 0; i < 9; i += 4) D0[i]! += sigma;
  let best = 0;
  let bestSize = -1;
  for (let row = 0; row < 3; row++) {
    const size = cofactors[row * 3]! ** 2 + cofactors[row * 3 + 1]! ** 2 + cofactors[row * 3 + 2]! ** 2;
    if (size > bestSize) {
      bestSize = size;
      best = row;
    }
  }
  const scale = bestSize > 0 ? 1 / Math.sqrt(bestSize) : 0;
  for (let i = 0; i < 3; i++) out[i] = cofactors[best * 3 + i]! * scale;
}

/** Eq. 12-13: sigma1 (e1 l)^2 + sigma2 (e2 l)^2 = 0 is the planes e1 = +-s e2. Sets an orthonormal basis of one. */
function setPlane(sign: number): void {
  const s = sign * Math.sqrt(Math.max(0, -pencil.sigma2 / pencil.sigma1));
  for (let i = 0; i < 3; i++) normal[i] = e1[i]! - s * e2[i]!;
  const length = Math.hypot(normal[0]!, normal[1]!, normal[2]!);
  const [nx, ny, nz] = [normal[0]! / length, normal[1]! / length, normal[2]! / length];
  // Duff et al., Building an orthonormal basis, revisited, JCGT 2017.
  const flip = nz < 0 ? -1 : 1;
  const a = -1 / (flip + nz);
  const b = nx * ny * a;
  basis[0] = 1 + flip * nx * nx * a;
  basis[1] = flip * b;
  basis[2] = -flip * nx;
  basis[3] = b;
  basis[4] = flip + ny * ny * a;
  basis[5] = -ny;
}

/** Directions (a, b) in the plane's basis where the form vanishes; written to `cuts`. */
function cutPlane(D: Float64Array): number {
  const uu = formValue(D, 0, 0);
  const uv = formValue(D, 0, 3);
  const vv = formValue(D, 3, 3);
  // Solved for the ratio whose leading coefficient is larger.
  const isSwapped = Math.abs(uu) < Math.abs(vv);
  const count = isSwapped ? quadraticRoots(vv, 2 * uv, uu, roots) : quadraticRoots(uu, 2 * uv, vv, roots);
  for (let k = 0; k < count; k++) {
    cuts[k * 2] = isSwapped ? 1 : roots[k]!;
    cuts[k * 2 + 1] = isSwapped ? roots[k]! : 1;
  }
  return count;
}

function formValue(D: Float64Array, i: number, j: number): number {
  let sum = 0;
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) sum += basis[i + row]! * D[row * 3 + column]! * basis[j + column]!;
  }
  return sum;
}

/** Scales `depths` to the triangle's size and makes them positive; false where that cannot be. */
function scaleDepths(c12: number, c13: number, c23: number, side: number): boolean {
  const [l1, l2, l3] = [depths[0]!, depths[1]!, depths[2]!];
  const size = 2 * (l1 * l1 + l2 * l2 + l3 * l3 - c12 * l1 * l2 - c13 * l1 * l3 - c23 * l2 * l3);
  if (!(size > 0)) return false;
  const scale = Math.sqrt(side / size) * (l1 < 0 ? -1 : 1);
  for (let i = 0; i < 3; i++) depths[i]! *= scale;
  return depths[0]! > 0 && depths[1]! > 0 && depths[2]! > 0;
}

/** Gauss-Newton on the three distances; false where it does not reach them (a spurious cut). */
function polishDepths(c12: number, c13: number, c23: number, a12: number, a13: number, a23: number): boolean {
  const largest = Math.max(a12, a13, a23);
  let residual = 0;
  for (let iteration = 0; iteration < 6; iteration++) {
    const [l1, l2, l3] = [depths[0]!, depths[1]!, depths[2]!];
    const r1 = l1 * l1 + l2 * l2 - 2 * c12 * l1 * l2 - a12;
    const r2 = l1 * l1 + l3 * l3 - 2 * c13 * l1 * l3 - a13;
    const r3 = l2 * l2 + l3 * l3 - 2 * c23 * l2 * l3 - a23;
    residual = Math.abs(r1) + Math.abs(r2) + Math.abs(r3);
    if (residual < 1e-15 * largest) break;
    // Jacobian [p q 0; u 0 w; 0 y z] / 2, solved by Cramer's rule.
    const p = l1 - c12 * l2;
    const q = l2 - c12 * l1;
    const u = l1 - c13 * l3;
    const w = l3 - c13 * l1;
    const y = l2 - c23 * l3;
    const z = l3 - c23 * l2;
    const determinant = -2 * (p * w * y + q * u * z);
    if (determinant === 0) break;
    depths[0] = l1 - (-w * y * r1 - q * z * r2 + q * w * r3) / determinant;
    depths[1] = l2 - (-u * z * r1 + p * z * r2 - p * w * r3) / determinant;
    depths[2] = l3 - (u * y * r1 - p * y * r2 - q * u * r3) / determinant;
  }
  return residual < 1e-9 * largest && depths[0]! > 0 && depths[1]! > 0 && depths[2]! > 0;
}

const worldFrame = new Float64Array(9);
const cameraFrame = new Float64Array(9);

/** R maps two sides and the normal of the world's triangle to the camera's; t = l1 y1 - R x1. */
function writePose(rays: Float64Array, points: Float64Array, poses: Float64Array, at: number): void {
  for (let i = 0; i < 3; i++) {
    const first = depths[0]! * rays[i]!;
    cameraFrame[i * 3] = first - depths[1]! * rays[3 + i]!;
    cameraFrame[i * 3 + 1] = first - depths[2]! * rays[6 + i]!;
    worldFrame[i * 3] = points[i]! - points[3 + i]!;
    worldFrame[i * 3 + 1] = points[i]! - points[6 + i]!;
  }
  setNormal(cameraFrame);
  setNormal(worldFrame);
  const R = multiply3(cameraFrame, inverse3(worldFrame));
  for (let i = 0; i < 9; i++) poses[at + i] = R[i]!;
  for (let i = 0; i < 3; i++) {
    const rotated = R[i * 3]! * points[0]! + R[i * 3 + 1]! * points[1]! + R[i * 3 + 2]! * points[2]!;
    poses[at + 9 + i] = depths[0]! * rays[i]! - rotated;
  }
}

/** Third column: cross product of the first two. */
function setNormal(M: Float64Array): void {
  M[2] = M[3]! * M[7]! - M[6]! * M[4]!;
  M[5] = M[6]! * M[1]! - M[0]! * M[7]!;
  M[8] = M[0]! * M[4]! - M[3]! * M[1]!;
}
