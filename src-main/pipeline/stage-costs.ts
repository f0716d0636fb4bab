import { MILESTONES } from '../../src-shared/pipeline/milestones.js';
import type { StageId } from '../../src-shared/pipeline/stages.js';
import { stageWork } from './stage-work.js';

/**
 * Seconds per unit of work (`stage-work.ts`) on a machine that has not run the stage yet, 2 threads. Replaced by what is measured.
 * From 20 runs of 8 to 47 photos of 0.1 to 2 megapixels in all tiers, on 2 cores of a server.
 */
export const DEFAULT_SECONDS_PER_UNIT: Readonly<Record<StageId, number>> = {
  import: 0.1,
  features: 0.4,
  matching: 0.4,
  'two-view': 0.15,
  mapping: 0.25,
  views: 0.15,
  depth: 5,
  fusion: 0.5,
  surface: 0.9,
  simplify: 0.25,
  texture: 1.6,
  export: 2.2,
};

/** What the stages of a milestone are weighed by: forty photos of a phone. */
const TYPICAL_WORK = stageWork(
  Array.from({ length: 40 }, () => ({ width: 4000, height: 3000 })),
  'standard',
);

const typicalCost = (stage: StageId) => DEFAULT_SECONDS_PER_UNIT[stage] * TYPICAL_WORK(stage);

/** A stage's cost relative to the others of its milestone. */
export function stageSpans(
  stages: readonly StageId[],
): ReadonlyMap<StageId, { readonly start: number; readonly end: number }> {
  const spans = new Map<StageId, { start: number; end: number }>();
  let position = 0;
  let previousEnd = 0;
  for (const { end, stages: group } of MILESTONES) {
    const width = end - previousEnd;
    previousEnd = end;
    const cost = group.reduce((sum, stage) => sum + typicalCost(stage), 0);
    for (const stage of group.filter((id) => stages.includes(id))) {
      const share = (width * typicalCost(stage)) / cost;
      spans.set(stage, { start: position, end: position + share });
      position += share;
    }
  }
  // A run that ends early is done at its own end.
  return new Map(
    [...spans].map(([stage, span]) => [stage, { start: span.start / position, end: span.end / position }]),
  );
}
