import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type QaReport, QaReportSchema } from '../../src-shared/pipeline/qa-report.js';
import { makeCapture } from '../synthetic/make-capture.js';
import type { BenchSet } from './bench-sets.js';
import { measureProcess } from './measure-process.js';
import { type Scores, scoreResult } from './score-result.js';

/** What one set gave: comparable from run to run, and stored as JSON. */
export interface BenchResult {
  readonly name: string;
  readonly exitCode: number;
  readonly error?: string;
  readonly photos: number;
  readonly registered: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
  readonly stageSeconds: Readonly<Record<string, number>>;
  readonly reprojectionErrorPx?: number;
  readonly triangles?: number;
  /** Likeness as the run itself measured it. */
  readonly ownPsnrDb?: number;
  readonly scores: Scores;
}

export interface BenchPaths {
  /** Folder with `datasets/` and `eval/`. */
  readonly shared: string;
  /** Results go to a folder of the set's name in it. */
  readonly out: string;
}

const ATLAS = fileURLToPath(new URL('../../src-main/cli/main.js', import.meta.url));

/** Runs one set from nothing and scores it. @param extra options for all sets, such as `--tier preview` */
export async function runSet(set: BenchSet, paths: BenchPaths, extra: readonly string[]): Promise<BenchResult> {
  const folder = join(paths.out, set.name);
  await rm(folder, { recursive: true, force: true });
  const root = await photosRoot(set, paths);
  const masks = set.masks === undefined ? [] : ['--masks', join(root, set.masks)];
  const args = ['reconstruct', join(root, set.images), '--out', folder, '--json', ...extra, ...masks, ...set.options];
  const { exitCode, stderr, wallSeconds, peakMemoryBytes } = await measureProcess(process.execPath, [ATLAS, ...args]);
  const report = await readReport(join(folder, 'qa.json'));
  return {
    name: set.name,
    exitCode,
    ...(exitCode === 0 ? {} : { error: stderr.trim() }),
    photos: report?.photos.given ?? 0,
    registered: report?.sparse?.registeredPhotos ?? 0,
    wallSeconds,
    peakMemoryBytes,
    stageSeconds: Object.fromEntries(report?.stages.map(({ stage, seconds }) => [stage, seconds]) ?? []),
    ...(report?.sparse && { reprojectionErrorPx: report.sparse.meanReprojectionErrorPx }),
    ...(report?.mesh && { triangles: report.mesh.triangles }),
    ...(report?.views?.meanPsnrDb !== undefined && { ownPsnrDb: report.views.meanPsnrDb }),
    scores: report?.sparse
      ? await scoreResult(set, folder, report, { root, evalTools: join(paths.shared, 'eval') })
      : {},
  };
}

/** The folder that the set's paths are relative to. A capture is made once for all runs with this output folder. */
async function photosRoot(set: BenchSet, paths: BenchPaths): Promise<string> {
  if (set.capture === undefined) return join(paths.shared, 'datasets');
  const folder = join(paths.out, `capture-${set.capture.photos}-${set.capture.sizePx}`);
  if (!existsSync(folder)) {
    await makeCapture(`${folder}.part`, set.capture);
    await rename(`${folder}.part`, folder);
  }
  return folder;
}

async function readReport(path: string): Promise<QaReport | undefined> {
  return existsSync(path) ? QaReportSchema.parse(JSON.parse(await readFile(path, 'utf8'))) : undefined;
}
