import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JOB_PROCESS_LIMITS, type JobProcessLimits, runJobProcess } from '#main/jobs/process/run-job-process.js';
import { ReconstructOptionsSchema } from '#shared/pipeline/reconstruct-options.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-job-process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a job in a real process. */
const run = (
  signal: AbortSignal,
  limits: Partial<JobProcessLimits> = {},
  photos = [{ path: '/none.jpg', name: 'a' }],
) =>
  runJobProcess(
    {
      jobId: 'j',
      photos,
      outputFolder: join(folder, 'output'),
      options: ReconstructOptionsSchema.parse({}),
      threads: 1,
    },
    { limits: { ...JOB_PROCESS_LIMITS, ...limits }, signal, outputLog: join(folder, 'log'), onEvent: () => {} },
  );

it.each([0, 1, 20, 150])('a cancel %d ms after the start ends the process within a second', async (afterMs) => {
  const controller = new AbortController();
  const running = run(controller.signal, {}, [{ path: '/dev/zero', name: 'endless' }]);
  const ended = expect(running).rejects.toBe('stop');
  if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
  const start = performance.now();
  controller.abort('stop');
  await ended;
  // A second, and what a busy test machine adds.
  expect(performance.now() - start).toBeLessThan(3000);
});

it('bad input fails with its code', async () => {
  await expect(run(new AbortController().signal)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
});

it('a process above its memory limit is ended', async () => {
  const running = run(new AbortController().signal, { memoryBytes: 1000 }, [{ path: '/dev/zero', name: 'endless' }]);
  await expect(running).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
});
