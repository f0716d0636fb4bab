import { ERROR_CODES } from '../../src-shared/errors/error-codes.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { QA_SCHEMA_VERSION, type QaReport, QaReportSchema } from '../../src-shared/pipeline/qa-report.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { STAGE_IDS, type StageId } from '../../src-shared/pipeline/stages.js';
import { ATLAS_VERSION } from '../../src-shared/pipeline/versions.js';
import type { Warning } from '../../src-shared/scene/photo.js';
import type { SparseModel } from '../../src-shared/scene/sparse-model.js';
import { modelFigures } from './model-figures.js';
import { photoStates } from './photo-states.js';
import type { PhotogrammetryResults } from './photogrammetry.js';
import { sparseFigures } from './sparse-figures.js';
import type { StageResult } from './stage-runner.js';

/** Where and why a run ended early. */
export interface RunFailure {
  readonly stage: StageId | undefined;
  readonly error: StudioError;
}

/** Everything a report is made from. */
export interface RunOutcome {
  readonly options: ReconstructOptions;
  readonly threads: number;
  readonly engines: NonNullable<QaReport['engines']>;
  readonly results: PhotogrammetryResults;
  readonly wallSeconds: number;
  readonly failure: RunFailure | undefined;
}

/** What is read from the run's files for the report, as far as it is there. */
export interface ReportMaterial {
  readonly model: SparseModel | undefined;
  readonly glbSha256: string | undefined;
}

/** Puts together what is known, of whole and of partial runs alike. */
export function buildQaReport(outcome: RunOutcome, { model, glbSha256 }: ReportMaterial): QaReport {
  const { options, threads, engines, results, wallSeconds, failure } = outcome;
  const finished = STAGE_IDS.flatMap((id): StageResult<unknown>[] => (results[id] ? [results[id]] : []));
  const stages = finished.map(({ stage, seconds, peakMemoryBytes, cached }) => {
    return { stage, seconds, peakMemoryBytes, cached };
  });
  const report = {
    schemaVersion: QA_SCHEMA_VERSION,
    status: failure === undefined ? 'done' : failure.error.code === 'CANCELLED' ? 'cancelled' : 'failed',
    ...(failure && { error: { ...failure.error.toJSON(), ...(failure.stage && { stage: failure.stage }) } }),
    versions: { atlas: ATLAS_VERSION, node: process.version, platform: `${process.platform}-${process.arch}` },
    options,
    engines,
    threads,
    photos: photoStates(results, model),
    warnings: finished.flatMap((result) =>
      warningsOf(result.output).map((warning) => ({
        stage: result.stage,
        ...warning,
        hint: hintOf(warning.code),
      })),
    ),
    ...(model && { sparse: sparseFigures(model, results) }),
    ...modelFigures(results, options, glbSha256),
    stages,
    totals: {
      seconds: stages.reduce((sum, { seconds }) => sum + seconds, 0),
      wallSeconds,
      peakMemoryBytes: Math.max(0, ...stages.map(({ peakMemoryBytes }) => peakMemoryBytes)),
    },
  };
  const parsed = QaReportSchema.safeParse(report);
  if (parsed.success) return parsed.data;
  throw new StudioError('INTERNAL', { message: 'The report does not fit its schema.', cause: parsed.error });
}

function warningsOf(output: unknown): readonly Warning[] {
  return (output as { readonly warnings?: readonly Warning[] }).warnings ?? [];
}

const hintOf = (code: string) => (code in ERROR_CODES ? ERROR_CODES[code as keyof typeof ERROR_CODES].hint : '');
