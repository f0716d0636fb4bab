import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { project, unproject } from '../../../geometry/camera-projection.js';
import { type DepthBuffer, emptyDepthBuffer, rasterize } from '../../../geometry/rasterize.js';
import { markDepthEdges, spreadDistances } from './edge-distances.js';

/** A registered photo at its working size. Plain data, so that it can be sent to a worker. */
export interface PhotoView {
  readonly photo: {
    readonly path: string;
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly maskPath?: string;
  };
  /** Working size, pixels. */
  readonly width: number;
  readonly height: number;
  /** Lens vector (`geometry/camera-projection.ts`) at the working size. */
  readonly lens: Float64Array;
  /** World to camera: row-major rotation (9), translation (3). */
  readonly camFromWorld: Float64Array;
}

/**
 * What a photo sees of the surface. Visibility is found in an ideal pinhole image with the photo's focal length and principal
 * point, large enough for all that the lens images: there straight edges are straight, so triangles of any size are drawn exactly.
 */
export interface SurfaceView {
  readonly view: PhotoView;
  /** Pinhole pixel (fx x + cx, fy y + cy) of the corner of the depth buffer. */
  readonly left: number;
  readonly top: number;
  readonly depth: DepthBuffer;
  /**
   * Uint16Array[h*w], distance of each pixel from the nearest one that must not be used (no surface, outside the mask or the photo,
   * a depth discontinuity), in thirds of a pixel; 0 at those themselves.
   */
  readonly safety: Uint16Array;
}

/** @param mask Uint8Array[h*w] at the view's working size, 255 in; undefined: all of the photo is object */
export function observeSurface(mesh: Mesh, view: PhotoView, mask: Uint8Array | undefined): SurfaceView {
  const bounds = pinholeBounds(view);
  const depth = emptyDepthBuffer(bounds.width, bounds.height);
  rasterize(depth, pinholeVertices(mesh.positions, view, bounds), mesh.indices);
  const safety = new Uint16Array(bounds.width * bounds.height).fill(FAR);
  markOutside(safety, depth, view, bounds, mask);
  markDepthEdges(safety, depth, DEPTH_STEP_PX / view.lens[0]!);
  spreadDistances(safety, bounds.width, bounds.height);
  return { view, left: bounds.left, top: bounds.top, depth, safety };
}

/** A depth step of so many pixels' width is a discontinuity. */
const DEPTH_STEP_PX = 8;
const FAR = 0xffff;
/** The pinhole image of a wide lens is cut off at so many times the photo's size: beyond, rays are too oblique to be of use. */
const MAX_WINDOW = 1.5;

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The pinhole pixels of everything that the photo shows. */
function pinholeBounds({ lens, width, height }: PhotoView): Bounds {
  const [fx, fy, cx, cy] = lens as unknown as [number, number, number, number];
  let left = 0;
  let top = 0;
  let right = width;
  let bottom = height;
  const ray = new Float64Array(2);
  const steps = 32;
  for (let i = 0; i <= steps; i++) {
    const share = i / steps;
    for (const [u, v] of [
      [share * width, 0],
      [share * width, height],
      [0, share * height],
      [width, share * height],
    ] as const) {
      if (!unproject(lens, 0, u, v, ray, 0)) continue;
      left = Math.min(left, fx * ray[0]! + cx);
      right = Math.max(right, fx * ray[0]! + cx);
      top = Math.min(top, fy * ray[1]! + cy);
      bottom = Math.max(bottom, fy * ray[1]! + cy);
    }
  }
  const spareX = ((MAX_WINDOW - 1) / 2) * width;
  const spareY = ((MAX_WINDOW - 1) / 2) * height;
  left = Math.floor(Math.max(left, -spareX));
  top = Math.floor(Math.max(top, -spareY));
  return {
    left,
    top,
    width: Math.ceil(Math.min(right, width + spareX)) - left,
    height: Math.ceil(Math.min(bottom, height + spareY)) - top,
  };
}

function pinholeVertices(positions: Float32Array, { lens, camFromWorld: T }: PhotoView, { left, top }: Bounds) {
  const count = positions.length / 3;
  const pixels = new Float64Array(count * 2);
  const inverseDepths = new Float64Array(count);
  const [fx, fy, cx, cy] = lens as unknown as [number, number, number, number];
  for (let i = 0; i < count; i++) {
    const x = positions[i * 3]!;
    const y = positions[i * 3 + 1]!;
    const z = positions[i * 3 + 2]!;
    const Z = T[6]! * x + T[7]! * y + T[8]! * z + T[11]!;
    if (!(Z > 0)) continue;
    const inverse = 1 / Z;
    inverseDepths[i] = inverse;
    pixels[i * 2] = fx * (T[0]! * x + T[1]! * y + T[2]! * z + T[9]!) * inverse + cx - left;
    pixels[i * 2 + 1] = fy * (T[3]! * x + T[4]! * y + T[5]! * z + T[10]!) * inverse + cy - top;
  }
  return { pixels, inverseDepths };
}

/** Zeroes the pixels without surface, outside the photo, or outside the mask. */
function markOutside(
  safety: Uint16Array,
  depth: DepthBuffer,
  view: PhotoView,
  bounds: Bounds,
  mask: Uint8Array | undefined,
): void {
  const pixel = new Float64Array(2);
  for (let y = 0; y < bounds.height; y++) {
    for (let x = 0; x < bounds.width; x++) {
      const i = y * bounds.width + x;
      if (depth.faces[i] === -1) {
        safety[i] = 0;
        continue;
      }
      distort(view.lens, x + 0.5 + bounds.left, y + 0.5 + bounds.top, pixel);
      const u = Math.floor(pixel[0]!);
      const v = Math.floor(pixel[1]!);
      const isInside = u > 0 && v > 0 && u < view.width - 1 && v < view.height - 1;
      if (!isInside || (mask !== undefined && mask[v * view.width + u] === 0)) safety[i] = 0;
    }
  }
}

/** The pixel of the photo that shows what the ideal pinhole shows at (u, v). */
export function distort(lens: Float64Array, u: number, v: number, pixel: Float64Array): void {
  if (lens[4] === 0 && lens[5] === 0 && lens[6] === 0 && lens[7] === 0 && lens[8] === 0) {
    pixel[0] = u;
    pixel[1] = v;
    return;
  }
  project(lens, 0, (u - lens[2]!) / lens[0]!, (v - lens[3]!) / lens[1]!, 1, pixel, 0);
}
