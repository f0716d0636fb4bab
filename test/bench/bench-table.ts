import type { BenchResult } from './run-set.js';

interface Column {
  readonly title: string;
  readonly value: (result: BenchResult) => number | undefined;
  readonly digits: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'photos', value: ({ photos }) => photos, digits: 0 },
  { title: 'reg.', value: ({ registered }) => registered, digits: 0 },
  { title: 'wall s', value: ({ wallSeconds }) => wallSeconds, digits: 0 },
  { title: 'MB', value: ({ peakMemoryBytes }) => peakMemoryBytes / 1e6, digits: 0 },
  { title: 'reproj px', value: ({ reprojectionErrorPx }) => reprojectionErrorPx, digits: 2 },
  { title: 'centre %', value: ({ scores }) => scores.centreRmsePercent, digits: 4 },
  { title: 'centre mean', value: ({ scores }) => scores.centreMean, digits: 5 },
  { title: 'rot deg', value: ({ scores }) => scores.rotationMedianDeg, digits: 3 },
  { title: 'AUC@1 %', value: ({ scores }) => scores.auc1Percent, digits: 1 },
  { title: 'triangles', value: ({ triangles }) => triangles, digits: 0 },
  { title: 'PSNR dB', value: ({ scores }) => scores.psnrDb, digits: 2 },
  { title: 'SSIM', value: ({ scores }) => scores.ssim, digits: 3 },
  { title: 'cover %', value: ({ scores }) => scores.coveragePercent, digits: 1 },
  { title: 'F1 %', value: ({ scores }) => scores.f1Percent, digits: 1 },
];

/** The results as text, with the change against an earlier run in brackets. */
export function benchTable(results: readonly BenchResult[], earlier: readonly BenchResult[] = []): string {
  const rows = results.map((result) => {
    const before = earlier.find(({ name }) => name === result.name);
    const cells = COLUMNS.map(({ value, digits }) => cell(value(result), before && value(before), digits));
    return [result.name, ...cells];
  });
  const failures = results
    .filter(({ exitCode }) => exitCode !== 0)
    .map(({ name, exitCode, error }) => `${name} ended with ${exitCode}: ${error ?? ''}`);
  return [alignColumns([['set', ...COLUMNS.map(({ title }) => title)], ...rows]), ...failures].join('\n');
}

/** Seconds of each stage of each set. */
export function stageTable(results: readonly BenchResult[]): string {
  const stages = [...new Set(results.flatMap(({ stageSeconds }) => Object.keys(stageSeconds)))];
  const rows = results.map(({ name, stageSeconds }) => {
    return [name, ...stages.map((stage) => stageSeconds[stage]?.toFixed(1) ?? '-')];
  });
  return alignColumns([['seconds', ...stages], ...rows]);
}

function cell(value: number | undefined, before: number | undefined, digits: number): string {
  if (value === undefined) return '-';
  const text = value.toFixed(digits);
  if (before === undefined || before.toFixed(digits) === text) return text;
  const change = value - before;
  return `${text} (${change > 0 ? '+' : ''}${change.toFixed(digits)})`;
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(padded).join('  ')).join('\n');
}
