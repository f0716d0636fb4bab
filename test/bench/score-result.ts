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

export interface ScorePaths {
  /** What the set's paths are relative to. */
  readonly root: string;
  /** Folder of `shared/eval`. */
  readonly evalTools: string;
}

/** Scores a result with the tools of `shared/eval`, each in a process of its own. */
export async function scoreResult(
  set: BenchSet,
  folder: string,
  report: QaReport,
  { root, evalTools }: ScorePaths,
): Promise<Scores> {
  const sparse = join(folder, 'sparse');
  const sim3 = join(folder, 'bench-sim3.json');
  const run = <Figures>(tool: string, args: readonly string[]) =>
    runTool<Figures>(join(evalTools, `${tool}.mjs`), args, join(folder, `bench-${tool}.json`));
  let scores: Scores = {};
  if (set.poses) {
    const [truth = '', ...turn] = set.poses;
    const poses = await run<PosesFigures>('poses', [sparse, '--gt', join(root, truth), ...turn, '--sim3-out', sim3]);
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
  const masks = set.masks === undefined ? [] : ['--masks', join(root, set.masks)];
  const photos = ['--model', sparse, '--images', join(root, set.images), '--out', join(folder, 'bench-views')];
  const { mean } = await run<ViewsFigures>('views', [model, ...photos, '--frame', frame, ...masks]);
  scores = { ...scores, psnrDb: mean.psnr, ssim: mean.ssim, coveragePercent: 100 * mean.coverage };
  if (set.mesh === undefined) return scores;

  const against = async (truth: string) => {
    const frames = ['--frame', frame, '--sim3', sim3, '--crop'];
    const mesh = await run<MeshFigures>('mesh', [model, '--gt', join(root, truth), ...frames]);
    return mesh.scores.find(({ tauPercent }) => Math.abs(tauPercent - 0.5) < 1e-6);
  };
  // Surface that no photo shows may be there or not: it counts for precision, not for completeness.
  const all = await against(set.mesh);
  const seen = set.seenMesh === undefined ? all : await against(set.seenMesh);
  if (all === undefined || seen === undefined) return scores;
  const [precision, recall] = [all.precision, seen.recall];
  return { ...scores, f1Percent: (200 * precision * recall) / Math.max(1e-9, precision + recall) };
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
  readonly scores: readonly { readonly tauPercent: number; readonly precision: number; readonly recall: number }[];
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
