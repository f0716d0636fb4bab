import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { apply3, cross3, determinant3, multiply3, normalize3, transpose3 } from '../linalg/matrix3.js';
import { svd3 } from '../linalg/svd3.js';

/** Singular values closer to equal than this (relative) are those of a rotation. */
const ROTATION_TOLERANCE = 1e-9;

/**
 * The relative poses that a homography of a plane allows: H ~ R + t n^T / d.
 *
 * Based on: Ma, Soatto, Kosecka & Sastry, An Invitation to 3-D Vision, 2004, sec. 5.3.3 (Eq. 5.44-5.48). Of the four solutions
 * (R1, t1), (R1, -t1), (R2, t2), (R2, -t2) those with the plane's points in front of both cameras are possible: mostly one,
 * sometimes two (Longuet-Higgins 1986), which only points off the plane can tell apart.
 *
 * @param H Float64Array[9], x2 ~ H x1 of normalised image points
 * @returns four poses with |t| = 1; none where H is a rotation (no baseline)
 */
export function posesFromHomography(H: Float64Array): RigidTransform[] {
  const { s, V } = svd3(H);
  const [s1, s2, s3] = [s[0]! / s[1]!, s[1]!, s[2]! / s[1]!];
  const spread = s1 * s1 - s3 * s3;
  if (!(spread > ROTATION_TOLERANCE)) return [];
  const sign = determinant3(H) < 0 ? -1 : 1;
  const G = H.map((x) => (sign * x) / s2); // Eq. 5.44: the second singular value is 1, the determinant positive
  const orientation = determinant3(V) < 0 ? -1 : 1;
  const v1 = Float64Array.of(V[0]!, V[3]!, V[6]!);
  const v2 = Float64Array.of(V[1]!, V[4]!, V[7]!);
  const v3 = Float64Array.of(V[2]!, V[5]!, V[8]!).map((x) => orientation * x);
  const a = Math.sqrt(Math.max(0, 1 - s3 * s3) / spread);
  const b = Math.sqrt(Math.max(0, s1 * s1 - 1) / spread);
  const poses: RigidTransform[] = [];
  for (const side of [1, -1]) {
    const u = v1.map((x, i) => a * x + side * b * v3[i]!); // Eq. 5.46
    const n = cross3(v2, u);
    const Gv2 = apply3(G, v2);
    const Gu = apply3(G, u);
    const R = multiply3(columns(Gv2, Gu, cross3(Gv2, Gu)), transpose3(columns(v2, u, n)));
    const t = normalize3(
      apply3(
        Float64Array.from(G, (x, i) => x - R[i]!),
        n,
      ),
    );
    poses.push({ R, t }, { R, t: t.map((x) => -x) });
  }
  return poses;
}

const columns = (a: Float64Array, b: Float64Array, c: Float64Array) => transpose3(Float64Array.of(...a, ...b, ...c));
