import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '#shared/errors/error-codes.js';
import { StudioError } from '#shared/errors/studio-error.js';
import { openTestService, postJob, type RunJob, until } from '../server/open-test-service.js';

/** Runs one job whose process fails in this way each time. */
async function runFailing(code: ErrorCode, crashRetries: number) {
  let attempts = 0;
  const failing: RunJob = async () => {
    attempts++;
    throw new StudioError(code, { details: { stack: 'at secret.js:1', path: '/secret', photos: ['a.jpg'] } });
  };
  const service = await openTestService({ minPhotos: 3, crashRetries }, failing);
  try {
    const jobId = await postJob(service);
    const job = await service.client.wait(jobId, { pollMs: 20 });
    return { job, attempts };
  } finally {
    await service.close();
  }
}

describe('a job that fails', () => {
  it.each(['JOB_PROCESS_CRASHED', 'WORKER_CRASHED', 'OUT_OF_MEMORY'] as const)(
    '%s: is tried again, so many times',
    async (code) => {
      const { job, attempts } = await runFailing(code, 2);
      expect(attempts).toBe(3);
      expect(job).toMatchObject({ status: 'failed', attempt: 3, error: { code } });
    },
  );

  it.each(['INPUT_TOO_FEW_PHOTOS', 'SFM_NO_OVERLAP', 'INTERNAL', 'DISK_FULL'] as const)('%s: is not', async (code) => {
    const { job, attempts } = await runFailing(code, 2);
    expect(attempts).toBe(1);
    expect(job).toMatchObject({ status: 'failed', error: { code } });
  });

  it('tells what and what to do, but no stack and no place on this machine', async () => {
    const { job } = await runFailing('SFM_NO_OVERLAP', 0);
    expect(job.error?.hint).toContain('overlapping');
    expect(job.error?.details).toEqual({ photos: ['a.jpg'] });
  });
});

describe('jobs at the same time', () => {
  it('are as many as the service is told, and end apart from each other', async () => {
    const running = new Set<string>();
    let most = 0;
    const waits: RunJob = ({ jobId }, { signal }) =>
      new Promise((_, reject) => {
        running.add(jobId);
        most = Math.max(most, running.size);
        signal.addEventListener('abort', () => {
          running.delete(jobId);
          reject(signal.reason);
        });
      });
    const service = await openTestService({ minPhotos: 3, concurrency: 2 }, waits);
    try {
      const ids = [await postJob(service), await postJob(service), await postJob(service)];
      await until(() => running.size === 2);
      expect(running).toEqual(new Set(ids.slice(0, 2)));
      await service.client.cancel(ids[0]!);
      await until(() => running.has(ids[2]!));
      expect(running).toEqual(new Set(ids.slice(1)));
      await Promise.all([service.client.delete(ids[1]!), service.client.delete(ids[2]!)]);
      expect(running.size).toBe(0);
      expect(most).toBe(2);
      expect((await service.client.list()).jobs.map(({ status }) => status)).toEqual(['cancelled']);
    } finally {
      await service.close();
    }
  });

  it.each([
    [{ concurrency: 1 }, availableParallelism()],
    [{ concurrency: 2 }, Math.max(1, Math.floor(availableParallelism() / 2))],
    [{ concurrency: 64 }, 1],
    [{ concurrency: 2, threads: 3 }, 3],
  ])('share the processors, unless told otherwise: %o', async (settings, threads) => {
    const assigned: number[] = [];
    const takesNote: RunJob = async (assignment) => {
      assigned.push(assignment.threads);
    };
    const service = await openTestService({ minPhotos: 3, ...settings }, takesNote);
    try {
      await service.client.wait(await postJob(service), { pollMs: 20 });
      expect(assigned).toEqual([threads]);
    } finally {
      await service.close();
    }
  });
});
