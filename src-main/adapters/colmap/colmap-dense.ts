import { mkdir, rm } from 'node:fs/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { QUALITY_TIERS } from '../../../src-shared/pipeline/quality-tiers.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { View } from '../../../src-shared/scene/view.js';
import { writeBinaryModel } from '../../formats/colmap/write-binary-model.js';
import { limitedSize } from '../../formats/image/decode-photo.js';
import { encodePly } from '../../formats/ply/write-ply.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import type { FusionOutput } from '../../stages/4-mvs/3-fusion/fusion.js';
import { thinPoints } from '../../stages/4-mvs/3-fusion/thin-points.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import { preparePhotos } from '../photos/prepare-photos.js';
import type { ColmapProgram } from './colmap-program.js';
import type { ColmapNews } from './colmap-progress.js';
import { type ColmapDenseFiles, denseFilesIn, estimateDepth, fuseDepth, undistortImages } from './dense-commands.js';
import { type MaskedView, readFusedPoints } from './fused-points.js';
import { runColmap } from './run-colmap.js';

export interface ColmapDenseInput {
  readonly photos: readonly Photo[];
  readonly views: readonly View[];
  /** Sparse model file. */
  readonly model: WorkspacePath;
  /** One with CUDA. */
  readonly colmap: ColmapProgram;
}

export interface ColmapDenseOptions {
  /** Depth is computed of images reduced to at most so many pixels. */
  readonly maxPixels: number;
  /** Fewest views that must agree on a point. */
  readonly minViews: number;
  /** One point is kept in a cell of so many footprints; cells grow until at most `maxPoints` remain. */
  readonly cellFootprints: number;
  readonly maxPoints: number;
}

/** Shares of the stage's time, about, at which its steps end. */
const PREPARED = 0.05;
const UNDISTORTED = 0.1;
const ESTIMATED = 0.9;
const FUSED = 0.95;

/**
 * Dense points by COLMAP, with the output of the built-in `fusion`: 1. upright photos and the model, 2. image_undistorter,
 * 3. patch_match_stereo, 4. stereo_fusion, 5. the points that our views and masks confirm, thinned. An interrupted run goes on at the
 * depth map.
 *
 * @throws MVS_NO_DEPTH, TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const colmapDense: Stage<ColmapDenseInput, ColmapDenseOptions, FusionOutput> = {
  id: 'fusion',
  revision: 1,
  defaults: {
    maxPixels: QUALITY_TIERS.standard.depthMaxPixels,
    ...{ minViews: 3, cellFootprints: 1, maxPoints: 1_000_000 },
  },
  async run({ photos, views, model, colmap }, options, context) {
    const { folder, kernels } = context;
    const files = denseFilesIn(folder.root);
    const run = (command: Parameters<typeof runColmap>[0], from: number, to: number, note: string) =>
      runColmap(command, colmap, files.root, context, (news) => {
        const done = shareOf(news);
        if (done !== undefined) context.progress(from + (to - from) * done, note);
      });

    if (!folder.has('undistorted')) {
      await prepare(photos, model, files, context);
      const maxDimensionPx = dimensionOf(photos, options.maxPixels);
      await mkdir(files.workspace, { recursive: true });
      await run(undistortImages(files, maxDimensionPx), PREPARED, UNDISTORTED, 'Preparing photos (COLMAP)');
      await folder.write('undistorted', '');
    }
    await run(estimateDepth(files), UNDISTORTED, ESTIMATED, 'Computing depth maps (COLMAP)');
    await run(fuseDepth(files, options.minViews, kernels.threads), ESTIMATED, FUSED, 'Fusing depth maps (COLMAP)');

    const fused = await readFusedPoints(files, await masksOf(views, context), options.minViews);
    if (fused.count === 0) throw new StudioError('MVS_NO_DEPTH');
    const points = thinPoints([fused], options.cellFootprints, options.maxPoints);
    const file = await folder.writeArrays('points.bin', { meta: {}, arrays: { ...points } });
    const ply = await folder.write('dense.ply', encodePly(points));
    context.preview({ kind: 'dense', path: folder.path('dense.ply') });
    for (const path of [files.images, files.model, files.workspace]) await rm(path, { recursive: true, force: true });
    context.progress(1);
    const count = points.footprints.length;
    const report = { points: count, fused: fused.count, viewsPerPoint: points.viewPhotoIds.length / count };
    return { points: file, ply, report };
  },
};

/** Upright photos of the model, and the model with their names. */
async function prepare(
  photos: readonly Photo[],
  path: WorkspacePath,
  files: ColmapDenseFiles,
  context: StageContext,
): Promise<void> {
  const model = await readSparseModel(context.folder.resolve(path));
  const registered = new Set(model.images.map(({ photoId }) => photoId));
  const own = photos.filter(({ photoId }) => registered.has(photoId)).map(({ maskPath: _, ...photo }): Photo => photo);
  const places = { images: files.images, maskPathOf: (name: string) => `${name}.png` };
  const names = await preparePhotos(own, places, context, (share) => context.progress(PREPARED * share));
  const nameOf = new Map(own.map(({ photoId }, index) => [photoId, names[index]!]));
  const images = model.images.map((image) => ({ ...image, name: nameOf.get(image.photoId) ?? image.name }));
  await writeBinaryModel(files.model, { ...model, images });
}

/** Longer side in pixels of the largest photo, when it is reduced to so many pixels. */
function dimensionOf(photos: readonly Photo[], maxPixels: number): number {
  return Math.max(
    ...photos.map((photo) => {
      const { width, height } = limitedSize(photo, { maxPixels });
      return Math.max(width, height);
    }),
  );
}

async function masksOf(views: readonly View[], { folder, signal }: StageContext): Promise<MaskedView[]> {
  const masked: MaskedView[] = [];
  for (const view of views) {
    signal.throwIfAborted();
    const { mask } = (await folder.readArrays<{ mask: Uint8Array }>(view.file)).arrays;
    masked.push(mask === undefined ? { view } : { view, mask });
  }
  return masked;
}

const shareOf = (news: ColmapNews): number | undefined => (news.kind === 'view-done' ? news.done / news.of : undefined);
