import type { View } from '../../../../src-shared/scene/view.js';
import type { PlaneField } from '../../../kernels/patch-match/index.js';
import type { FilterOptions } from './depth-options.js';
import { type PixelRelation, relatePixels } from './relate-views.js';

/** A view and its inverse depths (Float32Array[h*w], 0 = unknown). */
export interface InverseDepthMap {
  readonly view: View;
  readonly inverseDepths: Float32Array;
}

/**
 * How many sources confirm each depth: the point, seen by the source, lies where the source's own depth says, within an error
 * in pixels (there and back) and a relative difference of depth.
 *
 * Based on: Schonberger et al., ECCV 2016, Sec. 4.3.
 *
 * @returns Uint8Array[h*w] each: sources that confirm, and sources in whose image the point lies
 */
export function countConfirming(
  reference: InverseDepthMap,
  sources: readonly InverseDepthMap[],
  options: Pick<FilterOptions, 'maxReprojectionErrorPx' | 'maxDepthDifference'>,
): { counts: Uint8Array; showing: Uint8Array } {
  const { view, inverseDepths } = reference;
  const counts = new Uint8Array(inverseDepths.length);
  const showing = new Uint8Array(inverseDepths.length);
  for (const source of sources) {
    const there = relatePixels(view, source.view);
    const back = relatePixels(source.view, view);
    for (let y = 0, i = 0; y < view.height; y++) {
      for (let x = 0; x < view.width; x++, i++) {
        const w = inverseDepths[i]!;
        if (w <= 0) continue;
        const answer = ask(there, back, source, x + 0.5, y + 0.5, w, options);
        if (answer >= SHOWS) showing[i]!++;
        if (answer === CONFIRMS) counts[i]!++;
      }
    }
  }
  return { counts, showing };
}

const UNSEEN = 0;
const SHOWS = 1;
const CONFIRMS = 2;

function ask(
  { A, b }: PixelRelation,
  { A: C, b: d }: PixelRelation,
  { view, inverseDepths }: InverseDepthMap,
  x: number,
  y: number,
  w: number,
  options: Pick<FilterOptions, 'maxReprojectionErrorPx' | 'maxDepthDifference'>,
): number {
  const z = A[6]! * x + A[7]! * y + A[8]! + b[2]! * w;
  if (z <= 0) return UNSEEN;
  const u = (A[0]! * x + A[1]! * y + A[2]! + b[0]! * w) / z;
  const v = (A[3]! * x + A[4]! * y + A[5]! + b[1]! * w) / z;
  if (!(u >= 0 && v >= 0 && u < view.width && v < view.height)) return UNSEEN;
  const found = inverseDepths[Math.floor(v) * view.width + Math.floor(u)]!;
  // The homogeneous z is the depth in the source over that in the reference.
  const expected = w / z;
  if (found <= 0 || Math.abs(found - expected) > options.maxDepthDifference * expected) return SHOWS;
  const backZ = C[6]! * u + C[7]! * v + C[8]! + d[2]! * found;
  if (backZ <= 0) return SHOWS;
  const ex = (C[0]! * u + C[1]! * v + C[2]! + d[0]! * found) / backZ - x;
  const ey = (C[3]! * u + C[4]! * v + C[5]! + d[1]! * found) / backZ - y;
  return ex * ex + ey * ey <= options.maxReprojectionErrorPx ** 2 ? CONFIRMS : SHOWS;
}

/** Sets to 0 the pieces of connected, continuous depth that are smaller than the limit. */
export function dropSmallSegments(
  inverseDepths: Float32Array,
  width: number,
  height: number,
  options: Pick<FilterOptions, 'minSegmentPixels' | 'segmentDepthDifference'>,
): void {
  const visited = new Uint8Array(inverseDepths.length);
  const stack = new Int32Array(inverseDepths.length);
  for (let seed = 0; seed < inverseDepths.length; seed++) {
    if (visited[seed] || inverseDepths[seed]! <= 0) continue;
    let count = 0;
    let open = 1;
    stack[0] = seed;
    visited[seed] = 1;
    // `stack` keeps all visited pixels of the segment: [0, count) done, [count, open) to do.
    while (count < open) {
      const at = stack[count++]!;
      const x = at % width;
      const w = inverseDepths[at]!;
      for (let side = 0; side < 4; side++) {
        const isOutside =
          side === 0 ? x === 0 : side === 1 ? x === width - 1 : side === 2 ? at < width : at >= width * (height - 1);
        if (isOutside) continue;
        const next = at + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        const other = inverseDepths[next]!;
        if (visited[next] || other <= 0) continue;
        if (Math.abs(other - w) > options.segmentDepthDifference * w) continue;
        visited[next] = 1;
        stack[open++] = next;
      }
    }
    if (count < options.minSegmentPixels) for (let i = 0; i < count; i++) inverseDepths[stack[i]!] = 0;
  }
}

/**
 * Depths and normals of planes.
 *
 * @returns depths Float32Array[h*w] (camera z, 0 where the inverse depth is 0), normals Float32Array[h*w*3] (unit, camera
 *   frame, facing the camera)
 */
export function depthsAndNormals(
  view: Pick<View, 'width' | 'height' | 'fx' | 'fy' | 'cx' | 'cy'>,
  { slopesX, slopesY }: Pick<PlaneField, 'slopesX' | 'slopesY'>,
  inverseDepths: Float32Array,
): { depths: Float32Array; normals: Float32Array } {
  const depths = new Float32Array(inverseDepths.length);
  const normals = new Float32Array(inverseDepths.length * 3);
  for (let y = 0, i = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++, i++) {
      const w = inverseDepths[i]!;
      if (w <= 0) continue;
      // Inverse depth is m . (x, y, 1); the normal is along -K^T m.
      const nx = -view.fx * slopesX[i]!;
      const ny = -view.fy * slopesY[i]!;
      const nz = -(w - slopesX[i]! * (x + 0.5 - view.cx) - slopesY[i]! * (y + 0.5 - view.cy));
      const length = Math.hypot(nx, ny, nz);
      depths[i] = 1 / w;
      normals[i * 3] = nx / length;
      normals[i * 3 + 1] = ny / length;
      normals[i * 3 + 2] = nz / length;
    }
  }
  return { depths, normals };
}
