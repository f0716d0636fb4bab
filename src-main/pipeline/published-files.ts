import { STAGE_IDS, type StageId } from '../../src-shared/pipeline/stages.js';
import type { UserFile, Workspace } from '../workspace/workspace.js';

/** Which stage's result each file for people is. */
const PUBLISHED: Partial<Record<StageId, readonly UserFile[]>> = {
  mapping: ['sparse'],
  fusion: ['dense'],
  export: ['model', 'preview'],
};

/**
 * Removes the files for people that are results of a stage or of one after it: called when the stage begins anew, so that a run
 * that fails leaves no model of other photos or options beside its report.
 */
export async function retractFrom(stage: StageId, workspace: Workspace): Promise<void> {
  for (const later of STAGE_IDS.slice(STAGE_IDS.indexOf(stage))) {
    for (const file of PUBLISHED[later] ?? []) await workspace.retract(file);
  }
}
