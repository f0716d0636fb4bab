import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { SparseModel } from '../../src-shared/scene/sparse-model.js';
import { readSparseModel } from '../formats/sparse-model/sparse-model-file.js';
import type { Workspace } from '../workspace/workspace.js';
import { buildQaReport, type RunOutcome } from './build-qa-report.js';
import type { PhotogrammetryResults } from './photogrammetry.js';
import { cameraPlan, meanCameraUp } from './report-page/camera-plan.js';
import { renderReportPage } from './report-page/report-page.js';
import { loadReportPictures } from './report-page/report-pictures.js';

/** Writes qa.json and report.html from what is known, of whole and of partial runs alike. */
export async function writeReports(outcome: RunOutcome, workspace: Workspace): Promise<QaReport> {
  const { mapping } = outcome.results;
  const model = mapping && (await readSparseModel(workspace.resolve(mapping.output.model)));
  const report = buildQaReport(outcome, model);
  await workspace.write('quality', `${JSON.stringify(report, null, 2)}\n`);
  // A cancelled run is over within a second; its page is written when it has gone on to an end.
  if (report.status !== 'cancelled') await workspace.write('report', await reportPage(report, outcome.results, model));
  return report;
}

async function reportPage(
  report: QaReport,
  results: PhotogrammetryResults,
  model: SparseModel | undefined,
): Promise<string> {
  const pictures = await loadReportPictures({ photos: results.import?.output.photos ?? [], comparisons: [] });
  return renderReportPage(report, pictures, model && cameraPlan(model, meanCameraUp(model)));
}
