import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { MemoryMeter } from '#main/pipeline/memory-meter.js';
import type { Stage } from '#main/pipeline/stage.js';
import { given, located } from '#main/pipeline/stage-key.js';
import { StageRunner, take } from '#main/pipeline/stage-runner.js';
import { StageTimes } from '#main/pipeline/stage-times.js';
import { TimeEstimate } from '#main/pipeline/time-estimate.js';
import { Workspace } from '#main/workspace/workspace.js';
import { StudioError } from '#shared/errors/studio-error.js';
import type { RunEvent } from '#shared/pipeline/run-event.js';
import { STAGE_IDS } from '#shared/pipeline/stages.js';
import type { Warning } from '#shared/scene/photo.js';

type ItemsInput = { readonly names: readonly string[] };
type ItemsOutput = { readonly files: readonly string[]; readonly report: { readonly computed: number } };
type SumInput = { readonly files: readonly string[] };

let root: string;
let events: RunEvent[];
let controller: AbortController;
let kernels: KernelPool;
let memory: MemoryMeter;
/** Names of the items that the fake stages computed, in order. */
let computed: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'atlas-runner-'));
  events = [];
  computed = [];
  controller = new AbortController();
  kernels = new KernelPool(1);
  memory = new MemoryMeter();
});
afterEach(async () => {
  memory.stop();
  await kernels.close();
  await rm(root, { recursive: true, force: true });
});

/** A long stage: a file an item, items that are there are not computed again. `beforeItem` may fail or abort. */
function itemsStage(beforeItem: (name: string) => void = () => {}): Stage<ItemsInput, { factor: number }, ItemsOutput> {
  return {
    id: 'features',
    revision: 1,
    defaults: { factor: 1 },
    async run({ names }, { factor }, { folder, progress, signal }) {
      const files: string[] = [];
      for (const [index, name] of names.entries()) {
        if (!folder.has(`${name}.txt`)) {
          beforeItem(name);
          signal.throwIfAborted();
          computed.push(name);
          await folder.write(`${name}.txt`, `${name} x ${factor}`);
        }
        files.push(folder.ref(`${name}.txt`));
        progress((index + 1) / names.length, name);
      }
      return { files, report: { computed: files.length } };
    },
  };
}

const sumStage: Stage<SumInput, { offset: number }, { sum: number; rotation: Float64Array }> = {
  id: 'matching',
  revision: 1,
  defaults: { offset: 0 },
  run: async ({ files }, { offset }, { progress }) => {
    computed.push('sum');
    for (const fraction of [0.5, 0.2, Number.NaN, 7]) progress(fraction);
    return { sum: files.length + offset, rotation: new Float64Array([0.1, 1 / 3]) };
  },
};

const newRunner = (seed = 1) =>
  new StageRunner({
    workspace: new Workspace(root),
    stages: STAGE_IDS,
    seed,
    kernels,
    signal: controller.signal,
    log: SILENT_LOG,
    memory,
    estimate: new TimeEstimate(new StageTimes(join(root, 'times.json')), STAGE_IDS, 'test'),
    onEvent: (event) => events.push(event),
  });

const NAMES = ['a', 'b', 'c'];

describe('StageRunner', () => {
  it('computes a stage once and finds it again in the next run', async () => {
    const first = await newRunner().run(itemsStage(), { names: given(NAMES) });
    const second = await newRunner().run(itemsStage(), { names: given(NAMES) });
    expect(computed).toEqual(['a', 'b', 'c']);
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect(second.output).toEqual(first.output);
  });

  it('gives the next stage the same output whether it was computed or found', async () => {
    const runOnce = async () => {
      const runner = newRunner();
      const items = await runner.run(itemsStage(), { names: given(NAMES) });
      return runner.run(sumStage, { files: take(items, 'files') });
    };
    const [first, second] = [await runOnce(), await runOnce()];
    expect(first.output.rotation).toBeInstanceOf(Float64Array);
    expect(second.cached).toBe(true);
    expect(second.output).toEqual(first.output);
  });

  it.each([
    ['an option', {}, { factor: 2 }, 1],
    ['the seed', {}, {}, 2],
    ['the input', { names: given(['a', 'b', 'd']) }, {}, 1],
  ])('computes a stage and what depends on it again when %s changes', async (_, input, options, seed) => {
    const chain = async (sources: object, itemOptions: object, runSeed: number) => {
      const runner = newRunner(runSeed);
      const items = await runner.run(itemsStage(), { names: given(NAMES), ...sources }, itemOptions);
      return [items, await runner.run(sumStage, { files: take(items, 'files') })];
    };
    await chain({}, {}, 1);
    const again = await chain(input, options, seed);
    expect(again.map(({ cached }) => cached)).toEqual([false, false]);
    expect(computed).toHaveLength(8);
  });

  it('shows what a stage showed last, its file included, also when an earlier run had done it', async () => {
    const showing: Stage<ItemsInput, object, null> = {
      ...{ id: 'fusion', revision: 1, defaults: {} },
      async run(_input, _options, { preview, folder }) {
        preview({ kind: 'depth-map', photoId: 1, path: folder.path('depth-1.png') });
        preview({ kind: 'dense', path: folder.path('points.ply') });
        return null;
      },
    };
    const shown = () => events.splice(0).flatMap((event) => (event.type === 'preview' ? [event.event] : []));
    await newRunner().run(showing, { names: given(NAMES) });
    const first = shown();
    expect(first).toHaveLength(2);
    await newRunner().run(showing, { names: given(NAMES) });
    expect(shown()).toEqual([first[1]]);
    expect(first[1]).toEqual({ kind: 'dense', path: join(root, 'work/fusion/points.ply') });
  });

  it('keeps the stages before a changed one', async () => {
    const runner = newRunner();
    const items = await runner.run(itemsStage(), { names: given(NAMES) });
    await runner.run(sumStage, { files: take(items, 'files') });
    const later = newRunner();
    const itemsAgain = await later.run(itemsStage(), { names: given(NAMES) });
    const sumAgain = await later.run(sumStage, { files: take(itemsAgain, 'files') }, { offset: 5 });
    expect([itemsAgain.cached, sumAgain.cached, sumAgain.output.sum]).toEqual([true, false, 8]);
  });

  it('computes nothing after a stage whose photos only moved, but runs that stage again', async () => {
    const runner = newRunner();
    const items = await runner.run(itemsStage(), { names: located(NAMES, 'same content') });
    await runner.run(sumStage, { files: take(items, 'files') });
    computed = [];
    const later = newRunner();
    const moved = await later.run(itemsStage(), { names: located([...NAMES].reverse(), 'same content') });
    const sum = await later.run(sumStage, { files: take(moved, 'files') });
    expect([moved.cached, sum.cached]).toEqual([false, true]);
    expect(moved.output.files[0]).toBe('features/c.txt');
    expect(computed).toEqual([]);
  });

  it('goes on at the first missing item after an interruption', async () => {
    const interrupted = newRunner().run(
      itemsStage((name) => {
        if (name === 'c') controller.abort(new StudioError('CANCELLED'));
      }),
      { names: given(NAMES) },
    );
    await expect(interrupted).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(computed).toEqual(['a', 'b']);
    await writeFile(join(root, 'work/features/c.txt.1-abcd.tmp'), 'half');
    controller = new AbortController();
    const result = await newRunner().run(itemsStage(), { names: given(NAMES) });
    expect(computed).toEqual(['a', 'b', 'c']);
    expect(result.output.report).toEqual({ computed: 3 });
    expect(await readdir(join(root, 'work/features'))).not.toContain('c.txt.1-abcd.tmp');
  });

  it('keeps what was computed when a stage fails, and does not take it as finished', async () => {
    const failing = itemsStage((name) => {
      if (name === 'b') throw new StudioError('SFM_NO_OVERLAP');
    });
    await expect(newRunner().run(failing, { names: given(NAMES) })).rejects.toMatchObject({ code: 'SFM_NO_OVERLAP' });
    expect(existsSync(join(root, 'work/features/a.txt'))).toBe(true);
    const again = await newRunner().run(itemsStage(), { names: given(NAMES) });
    expect(again.cached).toBe(false);
    expect(computed).toEqual(['a', 'b', 'c']);
  });

  it('wipes the items of other options', async () => {
    await newRunner().run(itemsStage(), { names: given(['old', 'older']) });
    await newRunner().run(itemsStage(), { names: given(NAMES) });
    expect(existsSync(join(root, 'work/features/old.txt'))).toBe(false);
  });

  it('removes the results for people of a stage that begins anew, and of those after it', async () => {
    const workspace = new Workspace(root);
    await newRunner().run(itemsStage(), { names: given(NAMES) });
    await workspace.write('model', 'a model of these photos');
    await newRunner().run(itemsStage(), { names: given(NAMES) });
    expect(existsSync(workspace.path('model'))).toBe(true);
    await newRunner().run(itemsStage(), { names: given(['other']) });
    expect(existsSync(workspace.path('model'))).toBe(false);
  });

  it('keeps another way to do a stage beside it, until the stage itself begins anew', async () => {
    const inTwoWays = async (names: readonly string[]) => {
      const runner = newRunner();
      const one = await runner.run(itemsStage(), { names: given(names) });
      const other = await runner.run(itemsStage(), { names: given(['x']) }, {}, { variant: 'other' });
      expect(one.output.files).toEqual(names.map((name) => `features/${name}.txt`));
      expect(other.output.files).toEqual(['features.other/x.txt']);
      return [one.cached, other.cached];
    };
    expect(await inTwoWays(NAMES)).toEqual([false, false]);
    expect(await inTwoWays(NAMES)).toEqual([true, true]);
    expect(await inTwoWays(['a'])).toEqual([false, false]);
  });

  it('keeps the warnings of a trial back until they are asked for', async () => {
    const warning = { code: 'PHOTO_FEW_FEATURES', message: 'Few.', photos: [] } as const;
    const stage: Stage<object, object, { warnings: readonly Warning[] }> = {
      ...{ id: 'features', revision: 1, defaults: {} },
      run: async () => ({ warnings: [warning] }),
    };
    const warnings = () => events.filter(({ type }) => type === 'warning');
    const runner = newRunner();
    const { output } = await runner.run(stage, {}, {}, { isTrial: true, note: 'once more' });
    expect(warnings()).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'progress', note: 'once more' }));
    runner.warn('features', output);
    expect(warnings()).toEqual([{ type: 'warning', stage: 'features', warning }]);
    await newRunner().run(stage, {});
    expect(warnings()).toHaveLength(2);
  });

  it.each([
    ['is missing', () => rm(join(root, 'work/features/b.txt'))],
    ['has another size', () => writeFile(join(root, 'work/features/b.txt'), '')],
    ['has a damaged record', () => writeFile(join(root, 'work/features/stage.json'), '{"key":')],
  ])('runs a finished stage again when a file of it %s', async (_, damage) => {
    await newRunner().run(itemsStage(), { names: given(NAMES) });
    await damage();
    const again = await newRunner().run(itemsStage(), { names: given(NAMES) });
    expect(again.cached).toBe(false);
  });

  it('reports progress that never goes back and ends where the next stage begins', async () => {
    const runner = newRunner();
    const items = await runner.run(itemsStage(), { names: given(NAMES) });
    await runner.run(sumStage, { files: take(items, 'files') });
    const fractions = events.flatMap((event) => (event.type === 'progress' ? [event.fraction] : []));
    expect(fractions.length).toBeGreaterThanOrEqual(2);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
  });

  it('gives an error without a code the code INTERNAL, and a full disk DISK_FULL', async () => {
    const failWith = (error: Error) =>
      newRunner().run(
        itemsStage(() => {
          throw error;
        }),
        { names: given(NAMES) },
      );
    await expect(failWith(new TypeError('x is undefined'))).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(failWith(Object.assign(new Error(), { code: 'ENOSPC' }))).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(failWith(new RangeError('Array buffer allocation failed'))).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
    });
  });
});
