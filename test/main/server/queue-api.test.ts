import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { EmbeddedQueue } from '#main/jobs/queue/embedded-queue.js';
import { QueueControl } from '#main/jobs/queue/queue-control.js';
import { openDatabase } from '#main/jobs/store/open-database.js';
import { StateStore } from '#main/jobs/store/state-store.js';
import { SILENT_LOG } from '#main/logging/log.js';
import type { QueueResource } from '#shared/api/queue-schemas.js';
import { openTestService, postJob, type RunJob, type TestService, until, untilAborted } from './open-test-service.js';

let service: TestService;
let running: Set<string>;
let finish: (jobId: string) => void;
beforeEach(async () => {
  running = new Set();
  const ends = new Map<string, () => void>();
  finish = (jobId) => ends.get(jobId)?.();
  const runJob: RunJob = async (assignment, setup) => {
    const { jobId } = assignment;
    running.add(jobId);
    const finished = new Promise<void>((resolve) => ends.set(jobId, resolve));
    await Promise.race([finished, untilAborted(assignment, setup)]).finally(() => running.delete(jobId));
  };
  service = await openTestService({ minPhotos: 3 }, runJob);
});
afterEach(() => service.close());

async function waiting(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push(await postJob(service));
  return ids;
}

/** Reads the queue's events until one fits. @param seen receives them as they come */
async function followUntil(fits: (queue: QueueResource) => boolean, seen: QueueResource[]): Promise<void> {
  const abort = new AbortController();
  const { signal } = abort;
  const answer = await fetch(`${service.url}/api/v1/queue/events`, { headers: service.authorization, signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^event: queue\ndata: (.*)$/.exec(block)?.[1];
      if (data !== undefined) seen.push(JSON.parse(data) as QueueResource);
    }
    if (seen.some(fits)) break;
  }
  abort.abort();
}

describe('the queue', () => {
  it('shows what runs and what waits in the order of the turns', async () => {
    const [first, second, third] = await waiting(3);
    await until(() => running.size === 1);
    expect(await service.client.queue()).toEqual({
      ...{ paused: false, concurrency: 1, running: [first], queued: [second, third] },
    });
  });

  it('that is paused starts nothing new, lets run what runs, and goes on when resumed', async () => {
    const [first, second] = (await waiting(2)) as [string, string];
    await until(() => running.has(first));
    expect(await service.client.setQueuePaused(true)).toMatchObject({ paused: true, running: [first] });
    finish(first);
    await service.client.wait(first, { pollMs: 20 });
    const late = await postJob(service);
    expect(running.size).toBe(0);
    expect(await service.client.queue()).toMatchObject({ paused: true, running: [], queued: [second, late] });
    const ready = (await (await fetch(`${service.url}/ready`)).json()) as { queue: { detail: string } };
    expect(ready).toMatchObject({ ready: true, queue: { ok: true, detail: '0 running, paused' } });
    expect(await service.client.setQueuePaused(false)).toMatchObject({ paused: false });
    await until(() => running.has(second));
  });

  it('tells those who follow it of pauses, moves, starts and ends, by events and by WebSocket', async () => {
    const [first, second, third] = (await waiting(3)) as [string, string, string];
    await until(() => running.has(first));
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/api/v1/ws`, { headers: service.authorization });
    const messages: { id: null; job_id: null; event: string; data: QueueResource }[] = [];
    socket.on('message', (raw) => messages.push(JSON.parse(String(raw))));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('{"subscribe":"queue"}');
    await until(() => messages.length === 1);
    const seen: QueueResource[] = [];
    const following = followUntil(({ running: now }) => now[0] === second, seen);
    await until(() => seen.length > 0);
    await service.client.setQueuePaused(true);
    await service.client.move(third, { before: second });
    await service.client.setQueuePaused(false);
    finish(first);
    await until(() => running.has(third));
    finish(third);
    await following;
    expect(seen[0]).toMatchObject({ paused: false, running: [first], queued: [second, third] });
    expect(seen.some(({ paused, queued }) => paused && queued[0] === third && queued[1] === second)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ paused: false, running: [second], queued: [] });
    await until(() => messages.at(-1)?.data.running[0] === second);
    expect(messages[0]).toEqual({ id: null, job_id: null, event: 'queue', data: seen[0] });
    socket.send('{"unsubscribe":"queue"}');
    socket.terminate();
  });

  it('that is long tells a burst of changes in few events, of which the last is how it is in the end', async () => {
    const { queueControl, store } = service.parts;
    const [, second] = await waiting(2);
    const job = store.get(second ?? '');
    for (let i = 0; i < 200; i++) store.create({ ...job, job_id: randomUUID() });
    const seen: QueueResource[] = [];
    const end = queueControl.subscribe((queue) => seen.push(queue));
    for (let change = 1; change <= 99; change++) queueControl.setPaused(change % 2 === 1);
    expect(seen.map(({ paused }) => paused)).toEqual([true]);
    queueControl.setPaused(false);
    await until(() => seen.at(-1)?.paused === false);
    expect(seen.length).toBe(2);
    expect(seen[1]?.queued.length).toBe(201);
    end();
  });
});

describe('a waiting job', () => {
  it('is moved before another or to a place; the others keep their order, and new ones come last', async () => {
    await service.client.setQueuePaused(true);
    const [a, b, c, d] = (await waiting(4)) as [string, string, string, string];
    const queued = async () => (await service.client.queue()).queued;
    expect(await service.client.move(d, { before: a })).toMatchObject({ job_id: d, queue_position: 0 });
    expect(await queued()).toEqual([d, a, b, c]);
    expect(await service.client.move(d, { before: c })).toMatchObject({ queue_position: 2 });
    expect(await queued()).toEqual([a, b, d, c]);
    expect(await service.client.move(a, { position: 99 })).toMatchObject({ queue_position: 3 });
    expect(await service.client.move(b, { position: 1 })).toMatchObject({ queue_position: 1 });
    expect(await queued()).toEqual([d, b, c, a]);
    expect(await service.client.move(b, { before: b })).toMatchObject({ queue_position: 1 });
    const late = await postJob(service);
    expect(await queued()).toEqual([d, b, c, a, late]);
    await service.client.setQueuePaused(false);
    await until(() => running.has(d));
  });

  it('takes on the priority of those it is put among', async () => {
    await service.client.setQueuePaused(true);
    const priorities = [5, 5, 0, 0];
    const ids: string[] = [];
    for (const priority of priorities) {
      const id = await service.client.createDraft({ priority });
      service.parts.store.update(id, () => ({ status: 'queued', queued_at: new Date().toISOString() }));
      ids.push(id);
    }
    const [a, b, c, d] = ids as [string, string, string, string];
    expect(await service.client.move(d, { position: 0 })).toMatchObject({ queue_position: 0, priority: 5 });
    expect(await service.client.move(a, { before: c })).toMatchObject({ queue_position: 2, priority: 5 });
    expect(await service.client.move(b, { position: 3 })).toMatchObject({ queue_position: 3, priority: 0 });
    expect((await service.client.queue()).queued).toEqual([d, a, c, b]);
  });

  it('that was moved keeps its place over a restart of its run; one that is queued again comes last', async () => {
    const [a, b, c] = (await waiting(3)) as [string, string, string];
    await until(() => running.has(a));
    await service.client.move(c, { before: b });
    const { store } = service.parts;
    await service.parts.queue.stop();
    // As after a restart: what ran comes back before what was put in order behind it.
    expect(store.order.ids()).toEqual([a, c, b]);
    await service.client.cancel(c);
    await service.client.retry(c);
    expect(store.order.ids()).toEqual([a, b, c]);
  });

  it.each([
    [
      'a job that runs',
      async ([first]: string[]) => service.client.move(first!, { position: 0 }),
      'JOB_STATE_CONFLICT',
    ],
    ['before one that runs', async ([a, b]: string[]) => service.client.move(b!, { before: a! }), 'JOB_STATE_CONFLICT'],
    ['an unknown job', async () => service.client.move(crypto.randomUUID(), { position: 0 }), 'JOB_NOT_FOUND'],
    [
      'before an unknown job',
      async ([, b]: string[]) => service.client.move(b!, { before: crypto.randomUUID() }),
      'JOB_NOT_FOUND',
    ],
    ['nowhere', async ([, b]: string[]) => service.client.move(b!, {} as never), 'API_INVALID_REQUEST'],
    [
      'to two places',
      async ([a, b]: string[]) => service.client.move(b!, { before: a!, position: 1 } as never),
      'API_INVALID_REQUEST',
    ],
    ['below zero', async ([, b]: string[]) => service.client.move(b!, { position: -1 }), 'API_INVALID_REQUEST'],
  ])('cannot be moved: %s', async (_name, move, code) => {
    const ids = await waiting(2);
    await until(() => running.size === 1);
    await expect(move(ids)).rejects.toMatchObject({ code });
    expect((await service.client.queue()).queued).toEqual([ids[1]]);
  });
});

it('a pause is still there after a restart of the service', () => {
  const database = openDatabase(':memory:');
  const open = () => {
    const queue = new EmbeddedQueue({
      concurrency: 1,
      claim: () => undefined,
      execute: async () => {},
      log: SILENT_LOG,
    });
    const { store, changes } = service.parts;
    return { queue, control: new QueueControl({ queue, store, changes, state: new StateStore(database) }) };
  };
  expect(open().queue.isPaused).toBe(false);
  open().control.setPaused(true);
  expect(open().queue.isPaused).toBe(true);
  open().control.setPaused(false);
  expect(open().queue.isPaused).toBe(false);
});
