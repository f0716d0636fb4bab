import { setTimeout as delay } from 'node:timers/promises';
import { jobProcessId, type ServeProcess } from '../../e2e/serve-process.js';
import { printMeasured, quantiles } from './measured.js';

/** How far into the job it is cancelled: in one stage and another. */
const AFTER_MS = [500, 3000, 8000, 15_000];

/** How long a job that computes takes to be cancelled, its process being gone. */
export async function measureCancel(service: ServeProcess, storage: string, photos: readonly string[]): Promise<void> {
  const { client } = service;
  const times: number[] = [];
  const stages: (string | null)[] = [];
  for (const afterMs of AFTER_MS) {
    const jobId = await client.submit(photos, { options: { tier: 'standard' } });
    while (jobProcessId(storage, jobId) === undefined) await delay(20);
    await delay(afterMs);
    stages.push((await client.get(jobId)).stage);
    const begin = performance.now();
    await client.cancel(jobId);
    times.push(performance.now() - begin);
    await client.delete(jobId);
  }
  printMeasured('cancel', { ...quantiles(times), stages });
}
