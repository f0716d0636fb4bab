import { readFile } from 'node:fs/promises';
import type { ServeProcess } from '../../e2e/serve-process.js';
import { loopDelay, printMeasured, quantiles } from './measured.js';

/** Photos of each job: as few as a service that is told so accepts. */
const PHOTOS = 3;
const REPEATS = 100;
const LISTS = ['/jobs', '/jobs?limit=200', '/jobs?status=queued&limit=200', '/jobs?limit=200&cursor=1000'];

/** A queue of many jobs: what making another one and listing them costs. */
export async function measureQueue(service: ServeProcess, photos: readonly string[], jobs: number): Promise<void> {
  const { client } = service;
  const blocks = await Promise.all(photos.slice(0, PHOTOS).map((path) => readFile(path)));
  const create = async () => {
    const form = new FormData();
    for (const [index, block] of blocks.entries())
      form.append('images', new Blob([new Uint8Array(block)]), `${index}.jpg`);
    const answer = await client.request('/jobs', { method: 'POST', body: form });
    return ((await answer.json()) as { job_id: string }).job_id;
  };
  const creates: number[] = [];
  const ids: string[] = [];
  await loopDelay(service);
  for (let i = 0; i < jobs; i++) creates.push(await timed(async () => ids.push(await create())));
  printMeasured('create, whole job of 3 photos', { ...quantiles(creates), ...(await loopDelay(service)) });
  printMeasured('create, whole job of 3 photos, last', quantiles(creates.slice(-REPEATS)));

  printMeasured('create, draft', quantiles(await repeated(() => client.createDraft())));
  for (const path of LISTS) {
    const read = async () => (await client.request(path)).arrayBuffer();
    printMeasured(`list ${path}`, { ...quantiles(await repeated(read)), ...(await loopDelay(service)) });
  }
  const waiting = ids.slice(-REPEATS);
  let next = 0;
  printMeasured('read a waiting job', quantiles(await repeated(() => client.get(waiting[next++ % REPEATS] ?? ''))));
  next = 0;
  printMeasured('cancel a waiting job', quantiles(await repeated(() => client.cancel(waiting[next++] ?? ''))));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function repeated(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) times.push(await timed(work));
  return times;
}
