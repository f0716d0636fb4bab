import { MILESTONES } from '../../src-shared/pipeline/milestones.js';
import type { StageId } from '../../src-shared/pipeline/stages.js';

/** Seconds per megapixel of photos on a machine that has not run the stage yet, standard tier, 2 threads. Replaced by what is measured. */
export const DEFAULT_SECONDS_PER_MEGAPIXEL: Readonly<Record<StageId, number>> = {
  import: 0.1,
  features: 0.5,
  matching: 0.5,
  'two-view': 0.15,
  mapping: 0.4,
  views: 0.1,
  depth: 6,
  fusion: 0.3,
  surface: 0.7,
  simplify: 0.2,
  texture: 0.5,
  export: 0.6,
};

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
    const cost = group.reduce((sum, stage) => sum + DEFAULT_SECONDS_PER_MEGAPIXEL[stage], 0);
    for (const stage of group.filter((id) => stages.includes(id))) {
      const share = (width * DEFAULT_SECONDS_PER_MEGAPIXEL[stage]) / cost;
      spans.set(stage, { start: position, end: position + share });
      position += share;
    }
  }
  // A run that ends early is done at its own end.
  return new Map(
    [...spans].map(([stage, span]) => [stage, { start: span.start / position, end: span.end / position }]),
  );
}
