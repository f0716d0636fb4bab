import type { RigidTransform } from '../../src-shared/scene/conventions.js';
import { apply3, applyTransposed3, multiply3, transpose3 } from '../linalg/matrix3.js';

/** `R X + t`. */
export function transformPoint({ R, t }: RigidTransform, X: Float64Array): Float64Array {
  const out = apply3(R, X);
  for (let i = 0; i < 3; i++) out[i]! += t[i]!;
  return out;
}

/** `cFromA = cFromB bFromA`. */
export function compose(cFromB: RigidTransform, bFromA: RigidTransform): RigidTransform {
  return { R: multiply3(cFromB.R, bFromA.R), t: transformPoint(cFromB, bFromA.t) };
}

/** `aFromB` of `bFromA`. */
export function invert({ R, t }: RigidTransform): RigidTransform {
  return { R: transpose3(R), t: applyTransposed3(R, t).map((x) => -x) };
}

/** `cam2FromCam1` of two cameras of one world. */
export function relativeTransform(cam1FromWorld: RigidTransform, cam2FromWorld: RigidTransform): RigidTransform {
  return compose(cam2FromWorld, invert(cam1FromWorld));
}

/** Camera centre in the world, `C = -R^T t`. */
export function cameraCentre({ R, t }: RigidTransform): Float64Array {
  return applyTransposed3(R, t).map((x) => -x);
}
