import { describe, expect, it } from 'vitest';
import { RunProgress } from '#main/pipeline/run-progress.js';
import { stageSpans } from '#main/pipeline/stage-costs.js';
import { MILESTONES } from '#shared/pipeline/milestones.js';
import { STAGE_IDS, stagesUntil } from '#shared/pipeline/stages.js';

describe('stageSpans', () => {
  it('puts every stage in one milestone, in the order of the run', () => {
    expect(MILESTONES.flatMap(({ stages }) => stages)).toEqual([...STAGE_IDS]);
  });

  it('ends the parts of a whole run at 30, 60, 80 and 100 %', () => {
    const spans = stageSpans(STAGE_IDS);
    expect(spans.get('mapping')?.end).toBeCloseTo(0.3, 12);
    expect(spans.get('fusion')?.end).toBeCloseTo(0.6, 12);
    expect(spans.get('texture')?.end).toBeCloseTo(0.8, 12);
    expect(spans.get('export')?.end).toBeCloseTo(1, 12);
  });

  it.each(['sfm', 'dense', 'mesh', undefined] as const)('covers 0 to 1 without a gap until %s', (until) => {
    const spans = [...stageSpans(stagesUntil(until)).values()];
    expect(spans[0]?.start).toBe(0);
    expect(spans.at(-1)?.end).toBeCloseTo(1, 12);
    for (const [index, span] of spans.entries()) {
      expect(span.end).toBeGreaterThan(span.start);
      if (index > 0) expect(span.start).toBeCloseTo(spans[index - 1]?.end ?? -1, 12);
    }
  });
});

describe('RunProgress', () => {
  it('never goes back and never leaves 0 to 1, whatever a stage reports', () => {
    const progress = new RunProgress(STAGE_IDS);
    const seen: number[] = [];
    for (const stage of STAGE_IDS) {
      for (const fraction of [0, 0.4, 0.1, Number.NaN, -3, 0.9, 12, 0]) {
        progress.advance(stage, fraction);
        seen.push(progress.fraction);
      }
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
});
