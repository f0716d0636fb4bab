import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';

const TASK = new URL('../../../fixtures/tasks/tasks.mjs', import.meta.url);
const never = new AbortController().signal;

describe('KernelPool', () => {
  let pool: KernelPool;
  beforeEach(() => {
    pool = new KernelPool(2, 64);
  });
  afterEach(async () => {
    await pool.close();
  });

  it('returns outputs in the order of the items, whatever the order in which they end', async () => {
    const inputs = [60, 5, 30, 1, 20].map((milliseconds, value) => ({ action: 'echo', value, milliseconds }));
    const doneCounts: number[] = [];
    const outputs = await pool.map<object, number>(TASK, inputs, never, (done) => {
      doneCounts.push(done);
    });
    expect(outputs).toEqual([0, 1, 2, 3, 4]);
    expect(doneCounts).toEqual([1, 2, 3, 4, 5]);
  });

  it('turns a worker that exits into WORKER_CRASHED and works on', async () => {
    await expect(pool.run(TASK, { action: 'exit' }, never)).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
    await expect(pool.run(TASK, { action: 'echo', value: 5 }, never)).resolves.toBe(5);
  });

  it('turns a full heap of a worker into OUT_OF_MEMORY and works on', async () => {
    await expect(pool.run(TASK, { action: 'fill-heap' }, never)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    await expect(pool.run(TASK, { action: 'echo', value: 6 }, never)).resolves.toBe(6);
  });

  it.each([
    ['allocate', 'OUT_OF_MEMORY'],
    ['disk-full', 'DISK_FULL'],
    ['nothing of the kind', 'INTERNAL'],
  ])('gives the failure "%s" of a task the code %s', async (action, code) => {
    await expect(pool.run(TASK, { action }, never)).rejects.toMatchObject({ code });
  });

  it('ends an endless item at the abort, with the reason of the signal, and can be used again', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = pool.map(TASK, [{ action: 'spin' }, { action: 'spin' }, { action: 'spin' }], controller.signal);
    const ended = expect(run).rejects.toBe(reason);
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort(reason);
    await ended;
    await expect(pool.run(TASK, { action: 'echo', value: 7 }, never)).resolves.toBe(7);
  });

  it('stops the other items when one fails, and tells the failure of that one', async () => {
    const inputs = [{ action: 'spin' }, { action: 'disk-full', milliseconds: 50 }, { action: 'echo' }];
    await expect(pool.map(TASK, inputs, never)).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  it('works on with new workers after it was renewed', async () => {
    await pool.run(TASK, { action: 'echo', value: 1 }, never);
    await pool.renew();
    await expect(pool.run(TASK, { action: 'echo', value: 2 }, never)).resolves.toBe(2);
  });

  it('does not start an item when it is aborted already', async () => {
    await expect(pool.run(TASK, { action: 'spin' }, AbortSignal.abort('over'))).rejects.toBe('over');
  });
});
