import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocket as WebSocketClient } from 'ws';
import type { RunEvent } from '#shared/pipeline/run-event.js';
import { openTestService, postJob, type RunJob, type TestService, TOKEN, until } from './open-test-service.js';

interface SentEvent {
  readonly id: number | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

let service: TestService;
let tell: (event: RunEvent) => void;
let finish: () => void;
let fail: (error: Error) => void;

/** A job whose events and end the test decides. */
const directed: RunJob = (_assignment, { onEvent, signal }) =>
  new Promise((resolve, reject) => {
    tell = onEvent;
    finish = resolve;
    fail = reject;
    signal.addEventListener('abort', () => reject(signal.reason));
  });

beforeEach(async () => {
  service = await openTestService({ minPhotos: 3 }, directed);
});
afterEach(() => service.close());

const progress = (fraction: number): RunEvent => ({
  ...{ type: 'progress', stage: 'depth', fraction, stageFraction: 0.5, etaSeconds: 12.3 },
});

interface Following {
  readonly headers?: Record<string, string>;
  /** Most events that are read. */
  readonly count?: number;
  /** Receives them as they come. */
  readonly events?: SentEvent[];
}

/** Reads a stream of events until it ends or the number is there. */
async function follow(jobId: string, { headers = {}, count = Number.POSITIVE_INFINITY, events = [] }: Following = {}) {
  const abort = new AbortController();
  const answer = await fetch(`${service.url}/api/v1/jobs/${jobId}/events`, {
    headers: { ...service.authorization, ...headers },
    signal: abort.signal,
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    events.push(...blocks.flatMap(parseEvent));
    if (events.length >= count) break;
  }
  abort.abort();
  return events;
}

function parseEvent(block: string): SentEvent[] {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  if (event === undefined || data === undefined) return [];
  return [{ id: id === undefined ? undefined : Number(id), event, data: JSON.parse(data) as Record<string, unknown> }];
}

async function runningJob(): Promise<string> {
  const jobId = await postJob(service);
  await until(() => service.parts.store.get(jobId).status === 'processing');
  await until(() => tell !== undefined);
  return jobId;
}

describe('Server-Sent Events', () => {
  it('tell the job as polling does, previews, and end with the job', async () => {
    const jobId = await runningJob();
    const following = follow(jobId);
    tell({ type: 'stage-started', stage: 'depth' });
    tell(progress(0.4));
    tell({ type: 'preview', stage: 'mapping', event: { kind: 'sparse', cameras: [], points: [1, 2, 3, 4, 5, 6] } });
    finish();
    const events = await following;
    const ids = events.flatMap(({ id }) => id ?? []);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(events.find(({ event }) => event === 'preview')?.data).toEqual({
      ...{ stage: 'mapping', kind: 'sparse', cameras: [], points: [1, 2, 3, 4, 5, 6] },
    });
    expect(events.find(({ data }) => data.progress === 40)?.data).toMatchObject({ stage: 'depth', eta_seconds: 12 });
    const last = events.at(-1)?.data;
    expect(last).toEqual(await service.client.get(jobId));
    expect(last).toMatchObject({ status: 'completed', progress: 100, message: 'Done' });
    expect(last).not.toHaveProperty('client');
  });

  it('continue after the last one that was seen, none lost and none twice', async () => {
    const jobId = await runningJob();
    const early = await follow(jobId, { count: 2 });
    for (let i = 0; i < 20; i++) {
      tell({ type: 'preview', stage: 'mapping', event: { kind: 'sparse', cameras: [], points: [i, 0, 0, 0, 0, 0] } });
    }
    const seen = early.at(-1)?.id ?? 0;
    const some = await follow(jobId, { headers: { 'last-event-id': String(seen) }, count: 8 });
    const following = follow(jobId, { headers: { 'last-event-id': String(some.at(-1)?.id) } });
    finish();
    const all = [...some, ...(await following)].filter(({ event }) => event === 'preview');
    expect(all.map(({ data }) => (data.points as number[])[0])).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('after the end: the rest once, then 204', async () => {
    const jobId = await runningJob();
    finish();
    await service.client.wait(jobId, { pollMs: 20 });
    const events = await follow(jobId);
    expect(events.at(-1)?.data).toMatchObject({ status: 'completed' });
    const again = await fetch(`${service.url}/api/v1/jobs/${jobId}/events`, {
      headers: { ...service.authorization, 'last-event-id': String(events.at(-1)?.id) },
    });
    expect(again.status).toBe(204);
  });

  it('of a job that runs again do not end with its earlier end', async () => {
    const jobId = await runningJob();
    finish();
    await service.client.wait(jobId, { pollMs: 20 });
    await service.client.retry(jobId);
    await until(() => service.parts.store.get(jobId).status === 'processing');
    const seen: SentEvent[] = [];
    const following = follow(jobId, { events: seen });
    await until(() => seen.length > 0);
    fail(new Error('broken'));
    expect((await following).at(-1)?.data).toMatchObject({ status: 'failed', error: { code: 'INTERNAL' } });
  });

  it('tell the place in the queue as it changes, and the end by deletion', async () => {
    await runningJob();
    const second = await postJob(service);
    const third = await postJob(service);
    const seen: SentEvent[] = [];
    const following = follow(third, { events: seen });
    await until(() => seen.length > 0);
    await service.client.delete(second);
    await until(() => seen.at(-1)?.event === 'queue');
    await service.client.delete(third);
    const events = await following;
    expect(events[0]?.data).toMatchObject({ status: 'queued', queue_position: 1 });
    expect(events.at(-2)).toMatchObject({ event: 'queue', id: undefined, data: { queue_position: 0 } });
    expect(events.at(-1)).toMatchObject({ event: 'deleted', data: { job_id: third } });
  });

  it('have no place that leads out of the job’s folder: preview pictures', async () => {
    const jobId = await runningJob();
    tell({ type: 'preview', stage: 'depth', event: { kind: 'depth-map', photoId: 1, path: '/etc/passwd' } });
    const [event] = (await follow(jobId, { count: 3 })).filter((sent) => sent.event === 'preview');
    expect(event?.data).toEqual({ stage: 'depth', kind: 'depth-map', photoId: 1 });
    const answer = await fetch(`${service.url}/api/v1/jobs/${jobId}/previews/${event?.id}`, {
      headers: service.authorization,
    });
    expect(answer.status).toBe(404);
  });
});

describe('the file of a preview', () => {
  it('is served with an ETag, to those with the token', async () => {
    const jobId = await runningJob();
    const path = join(service.parts.folders.output(jobId), 'work', 'fusion', 'preview.ply');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'ply');
    tell({ type: 'preview', stage: 'fusion', event: { kind: 'dense', photoId: 3, path } });
    const [event] = (await follow(jobId, { count: 3 })).filter((sent) => sent.event === 'preview');
    expect(event?.data).toEqual({ stage: 'fusion', kind: 'dense', photoId: 3 });
    const url = `${service.url}/api/v1/jobs/${jobId}/previews/${event?.id}`;
    const answer = await fetch(url, { headers: service.authorization });
    expect([answer.status, await answer.text()]).toEqual([200, 'ply']);
    const headers = { ...service.authorization, 'if-none-match': answer.headers.get('etag') ?? '' };
    expect((await fetch(url, { headers })).status).toBe(304);
    expect((await fetch(url)).status).toBe(401);
    await writeFile(path, 'another ply');
    expect(await (await fetch(url, { headers })).text()).toBe('another ply');
  });
});

describe('the WebSocket', () => {
  const open = (protocols: string[] = [], headers: Record<string, string> = {}): Promise<WebSocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocketClient(`${service.url.replace('http', 'ws')}/api/v1/ws`, protocols, { headers });
      socket.once('open', () => resolve(socket));
      socket.once('error', reject);
    });

  it('tells the same, for several jobs, from where a client was', async () => {
    const jobId = await runningJob();
    const waiting = await postJob(service);
    const socket = await open([], service.authorization);
    const messages: { id: number; job_id: string; event: string; data: { status?: string } }[] = [];
    socket.on('message', (raw) => messages.push(JSON.parse(String(raw))));
    socket.send(JSON.stringify({ subscribe: jobId }));
    socket.send(JSON.stringify({ subscribe: waiting, last_event_id: 0 }));
    await until(() => messages.some(({ job_id }) => job_id === waiting));
    finish();
    await until(() => messages.some(({ job_id, data }) => job_id === jobId && data.status === 'completed'));
    socket.send(JSON.stringify({ unsubscribe: waiting }));
    socket.terminate();
    const replayed = await follow(jobId);
    const ids = messages.filter(({ job_id, id }) => job_id === jobId && id !== null).map(({ id }) => id);
    expect(ids.slice(-2)).toEqual(replayed.map(({ id }) => id).slice(-2));
  });

  it('takes the token of a browser from the offered protocols, and none from nowhere', async () => {
    const socket = await open(['atlas.v1', `bearer.${TOKEN}`]);
    expect(socket.protocol).toBe('atlas.v1');
    socket.terminate();
    await expect(open()).rejects.toThrow('401');
    await expect(open(['atlas.v1', 'bearer.wrong'])).rejects.toThrow('401');
    await expect(open([], { ...service.authorization, origin: 'https://evil.example' })).rejects.toThrow('403');
  });

  it.each(['nonsense', '{"subscribe":"../../etc"}', '{}', `{"subscribe":"${'x'.repeat(20_000)}"}`])(
    'ends the connection at %.20s',
    async (text) => {
      const socket = await open([], service.authorization);
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.send(text);
      expect([1008, 1009]).toContain(await closed);
    },
  );
});
