import { QUALITY_TIERS } from '../../src-shared/pipeline/quality-tiers.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import type { Workspace } from '../workspace/workspace.js';
import { type ImportOutput, importStage } from '../stages/1-import/import-stage.js';
import type { PhotoSources } from './photo-sources.js';
import { type StageResult, type StageRunner, take } from './stage-runner.js';

/** What the stages gave so far; filled one after another, so that a run that fails keeps and reports what it had. */
export interface PhotogrammetryResults {
  import?: StageResult<ImportOutput>;
}

/**
 * The main job: photos in, model out. The one place that knows the stages and their order. Each stage gets parts of the
 * outputs before it ({@link take}), which is also what its result is keyed by.
 *
 * @param results receives each stage's result as it is there
 * @throws what the runner throws
 */
export async function photogrammetry(
  runner: StageRunner,
  sources: PhotoSources,
  options: ReconstructOptions,
  workspace: Workspace,
  results: PhotogrammetryResults,
): Promise<void> {
  results.import = await runner.run(importStage, sources, importOptions(options));
}
