import type { SurfaceView } from './observe-surface.js';

/** How well a view sees a point, and where. */
export interface Sight {
  /** 0: not at all; else the view's weight for this point: (pixels per world unit along the surface)^2 times the safety ramp. */
  weight: number;
  /** Pinhole pixel in the depth buffer's frame. */
  u: number;
  v: number;
}

/** A point must be at least so many pixels from background, discontinuities and borders. */
const MIN_SAFETY_PX = 1;
/** From so many pixels on a view has its full weight. */
const FULL_SAFETY_PX = 8;
/** A surface seen at a flatter angle than this is not used: 80 degrees. */
const MIN_COSINE = Math.cos((80 * Math.PI) / 180);
/** A point may lie behind the depth buffer by so many pixels' width. */
const DEPTH_TOLERANCE_PX = 3;

/**
 * Looks for the point in a view.
 *
 * @param nx unit normal of the surface there, world
 */
export function look(
  surface: SurfaceView,
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  sight: Sight,
): void {
  sight.weight = 0;
  const { lens, camFromWorld: T } = surface.view;
  const Z = T[6]! * x + T[7]! * y + T[8]! * z + T[11]!;
  if (!(Z > 0)) return;
  const X = T[0]! * x + T[1]! * y + T[2]! * z + T[9]!;
  const Y = T[3]! * x + T[4]! * y + T[5]! * z + T[10]!;
  const NX = T[0]! * nx + T[1]! * ny + T[2]! * nz;
  const NY = T[3]! * nx + T[4]! * ny + T[5]! * nz;
  const NZ = T[6]! * nx + T[7]! * ny + T[8]! * nz;
  const distance = Math.sqrt(X * X + Y * Y + Z * Z);
  const cosine = -(X * NX + Y * NY + Z * NZ) / distance;
  if (cosine < MIN_COSINE) return;
  const u = (lens[0]! * X) / Z + lens[2]! - surface.left;
  const v = (lens[1]! * Y) / Z + lens[3]! - surface.top;
  const { width, height, inverseDepths } = surface.depth;
  if (!(u >= 1 && v >= 1 && u < width - 1 && v < height - 1)) return;
  const safety = surface.safety[Math.floor(v) * width + Math.floor(u)]! / 3;
  if (safety < MIN_SAFETY_PX) return;
  // Compared with the farthest of the four pixel centres around it, so that a slanted surface does not hide itself.
  const i = Math.floor(v - 0.5) * width + Math.floor(u - 0.5);
  const farthest = Math.min(
    inverseDepths[i]!,
    inverseDepths[i + 1]!,
    inverseDepths[i + width]!,
    inverseDepths[i + width + 1]!,
  );
  if (1 / Z < farthest * (1 - DEPTH_TOLERANCE_PX / lens[0]!)) return;
  const ramp = Math.min(1, safety / FULL_SAFETY_PX);
  const pixelsPerUnit = (lens[0]! * cosine) / distance;
  sight.weight = pixelsPerUnit * pixelsPerUnit * ramp * ramp;
  sight.u = u;
  sight.v = v;
}
