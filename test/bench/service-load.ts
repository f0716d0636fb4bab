import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AtlasClient } from '#main/client/atlas-client.js';
import { hasEnded } from '#shared/job/job-state.js';
import { makeCapture } from '#synthetic/make-capture.js';

// npm run bench:service: what the service bears. 1. clients that poll while a reconstruction uses every processor; 2. a gigabyte
// of photos; 3. two thousand jobs in the queue; 4. with --kills N, so many kills at random moments of one job.

const MAIN = fileURLToPath(new URL('../../src-main/cli/main.js', import.meta.url));
const POLL_MS = 1000;
const { values: flags } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    jobs: { type: 'string', default: '2000' },
    upload: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '0' },
    size: { type: 'string', default: '1024' },
  },
});

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  readonly client: AtlasClient;
}

async function start(storage: string, settings: Record<string, string> = {}): Promise<Service> {
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--storage', storage], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ATLAS_MIN_PHOTOS: '3', ATLAS_REQUESTS_PER_MINUTE: '1000000', ...settings },
  });
  const url = await new Promise<string>((resolve) => {
    let output = '';
    child.stdout?.on('data', (data: Buffer) => {
      output += String(data);
      const found = /listens on (\S+)[\s\S]*Token: /.exec(output)?.[1];
      if (found) resolve(found);
    });
  });
  const token = readFileSync(join(storage, 'token'), 'utf8').trim();
  return { child, url, token, client: new AtlasClient({ url, token }) };
}

async function stop({ child }: Service, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill(signal);
  await closed;
}

/** Milliseconds of a GET. Sent over kept connections, as browsers do. */
function timeGet({ url, token }: Service, path: string, agent: Agent): Promise<{ status: number; ms: number }> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const call = request(`${url}${path}`, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, ms: performance.now() - begin }));
    });
    call.once('error', reject);
    call.end();
  });
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

function report(name: string, times: readonly number[], rest: Record<string, unknown> = {}): void {
  const sorted = [...times].sort((a, b) => a - b);
  const ms = (value: number) => Number(value.toFixed(1));
  const figures = {
    count: sorted.length,
    p50: ms(quantile(sorted, 0.5)),
    p99: ms(quantile(sorted, 0.99)),
    max: ms(sorted.at(-1) ?? 0),
  };
  console.log(JSON.stringify({ measured: name, ...figures, ...rest }));
}

/** A metric of the service as Prometheus reads it. */
async function metric({ url, token }: Service, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await answer.text())?.[1]);
}

const residentBytes = ({ child }: Service): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024;

async function pollWhileReconstructing(service: Service, photos: readonly string[]): Promise<void> {
  const jobId = await service.client.submit(photos, { options: { tier: 'standard' } });
  while ((await service.client.get(jobId)).stage === null) await delay(100);
  const agent = new Agent({ keepAlive: true, maxSockets: Number(flags.clients) });
  const end = performance.now() + Number(flags.seconds) * 1000;
  const times: number[] = [];
  let errors = 0;
  const client = async () => {
    await delay(Math.random() * POLL_MS);
    while (performance.now() < end) {
      const { status, ms } = await timeGet(service, `/api/v1/jobs/${jobId}`, agent).catch(() => ({ status: 0, ms: 0 }));
      if (status === 200) times.push(ms);
      else errors++;
      await delay(POLL_MS);
    }
  };
  await Promise.all(Array.from({ length: Number(flags.clients) }, client));
  agent.destroy();
  const lag = {
    loopDelayP50Ms: (await metric(service, 'nodejs_eventloop_lag_p50_seconds')) * 1000,
    loopDelayP99Ms: (await metric(service, 'nodejs_eventloop_lag_p99_seconds')) * 1000,
  };
  const { status, stage, progress } = await service.client.get(jobId);
  report('polls', times, { errors, ...lag, job: { status, stage, progress } });
  await service.client.delete(jobId);
}

/** Photos of ten megabytes each: a small JPEG and bytes after its end, which readers pass over. */
async function uploadLarge(service: Service, photo: string): Promise<void> {
  const megabytes = Number(flags.upload);
  const head = readFileSync(photo);
  const padding = Buffer.alloc(10_000_000);
  const boundary = 'atlas-bench';
  async function* body() {
    for (let i = 0; i * 10 < megabytes; i++) {
      yield `--${boundary}\r\nContent-Disposition: form-data; name="images"; filename="${i}.jpg"\r\n\r\n`;
      padding.writeUInt32LE(i);
      yield head;
      yield Buffer.from(padding);
      yield '\r\n';
    }
    yield `--${boundary}--\r\n`;
  }
  const before = residentBytes(service);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes(service));
  }, 50);
  const begin = performance.now();
  const answer = await service.client.request('/jobs', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Readable.toWeb(Readable.from(body())) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  clearInterval(watch);
  const { job_id } = (await answer.json()) as { job_id: string };
  const seconds = (performance.now() - begin) / 1000;
  const growth = Math.round((most - before) / 1e6);
  console.log(
    JSON.stringify({
      measured: 'upload',
      megabytes,
      seconds,
      memoryGrowthMb: growth,
      beforeMb: Math.round(before / 1e6),
    }),
  );
  await service.client.delete(job_id);
}

async function fillQueue(service: Service, photos: readonly string[]): Promise<void> {
  const creates: number[] = [];
  const blocks = await Promise.all(photos.slice(0, 3).map((path) => readAll(path)));
  for (let i = 0; i < Number(flags.jobs); i++) {
    const form = new FormData();
    for (const [index, block] of blocks.entries()) form.append('images', new Blob([block]), `${index}.jpg`);
    const begin = performance.now();
    await service.client.request('/jobs', { method: 'POST', body: form });
    creates.push(performance.now() - begin);
  }
  report('create, whole job of 3 photos', creates.slice(0, 100), { first: 100 });
  report('create, whole job of 3 photos', creates.slice(-100), { last: 100 });
  const drafts: number[] = [];
  const agent = new Agent({ keepAlive: true });
  for (let i = 0; i < 100; i++) {
    const begin = performance.now();
    await service.client.createDraft();
    drafts.push(performance.now() - begin);
  }
  report('create, draft', drafts);
  for (const path of ['/api/v1/jobs', '/api/v1/jobs?limit=200', '/api/v1/jobs?status=queued&limit=200']) {
    const times: number[] = [];
    for (let i = 0; i < 100; i++) times.push((await timeGet(service, path, agent)).ms);
    report(`list ${path}`, times);
  }
  agent.destroy();
}

async function readAll(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

/** Kills the service, or the process of its job, at random moments until the job has ended. */
async function killAtRandom(storage: string, first: Service, photos: readonly string[]): Promise<void> {
  const { default: Database } = await import('libsql');
  let service = first;
  const jobId = await service.client.submit(photos, { options: { tier: 'preview' } });
  let kills = 0;
  let job = await service.client.get(jobId);
  for (; !hasEnded(job.status); job = await service.client.get(jobId)) {
    await delay(200 + Math.random() * 4000);
    if (kills >= Number(flags.kills)) continue;
    kills++;
    await stop(service, 'SIGKILL');
    const database = new Database(join(storage, 'jobs.db'));
    const check = JSON.stringify(database.prepare('PRAGMA integrity_check').all());
    database.close();
    if (!check.includes('"ok"')) throw new Error(`The store is damaged: ${check}`);
    service = await start(storage);
  }
  console.log(JSON.stringify({ measured: 'kills', kills, status: job.status, attempt: job.attempt, error: job.error }));
  await stop(service);
}

const folder = await mkdtemp(join(tmpdir(), 'atlas-service-load-'));
const storage = join(folder, 'storage');
let service: Service | undefined;
try {
  const { images } = await makeCapture(join(folder, 'capture'), { photos: 24, sizePx: Number(flags.size) });
  const photos = (await readdir(images)).map((name) => join(images, name));
  service = await start(storage);
  if (Number(flags.seconds) > 0) await pollWhileReconstructing(service, photos);
  if (Number(flags.upload) > 0) await uploadLarge(service, photos[0] ?? '');
  if (Number(flags.jobs) > 0) await fillQueue(service, photos);
  await stop(service);
  if (Number(flags.kills) > 0) {
    await rm(storage, { recursive: true });
    service = await start(storage);
    await killAtRandom(storage, service, photos.slice(0, 10));
  }
} finally {
  service?.child.kill('SIGKILL');
  if (existsSync(folder)) await rm(folder, { recursive: true, force: true });
}
