import { rm } from 'node:fs/promises';
import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { View, ViewDepth } from '../../../../src-shared/scene/view.js';
import { readSparseModel } from '../../../formats/sparse-model/sparse-model-file.js';
import type { Stage, StageContext } from '../../../pipeline/stage.js';
import type { WorkspacePath } from '../../../workspace/stage-folder.js';
import { DEPTH_DEFAULTS, type DepthOptions } from './depth-options.js';
import type { FilterDepthInput, FilterDepthOutput } from './filter-depth-task.js';
import { type ReportWork, runPasses, workOf } from './run-passes.js';
import { seenPoints } from './sparse-prior.js';

export interface DepthInput {
  readonly views: readonly View[];
  /** Sparse model file. */
  readonly model: WorkspacePath;
}

export interface DepthOutput {
  readonly depths: readonly ViewDepth[];
  readonly report: {
    readonly views: number;
    /** Median over the views of the share of pixels with a depth, and of the estimated pixels that remained. */
    readonly coverage: number;
    readonly keptRatio: number;
  };
}

/**
 * A depth map for each view by PatchMatch stereo.
 *
 * 1. Sparse points seen by each view: where to start.
 * 2. Passes (photometric, then guided by the neighbours' depths of the pass before), one view a task; each pass needs all views
 *    of the one before.
 * 3. Filter: depths that enough sources confirm.
 *
 * A view whose file is there is not done again.
 */
export const depthStage: Stage<DepthInput, DepthOptions, DepthOutput> = {
  id: 'depth',
  revision: 1,
  defaults: DEPTH_DEFAULTS,
  async run({ views, model: modelPath }, options, context) {
    const { log, folder } = context;
    const model = await readSparseModel(folder.resolve(modelPath));
    const points = seenPoints(model, views);
    const report = progressOf(context, views, options);

    const planePaths = await runPasses(views, options, points, report, context);
    const results = await filterViews(views, planePaths, options, report, context);
    const depths = views.map(({ photoId, width, height }, index): ViewDepth => {
      const { kept } = results[index]!;
      return { photoId, file: folder.ref(`depth-${photoId}.bin`), coverage: kept / (width * height) };
    });
    if (results.every(({ kept }) => kept === 0)) throw new StudioError('MVS_NO_DEPTH');
    await Promise.all(planePaths.map((path) => rm(path, { force: true })));

    const output = {
      views: views.length,
      coverage: median(depths.map(({ coverage }) => coverage)),
      keptRatio: median(results.map(({ kept, estimated }) => kept / Math.max(1, estimated))),
    };
    log.info('depth', output);
    return { depths, report: output };
  },
};

/** Progress by the pixels that the sweeps visit; the filter counts as half a sweep. */
function progressOf({ progress }: StageContext, views: readonly View[], { passes }: DepthOptions): ReportWork {
  const perView = passes.reduce((sum, pass) => sum + workOf(pass), 0) + FILTER_WORK;
  let done = 0;
  return (work, note) => {
    done += work / (perView * views.length);
    progress(Math.min(1, done), note);
  };
}

const FILTER_WORK = 0.5;
async function filterViews(
  views: readonly View[],
  planePaths: readonly string[],
  { filter }: DepthOptions,
  report: ReportWork,
  { kernels, signal, folder, preview }: StageContext,
): Promise<FilterDepthOutput[]> {
  const planesOfView = (i: number) => ({ view: views[i]!, planesPath: planePaths[i]! });
  const inputs = views.map(
    (view, i): FilterDepthInput => ({
      reference: { ...planesOfView(i), imagePath: folder.resolve(view.file) },
      sources: view.sources.map(planesOfView),
      options: filter,
      outputPath: folder.path(`depth-${view.photoId}.bin`),
      previewPath: folder.path(`depth-${view.photoId}.png`),
    }),
  );
  return kernels.map<FilterDepthInput, FilterDepthOutput>(
    new URL('./filter-depth-task.js', import.meta.url),
    inputs,
    signal,
    (_done, _output, i) => {
      report(FILTER_WORK, 'Depth: comparing views');
      preview({ kind: 'depth-map', photoId: views[i]!.photoId, path: inputs[i]!.previewPath });
    },
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
