import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { estimateRun, timesVariant } from '#main/pipeline/estimate-run.js';
import { StageTimes } from '#main/pipeline/stage-times.js';
import { stageWork, workloadPixels } from '#main/pipeline/stage-work.js';
import { ReconstructOptionsSchema } from '#shared/pipeline/reconstruct-options.js';
import { STAGE_IDS } from '#shared/pipeline/stages.js';

const PHONE = Array.from({ length: 40 }, () => ({ width: 4000, height: 3000 }));
const SMALL = Array.from({ length: 12 }, () => ({ width: 480, height: 360 }));
const options = (change: object = {}) => ReconstructOptionsSchema.parse({ engine: 'builtin', ...change });
const BUILT_IN = { sfm: 'builtin', dense: 'builtin' } as const;

let folder: string;
let times: StageTimes;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-estimate-'));
  times = new StageTimes(join(folder, 'times.json'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const estimate = (photos = PHONE, change: object = {}, threads = 2) =>
  estimateRun(photos, options(change), { times, threads, canDense: () => false });

/** A machine on which a unit of work of every stage took so long. */
function learn(tier: string, seconds: number, threads = 2) {
  for (const stage of STAGE_IDS) times.learn(`${timesVariant(tier, threads, BUILT_IN)}/${stage}`, seconds);
}

describe('the work of a run', () => {
  it('counts pixels where they are looked at: features and depth are bounded by the tier', () => {
    const { full, feature, depth } = workloadPixels(PHONE, 'standard');
    expect(full).toBeCloseTo(480, 9);
    expect(feature).toBeCloseTo(480 * (3200 / 4000) ** 2, 9);
    expect(depth).toBeCloseTo(32, 9);
    expect(workloadPixels(SMALL, 'standard').depth).toBeCloseTo(12 * 0.1728, 9);
  });
});

describe('the estimate before a run', () => {
  it('adds up the seconds of the stages by the history of this machine, within a range', () => {
    learn('standard', 2);
    const work = stageWork(PHONE, 'standard');
    const expected = STAGE_IDS.reduce((sum, stage) => sum + 2 * work(stage), 0);
    const { seconds, basis } = estimate();
    expect(basis).toBe('measured');
    expect(seconds.low).toBeCloseTo(0.8 * expected, 6);
    expect(seconds.high).toBeCloseTo(1.35 * expected, 6);
  });

  it('is wider where nothing was measured, and says so', () => {
    const { seconds, basis } = estimate();
    expect(basis).toBe('general');
    expect(seconds.high / seconds.low).toBeCloseTo(4, 9);
    expect(estimate(PHONE, {}, 8).seconds.high).toBeLessThan(seconds.high);
  });

  it('takes the pace of another tier for one that this machine has not run', () => {
    const general = estimate(PHONE, { tier: 'premium' });
    // Ten times as slow in all stages of the preview tier.
    const work = stageWork(SMALL, 'preview');
    expect(work('depth')).toBeGreaterThan(0);
    learn('preview', 1);
    const once = estimate(PHONE, { tier: 'premium' }).seconds.low;
    times = new StageTimes(join(folder, 'other.json'));
    learn('preview', 10);
    const slow = estimate(PHONE, { tier: 'premium' });
    expect(slow.seconds.low / once).toBeCloseTo(10, 6);
    expect(slow.basis).toBe('general');
    expect(general.seconds.low).toBeGreaterThan(0);
  });

  it('grows with photos and tier, and ends where the run ends', () => {
    expect(estimate(SMALL).seconds.high).toBeLessThan(estimate().seconds.low);
    const tiers = ['preview', 'standard', 'premium'].map((tier) => estimate(PHONE, { tier }));
    for (const of of ['seconds', 'diskBytes', 'memoryBytes'] as const) {
      const highs = tiers.map((tier) => tier[of].high);
      expect(highs).toEqual(highs.toSorted((a, b) => a - b));
    }
    expect(estimate(PHONE, { until: 'sfm' }).seconds.high).toBeLessThan(estimate().seconds.high / 2);
  });

  it('knows a stage that other programs do from their own runs only', () => {
    learn('standard', 1);
    expect(estimate(PHONE, { sfm: 'colmap' }).basis).toBe('general');
    times.learn(`${timesVariant('standard', 2, { sfm: 'colmap', dense: 'builtin' })}/mapping`, 3);
    expect(estimate(PHONE, { sfm: 'colmap' }).basis).toBe('partly');
  });

  it.each([
    ['standard', 47, 640, 480, 450e6, 905e6],
    ['standard', 32, 1092, 728, 790e6, 1150e6],
    ['preview', 24, 440, 330, 146e6, 657e6],
    ['preview', 24, 1024, 768, 245e6, 1116e6],
    ['premium', 12, 500, 400, 163e6, 1396e6],
  ] as const)(
    'holds disk and memory of a real run: %s, %i photos of %i x %i',
    (tier, count, width, height, disk, memory) => {
      const photos = Array.from({ length: count }, () => ({ width, height }));
      const { diskBytes, memoryBytes } = estimate(photos, { tier });
      expect(disk).toBeGreaterThanOrEqual(diskBytes.low);
      expect(disk).toBeLessThanOrEqual(diskBytes.high);
      expect(memory).toBeLessThanOrEqual(memoryBytes.high * 1.35);
      expect(memory).toBeGreaterThanOrEqual(memoryBytes.low);
    },
  );
});
