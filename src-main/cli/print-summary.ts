import { join } from 'node:path';
import colors from 'picocolors';
import { formatBytes, formatCount, formatSeconds } from '../../src-shared/pipeline/figures-as-text.js';
import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import { USER_FILES } from '../workspace/workspace.js';
import type { Output } from './output.js';

/** Tells a person what came out and where it is. */
export function printSummary(output: Output, report: QaReport, folder: string): void {
  const { photos, sparse, dense, mesh, texture, views, model, totals } = report;
  const rows: [string, string][] = [];
  rows.push([
    'photos',
    `${photos.used} of ${photos.given} used${photos.leftOut > 0 ? `, ${photos.leftOut} left out` : ''}`,
  ]);
  if (sparse) {
    rows.push([
      'cameras',
      `${sparse.registeredPhotos} aligned, ${formatCount(sparse.points)} points, ${sparse.meanReprojectionErrorPx.toFixed(2)} px mean error`,
    ]);
  }
  if (dense) rows.push(['points', formatCount(dense.points)]);
  if (mesh) rows.push(['mesh', `${formatCount(mesh.triangles)} triangles${mesh.watertight ? ', watertight' : ''}`]);
  if (texture)
    rows.push(['texture', `${texture.sizePx} x ${texture.sizePx}${texture.hasNormalMap ? ' with normal map' : ''}`]);
  if (views?.meanPsnrDb !== undefined && views.meanSsim !== undefined) {
    rows.push(['looks like photos', `${views.meanPsnrDb.toFixed(1)} dB PSNR, ${views.meanSsim.toFixed(2)} SSIM`]);
  }
  rows.push(['time', `${formatSeconds(totals.wallSeconds)}, at most ${formatBytes(totals.peakMemoryBytes)} of memory`]);

  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  output.line('');
  for (const [name, value] of rows) output.line(`  ${colors.dim(name.padEnd(width))}${value}`);
  output.line('');
  if (model) output.line(`  ${colors.bold(join(folder, USER_FILES.model))}`);
  else if (sparse) output.line(`  ${colors.bold(join(folder, USER_FILES.sparse))}`);
  output.line(`  ${join(folder, USER_FILES.report)}`);
  output.line('');
}
