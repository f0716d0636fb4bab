import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { View } from '../../../src-shared/scene/view.js';
import { readImageOrder } from '../../formats/colmap/read-binary-model.js';
import { decodePly } from '../../formats/ply/read-ply.js';
import type { FusedPoints } from '../../stages/4-mvs/3-fusion/fuse-view.js';
import { photoIdOf } from '../photos/prepare-photos.js';
import type { ColmapDenseFiles } from './dense-commands.js';

/** A view and its mask at the view's size, if it has one. */
export interface MaskedView {
  readonly view: View;
  readonly mask?: Uint8Array;
}

/**
 * COLMAP's fused points as ours: with the views that see each, and without those that fewer than `minViews` of our views see or that
 * a mask shuts out. In `fused.ply.vis` (`src/colmap/mvs/fusion.cc`) images are counted in the order of the workspace's own model.
 *
 * @throws TOOL_OUTPUT_UNREADABLE
 */
export async function readFusedPoints(
  { workspace, fused }: ColmapDenseFiles,
  views: readonly MaskedView[],
  minViews: number,
): Promise<FusedPoints> {
  try {
    const order = await readImageOrder(join(workspace, 'sparse'));
    const viewOf = new Map(views.map((masked) => [masked.view.photoId, masked]));
    const viewOfImage = order.map((name) => viewOf.get(photoIdOf(name)));
    const { positions, normals, colors } = decodePly(await readFile(fused));
    if (normals === undefined || colors === undefined) throw new RangeError('Points without normals or colours.');
    const seenBy = visibilityOf(await readFile(`${fused}.vis`), positions.length / 3);
    return select(
      { positions, normals, colors },
      (point) => seenBy[point]!.map((image) => viewOfImage[image]),
      minViews,
    );
  } catch (cause) {
    if (cause instanceof StudioError && cause.code !== 'MODEL_UNREADABLE') throw cause;
    const message = 'COLMAP wrote dense points that cannot be read.';
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message, cause });
  }
}

/** Images that see each point: a count, and for each point its own count and that many indices. */
function visibilityOf(bytes: Buffer, points: number): readonly (readonly number[])[] {
  if (Number(bytes.readBigUInt64LE(0)) !== points) throw new RangeError('Points and their images differ in number.');
  let at = 8;
  const next = () => {
    at += 4;
    return bytes.readUInt32LE(at - 4);
  };
  return Array.from({ length: points }, () => Array.from({ length: next() }, next));
}

interface Points {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly colors: Uint8Array;
}

/** More views tell no more about a point, and their number is kept in a byte. */
const MAX_VIEWS = 255;

function select(
  { positions, normals, colors }: Points,
  viewsOf: (point: number) => readonly (MaskedView | undefined)[],
  minViews: number,
): FusedPoints {
  const kept: number[] = [];
  const footprints: number[] = [];
  const viewCounts: number[] = [];
  const viewPhotoIds: number[] = [];
  for (let point = 0; point < positions.length / 3; point++) {
    const X = positions.subarray(point * 3, point * 3 + 3);
    const views = new Set(viewsOf(point).filter((view) => view !== undefined));
    const seen = [...views].slice(0, MAX_VIEWS).map(({ view, mask }) => ({ view, ...placeIn(view, mask, X) }));
    if (seen.length < minViews || seen.some(({ isOut }) => isOut)) continue;
    kept.push(point);
    footprints.push(Math.min(...seen.map(({ view, depth }) => depth / view.fx)));
    viewCounts.push(seen.length);
    viewPhotoIds.push(...seen.map(({ view }) => view.photoId).sort((a, b) => a - b));
  }
  const gather = (from: Float32Array | Uint8Array) =>
    kept.flatMap((point) => [from[point * 3]!, from[point * 3 + 1]!, from[point * 3 + 2]!]);
  return {
    count: kept.length,
    positions: Float32Array.from(gather(positions)),
    normals: Float32Array.from(gather(normals)),
    colors: Uint8Array.from(gather(colors)),
    footprints: Float32Array.from(footprints),
    viewCounts: Uint8Array.from(viewCounts),
    viewPhotoIds: Uint16Array.from(viewPhotoIds),
  };
}

/** Where a view sees a point; out is behind the camera or where the mask is black. */
function placeIn(view: View, mask: Uint8Array | undefined, X: Float32Array) {
  const { R, t } = view.camFromWorld;
  const [x, y, depth] = [0, 1, 2].map(
    (row) => R[row * 3]! * X[0]! + R[row * 3 + 1]! * X[1]! + R[row * 3 + 2]! * X[2]! + t[row]!,
  ) as [number, number, number];
  if (depth <= 0) return { depth, isOut: true };
  const column = Math.floor((view.fx * x) / depth + view.cx);
  const row = Math.floor((view.fy * y) / depth + view.cy);
  const isInside = column >= 0 && row >= 0 && column < view.width && row < view.height;
  return { depth, isOut: isInside && mask?.[row * view.width + column] === 0 };
}
