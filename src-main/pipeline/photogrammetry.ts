import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import type { StageId } from '../../src-shared/pipeline/stages.js';
import { type ImportOutput, importStage } from '../stages/1-import/import-stage.js';
import type { Workspace } from '../workspace/workspace.js';
import type { PhotoSources } from './photo-sources.js';
import { toStageOptions } from './stage-options.js';
import type { StageResult, StageRunner } from './stage-runner.js';

/** What the stages gave so far; filled one after another, so that a run that fails keeps and reports what it had. */
export interface PhotogrammetryResults extends Partial<Record<StageId, StageResult<unknown>>> {
  import?: StageResult<ImportOutput>;
}

export interface PhotogrammetryJob {
  readonly runner: StageRunner;
  readonly sources: PhotoSources;
  readonly options: ReconstructOptions;
  readonly workspace: Workspace;
  /** Receives each stage's result as soon as it is there. */
  readonly results: PhotogrammetryResults;
}

/**
 * The main job: photos in, model out. The one place that knows the stages and their order. Each stage gets parts of the
 * outputs before it (`take`), which is also what its result is keyed by.
 *
 * @throws what the runner throws
 */
export async function photogrammetry({ runner, sources, options, results }: PhotogrammetryJob): Promise<void> {
  const stageOptions = toStageOptions(options);
  results.import = await runner.run(importStage, sources, stageOptions.import);
  const { photos } = results.import.output;
  runner.setWork(photos.reduce((sum, { width, height }) => sum + (width * height) / 1e6, 0));
}
