import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { View } from '../../../../src-shared/scene/view.js';
import type { StageContext } from '../../../pipeline/stage.js';
import type { DepthOptions, PassOptions } from './depth-options.js';
import type { EstimatePlanesInput, EstimationView } from './estimate-planes-task.js';

/** Adds a finished view's work (in sweeps over the full image) to the stage's progress. */
export type ReportWork = (work: number, note: string) => void;

/** Work of a pass for one view, in refining sweeps over the full image: a selecting sweep takes about four times as long. */
export const workOf = ({ levels }: PassOptions) =>
  levels.reduce((sum, { level, selecting, refining }) => sum + (4 * selecting + refining) / 4 ** level, 0);

/**
 * Runs the passes one after the other, each over all views, one view a task. Views whose planes are there are not done again;
 * the planes of a pass are deleted when the next one is complete.
 *
 * @param points sparse points by photo id, as `seenPoints` returns them
 * @returns absolute paths of the last pass's planes, in the order of the views
 */
export async function runPasses(
  views: readonly View[],
  options: DepthOptions,
  points: ReadonlyMap<number, Float32Array>,
  report: ReportWork,
  context: StageContext,
): Promise<string[]> {
  const fileOf = (pass: number, view: View) => `planes-${pass + 1}-${view.photoId}.bin`;
  const complete = options.passes.findLastIndex((_, pass) =>
    views.every((view) => context.folder.has(fileOf(pass, view))),
  );
  let paths: string[] = [];
  for (const [index, pass] of options.passes.entries()) {
    const previousPaths = paths;
    paths = views.map((view) => context.folder.path(fileOf(index, view)));
    if (index <= complete) {
      report(views.length * workOf(pass), 'Depth: continuing');
      continue;
    }
    await runPass(index, views, options, points, previousPaths, paths, report, context);
    await Promise.all(previousPaths.map((path) => rm(path, { force: true })));
  }
  return paths;
}

async function runPass(
  index: number,
  views: readonly View[],
  options: DepthOptions,
  points: ReadonlyMap<number, Float32Array>,
  previousPaths: readonly string[],
  paths: readonly string[],
  report: ReportWork,
  { kernels, signal, folder, seed, preview }: StageContext,
): Promise<void> {
  const pass = options.passes[index]!;
  const sweepsBefore = options.passes
    .slice(0, index)
    .flatMap(({ levels }) => levels)
    .reduce((sum, { selecting, refining }) => sum + selecting + refining, 0);
  const estimationView = (i: number): EstimationView => ({
    view: views[i]!,
    imagePath: folder.resolve(views[i]!.file),
    planesPath: previousPaths[i],
  });
  const missing = [...views.keys()].filter((i) => !existsSync(paths[i]!));
  const inputs = missing.map(
    (i): EstimatePlanesInput => ({
      reference: estimationView(i),
      sources: views[i]!.sources.map(estimationView),
      pass,
      options,
      firstIteration: sweepsBefore,
      sparsePoints: points.get(views[i]!.photoId)!,
      seed: hashSeed(seed, views[i]!.photoId, index),
      outputPath: paths[i]!,
      // The filter makes the last pass's pictures.
      ...(index + 1 < options.passes.length && { previewPath: folder.path(`depth-${views[i]!.photoId}.png`) }),
    }),
  );
  const note = (done: number) =>
    `Depth, pass ${index + 1} of ${options.passes.length}: view ${done} of ${views.length}`;
  const skipped = views.length - missing.length;
  if (skipped > 0) report(skipped * workOf(pass), note(skipped));
  await kernels.map(new URL('./estimate-planes-task.js', import.meta.url), inputs, signal, (done, _output, i) => {
    report(workOf(pass), note(skipped + done));
    const { reference, previewPath } = inputs[i]!;
    if (previewPath !== undefined) {
      preview({ kind: 'depth-map', photoId: reference.view.photoId, path: previewPath });
    }
  });
}

function hashSeed(...seeds: readonly number[]): number {
  return seeds.reduce((hash, seed) => Math.imul(hash ^ seed, 0x9e3779b1) ^ (hash >>> 15), 0x2545f491);
}
