import { MILESTONES } from '../../../src-shared/pipeline/milestones.js';
import { LAST_STAGES, STAGE_IDS, type StageId, type Until } from '../../../src-shared/pipeline/stages.js';

/** A part of the work, between two milestones. */
export interface Phase {
  readonly index: number;
  readonly state: 'done' | 'now' | 'next';
  /** Of the part, 0..1. */
  readonly fraction: number;
}

/**
 * The parts of a job and how far each is.
 *
 * @param progress 0..100, of the job
 * @param stage that runs
 * @param until where the job ends early
 */
export function phasesOf(
  progress: number,
  stage: string | null,
  until: Until | undefined,
  isDone: boolean,
): readonly Phase[] {
  const lastStage: StageId | undefined = until && LAST_STAGES[until];
  const last = lastStage ? MILESTONES.findIndex(({ stages }) => stages.includes(lastStage)) : MILESTONES.length - 1;
  // A run that ends early is done at its own end.
  const scale = 100 / (MILESTONES[last]?.end ?? 1);
  const isKnown = STAGE_IDS.some((id) => id === stage);
  const current = isKnown ? MILESTONES.findIndex(({ stages }) => stages.some((id) => id === stage)) : -1;
  return MILESTONES.slice(0, last + 1).map(({ end }, index) => {
    if (isDone || index < current) return { index, state: 'done', fraction: 1 };
    if (index > current) return { index, state: 'next', fraction: 0 };
    const start = (MILESTONES[index - 1]?.end ?? 0) * scale;
    return { index, state: 'now', fraction: Math.min(1, Math.max(0, (progress - start) / (end * scale - start))) };
  });
}
