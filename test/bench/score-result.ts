import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { BenchSet } from './bench-sets.js';

/** Figures of the shared tools; absent where there is no truth, or nothing to score. */
export interface Scores {
  readonly centreRmsePercent?: number;
  /** In the units of the truth. */
  readonly centreMean?: number;
  readonly rotationMedianDeg?: number;
  readonly auc1Percent?: number;
  readonly psnrDb?: number;
  readonly ssim?: number;
  readonly coveragePercent?: number;
  /** At 0.5 % of the diagonal, within the truth's box. */
  readonly f1Percent?: number;
}

/** Scores a result with the tools of `shared/eval`, each in a process of its own. */
export async function scoreResult(set: BenchSet, folder: string, report: QaReport, shared: string): Promise<Scores> {
  const datasets = join(shared, 'datasets');
  const sparse = join(folder, 'sparse');
  const sim3 = join(folder, 'bench-sim3.json');
  const run = <Figures>(tool: string, args: readonly string[]) =>
    runTool<Figures>(join(shared, 'eval', `${tool}.mjs`), args, join(folder, `bench-${tool}.json`));
  let scores: Scores = {};
  if (set.poses) {
    const [truth = '', ...turn] = set.poses;
    const poses = await run<PosesFigures>('poses', [
      sparse,
      '--gt',
      join(datasets, truth),
      ...turn,
      '--sim3-out',
      sim3,
    ]);
    scores = {
      centreRmsePercent: poses.centre.rmse.percent,
      centreMean: poses.views.reduce((sum, { centre }) => sum + centre, 0) / poses.views.length,
      rotationMedianDeg: poses.rotation.median,
      auc1Percent: 100 * (poses.auc['1'] ?? 0),
    };
  }
  if (!report.model) return scores;

  const model = join(folder, 'model.glb');
  const frame = join(folder, 'bench-glb-to-model.json');
  await writeFile(frame, JSON.stringify({ matrix: invertSimilarity(report.model.modelToGlb) }));
  const masks = set.masks === undefined ? [] : ['--masks', join(datasets, set.masks)];
  const photos = ['--model', sparse, '--images', join(datasets, set.images), '--out', join(folder, 'bench-views')];
  const { mean } = await run<ViewsFigures>('views', [model, ...photos, '--frame', frame, ...masks]);
  scores = { ...scores, psnrDb: mean.psnr, ssim: mean.ssim, coveragePercent: 100 * mean.coverage };
  if (set.mesh === undefined) return scores;

  const surface = ['--gt', join(datasets, set.mesh), '--frame', frame, '--sim3', sim3, '--crop'];
  const mesh = await run<MeshFigures>('mesh', [model, ...surface]);
  const atHalfPercent = mesh.scores.find(({ tauPercent }) => Math.abs(tauPercent - 0.5) < 1e-6);
  return { ...scores, ...(atHalfPercent && { f1Percent: 100 * atHalfPercent.f1 }) };
}

interface PosesFigures {
  readonly centre: { readonly rmse: { readonly percent: number } };
  readonly rotation: { readonly median: number };
  readonly auc: Readonly<Record<string, number>>;
  readonly views: readonly { readonly centre: number }[];
}
interface ViewsFigures {
  readonly mean: { readonly psnr: number; readonly ssim: number; readonly coverage: number };
}
interface MeshFigures {
  readonly scores: readonly { readonly tauPercent: number; readonly f1: number }[];
}

async function runTool<Figures>(tool: string, args: readonly string[], json: string): Promise<Figures> {
  await promisify(execFile)(process.execPath, [tool, ...args, '--json', json], { maxBuffer: 1 << 26 });
  return JSON.parse(await readFile(json, 'utf8')) as Figures;
}

/** The inverse of a 4x4 of rotation, uniform scale and translation, row-major. */
function invertSimilarity(m: readonly number[]): number[] {
  const at = (row: number, column: number) => m[row * 4 + column] ?? 0;
  const scaleSquared = at(0, 0) ** 2 + at(1, 0) ** 2 + at(2, 0) ** 2;
  const rows = [0, 1, 2].map((row) => {
    const R = [0, 1, 2].map((column) => at(column, row) / scaleSquared);
    return [...R, -R.reduce((sum, value, i) => sum + value * at(i, 3), 0)];
  });
  return [...rows.flat(), 0, 0, 0, 1];
}
