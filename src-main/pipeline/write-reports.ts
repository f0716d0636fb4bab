import { readFile } from 'node:fs/promises';
import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { SparseModel } from '../../src-shared/scene/sparse-model.js';
import { readSparseModel } from '../formats/sparse-model/sparse-model-file.js';
import type { Workspace } from '../workspace/workspace.js';
import { buildQaReport, type RunOutcome } from './build-qa-report.js';
import type { PhotogrammetryResults } from './photogrammetry.js';
import { cameraPlan, meanCameraUp } from './report-page/camera-plan.js';
import { renderReportPage } from './report-page/report-page.js';
import { loadReportPictures } from './report-page/report-pictures.js';
import { sha256 } from './stage-key.js';

/** Writes qa.json and report.html from what is known, of whole and of partial runs alike. */
export async function writeReports(outcome: RunOutcome, workspace: Workspace): Promise<QaReport> {
  const { mapping } = outcome.results;
  const model = mapping && (await readSparseModel(workspace.resolve(mapping.output.model)));
  const glb = outcome.results.export?.output.glb;
  const glbSha256 = glb && sha256(await readFile(workspace.resolve(glb)));
  const report = buildQaReport(outcome, { model, glbSha256 });
  await workspace.write('quality', `${JSON.stringify(report, null, 2)}\n`);
  // A cancelled run is over within a second; its page is written when it has gone on to an end.
  if (report.status !== 'cancelled')
    await workspace.write('report', await reportPage(report, outcome.results, model, workspace));
  return report;
}

async function reportPage(
  report: QaReport,
  results: PhotogrammetryResults,
  model: SparseModel | undefined,
  workspace: Workspace,
): Promise<string> {
  const { photos = [] } = results.import?.output ?? {};
  const { preview, pairs = [] } = results.export?.output ?? {};
  const names = new Map(photos.map(({ photoId, name }) => [photoId, name]));
  const pictures = await loadReportPictures({
    photos,
    ...(preview === undefined ? {} : { previewPath: workspace.resolve(preview) }),
    pairs: pairs.map(({ photoId, file }) => ({ name: names.get(photoId) ?? '', path: workspace.resolve(file) })),
  });
  return renderReportPage(report, pictures, model && cameraPlan(model, upOf(report, model)));
}

/** The world direction that points up in model.glb, or up as the photos were held. */
function upOf({ model: exported }: QaReport, model: SparseModel): readonly [number, number, number] {
  if (exported === undefined) return meanCameraUp(model);
  // Row-major: the second row gives the GLB's y of a world vector.
  const [x = 0, y = 0, z = 0] = exported.modelToGlb.slice(4, 7);
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
