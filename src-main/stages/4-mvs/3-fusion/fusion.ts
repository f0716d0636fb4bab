import { rm } from 'node:fs/promises';
import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { View, ViewDepth } from '../../../../src-shared/scene/view.js';
import { encodePly } from '../../../formats/ply/write-ply.js';
import { writePreviewPoints } from '../../../formats/ply/write-preview-points.js';
import type { Stage } from '../../../pipeline/stage.js';
import type { WorkspacePath } from '../../../workspace/stage-folder.js';
import type { ConfirmOptions, FusedPoints } from './fuse-view.js';
import type { FuseViewInput } from './fuse-view-task.js';
import { thinPoints } from './thin-points.js';

export interface FusionInput {
  readonly views: readonly View[];
  /** In the order of the views. */
  readonly depths: readonly ViewDepth[];
}

export interface FusionOptions {
  readonly confirm: ConfirmOptions;
  /** One point is kept in a cell of so many footprints; cells grow until at most `maxPoints` remain. */
  readonly cellFootprints: number;
  readonly maxPoints: number;
}

export const FUSION_DEFAULTS: FusionOptions = {
  confirm: {
    minViews: 3,
    maxReprojectionErrorPx: 1.5,
    maxDepthDifference: 0.01,
    maxNormalAngleDeg: 30,
    writersPerPoint: 2,
  },
  cellFootprints: 1,
  maxPoints: 1_000_000,
};

/** Points of the previews: what a browser loads and draws at once. */
const MAX_PREVIEW_POINTS = 150_000;

export interface FusionOutput {
  /** Array file with the arrays of `DensePoints`. */
  readonly points: WorkspacePath;
  readonly ply: WorkspacePath;
  readonly report: {
    readonly points: number;
    /** Before thinning. */
    readonly fused: number;
    readonly viewsPerPoint: number;
  };
}

/**
 * One oriented, coloured point cloud from the depth maps.
 *
 * 1. Each view with its sources, one view a task: points that enough views confirm, at their common depth.
 * 2. Thinning to one point a cell.
 * 3. `points.bin` and `dense.ply`; meanwhile samples to look at, of each view and then of all.
 */
export const fusionStage: Stage<FusionInput, FusionOptions, FusionOutput> = {
  id: 'fusion',
  revision: 1,
  defaults: FUSION_DEFAULTS,
  async run({ views, depths }, options, { signal, progress, log, preview, kernels, folder }) {
    const depthFile = (i: number) => ({ view: views[i]!, depthPath: folder.resolve(depths[i]!.file) });
    const partName = (view: View) => `fused-${view.photoId}.bin`;
    const previewName = (view: View) => `fused-${view.photoId}.ply`;
    const inputs = views.map(
      (view, i): FuseViewInput => ({
        reference: { ...depthFile(i), imagePath: folder.resolve(view.file) },
        sources: view.sources.map(depthFile),
        options: options.confirm,
        outputPath: folder.path(partName(view)),
        previewPath: folder.path(previewName(view)),
        maxPreviewPoints: Math.ceil(MAX_PREVIEW_POINTS / views.length),
      }),
    );
    const show = ({ reference: { view }, previewPath }: FuseViewInput) =>
      preview({ kind: 'dense', photoId: view.photoId, path: previewPath });
    const isDone = (input: FuseViewInput) => folder.has(partName(input.reference.view));
    const missing = inputs.filter((input) => !isDone(input));
    for (const input of inputs) if (isDone(input)) show(input);
    await kernels.map(new URL('./fuse-view-task.js', import.meta.url), missing, signal, (done, _output, i) => {
      progress((0.9 * (inputs.length - missing.length + done)) / inputs.length, 'Fusing depth maps');
      show(missing[i]!);
    });

    const parts: FusedPoints[] = [];
    for (const view of views) {
      type Arrays = Omit<FusedPoints, 'count'> & Record<string, Float32Array | Uint8Array | Uint16Array>;
      const { arrays } = await folder.readArrays<Arrays>(folder.ref(partName(view)));
      parts.push({ ...arrays, count: arrays.footprints.length });
    }
    signal.throwIfAborted();
    const fused = parts.reduce((sum, part) => sum + part.count, 0);
    if (fused === 0) throw new StudioError('MVS_NO_DEPTH');
    const points = thinPoints(parts, options.cellFootprints, options.maxPoints);
    progress(0.95, 'Writing points');

    const file = await folder.writeArrays('points.bin', { meta: {}, arrays: { ...points } });
    const ply = await folder.write('dense.ply', encodePly(points));
    await writePreviewPoints(folder.path('preview.ply'), points, MAX_PREVIEW_POINTS);
    preview({ kind: 'dense', path: folder.path('preview.ply') });
    const partFiles = views.flatMap((view) => [partName(view), previewName(view)]);
    await Promise.all(partFiles.map((name) => rm(folder.path(name), { force: true })));
    const count = points.footprints.length;
    const report = { points: count, fused, viewsPerPoint: points.viewPhotoIds.length / count };
    log.info('fusion', report);
    return { points: file, ply, report };
  },
};
