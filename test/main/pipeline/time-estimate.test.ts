import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StageTimes } from '#main/pipeline/stage-times.js';
import { TimeEstimate } from '#main/pipeline/time-estimate.js';
import type { StageId } from '#shared/pipeline/stages.js';

const STAGES: readonly StageId[] = ['features', 'depth', 'texture'];

let folder: string;
let times: StageTimes;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-times-'));
  times = new StageTimes(join(folder, 'deep', 'times.json'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A machine that has taken these seconds per unit of work before. */
function learn(rates: Partial<Record<StageId, number>>): void {
  for (const [stage, rate] of Object.entries(rates)) times.learn(`test/${stage}`, rate);
}

describe('TimeEstimate', () => {
  it('knows nothing before it knows how much there is to do', () => {
    expect(new TimeEstimate(times, STAGES, 'test').remainingSeconds('features', 0.5, 10)).toBeUndefined();
  });

  it("sums this machine's history over the stages to come", () => {
    learn({ features: 1, depth: 10, texture: 2 });
    const estimate = new TimeEstimate(times, STAGES, 'test');
    estimate.setWork(() => 20);
    expect(estimate.remainingSeconds('features', 0, 0)).toBeCloseTo(260, 9);
    estimate.finish('features');
    expect(estimate.remainingSeconds('depth', 0, 0)).toBeCloseTo(240, 9);
  });

  it('believes the pace of the stage itself once a good part of it is done', () => {
    learn({ features: 1, depth: 10, texture: 2 });
    const estimate = new TimeEstimate(times, STAGES, 'test');
    estimate.setWork(() => 10);
    estimate.finish('features');
    // Half done in 100 s where the history says 50 s.
    expect(estimate.remainingSeconds('depth', 0.5, 100)).toBeCloseTo(100 + 20, 9);
  });

  it('does not take for pace what an interrupted run had done', () => {
    learn({ depth: 10 });
    const estimate = new TimeEstimate(times, ['depth'], 'test');
    estimate.setWork(() => 10);
    expect(estimate.remainingSeconds('depth', 0.9, 10, 0.5)).toBeCloseTo(2.5, 9);
  });

  it('expects the rest to be slow when this run has been slow', () => {
    learn({ features: 10, depth: 10, texture: 10 });
    const estimate = new TimeEstimate(times, STAGES, 'test');
    estimate.setWork(() => 10);
    estimate.finish('features', 200);
    expect(estimate.remainingSeconds('depth', 0, 0)).toBeGreaterThan(300);
  });
});

it('counts stages that run once more', () => {
  const estimate = new TimeEstimate(times, ['features', 'matching', 'depth'], 'test');
  for (const stage of ['features', 'matching', 'depth'] as const) times.learn(`test/${stage}`, 1);
  estimate.setWork(() => 10);
  estimate.finish('features', 10);
  estimate.finish('matching', 10);
  expect(estimate.remainingSeconds('depth', 0, 0)).toBeCloseTo(10);
  estimate.repeat(['features', 'matching']);
  expect(estimate.remainingSeconds('features', 0, 0)).toBeCloseTo(30);
  estimate.finish('features', 10);
  expect(estimate.remainingSeconds('matching', 0, 0)).toBeCloseTo(20);
});

it('learns from the stage that ends before the work is known', () => {
  const estimate = new TimeEstimate(times, ['import', 'features'], 'test');
  estimate.finish('import', 12);
  estimate.setWork(() => 6);
  expect(times.rate('test/import')).toBe(2);
});

describe('StageTimes', () => {
  it('keeps what it learned for the next run', async () => {
    times.learn('standard/2/depth', 6);
    await times.save();
    const later = new StageTimes(times.path);
    await later.load();
    expect(later.rate('standard/2/depth')).toBe(6);
  });

  it('moves towards newer runs without being thrown by one', () => {
    times.learn('a', 10);
    times.learn('a', 20);
    expect(times.rate('a')).toBeGreaterThan(10);
    expect(times.rate('a')).toBeLessThan(20);
  });

  it('starts afresh from a damaged file and does not fail where it cannot write', async () => {
    await writeFile(join(folder, 'damaged.json'), '{"version":');
    const damaged = new StageTimes(join(folder, 'damaged.json'));
    await damaged.load();
    expect(damaged.rate('a')).toBeUndefined();
    const below = new StageTimes(join(folder, 'damaged.json', 'times.json'));
    below.learn('a', 1);
    await expect(below.save()).resolves.toBeUndefined();
  });
});
