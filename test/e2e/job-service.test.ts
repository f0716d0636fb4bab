import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginUpload } from '../main/server/begin-upload.js';
import { until } from '../main/server/open-test-service.js';
import { jobProcessId, type ServeProcess, startServe } from './serve-process.js';
import { makeSmallCapture, SMALL_OPTIONS as OPTIONS, type SmallCapture } from './small-capture.js';

const run = promisify(execFile);

/** `SERVICE_PHOTOS=8` for a quick look. */
const PHOTOS = Number(process.env.SERVICE_PHOTOS ?? 24);
/** At the tests' own priority: others run at the same time, and should not all go first. */
const SETTINGS = { ATLAS_MIN_PHOTOS: '8', ATLAS_NICENESS: '0' };

let folder: string;
let storage: string;
let capture: SmallCapture;
let service: ServeProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-e2e-'));
  storage = join(folder, 'storage');
  capture = await makeSmallCapture(folder, PHOTOS);
  await mkdir(storage);
  service = await startServe(storage, SETTINGS);
}, 1_200_000);
afterAll(async () => {
  if (service) await service.stop('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

const downloaded = async (jobId: string): Promise<Buffer> => {
  const target = join(folder, `${jobId}.glb`);
  await service.client.download(jobId, 'model.glb', target);
  return readFile(target);
};

describe('a job over HTTP', () => {
  it('posted with curl gives the bytes that `atlas reconstruct` writes, with milestones on the way', async () => {
    // Last photo first: the order of the upload is not that of the names.
    const files = [...capture.photos].reverse().flatMap((path) => ['-F', `images=@${path}`]);
    const auth = ['-H', `Authorization: Bearer ${service.token}`];
    const options = ['-F', `options=${JSON.stringify(OPTIONS)}`];
    const posted = await run('curl', ['-sS', ...auth, ...options, ...files, `${service.url}/api/v1/jobs`]);
    const created = JSON.parse(posted.stdout) as { job_id: string; status: string };
    expect(created).toEqual({ job_id: expect.any(String), status: 'queued' });

    const seen: { progress: number; stage: string | null; status: string }[] = [];
    const job = await service.client.wait(created.job_id, { onChange: (now) => seen.push(now), pollMs: 50 });
    expect(job).toMatchObject({
      status: 'completed',
      progress: 100,
      message: 'Done',
      photo_count: PHOTOS,
      error: null,
    });
    const progress = seen.map((now) => now.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(seen.every(({ status }) => status !== 'draft')).toBe(true);
    const at = (stage: string) => seen.filter((now) => now.stage === stage).map((now) => now.progress);
    for (const value of at('matching')) expect(value).toBeGreaterThanOrEqual(10);
    for (const value of at('depth')) expect(value >= 30 && value <= 60).toBe(true);
    for (const value of at('texture')) expect(value >= 60 && value <= 80).toBe(true);
    for (const value of at('export')) expect(value >= 80 && value <= 100).toBe(true);

    const glb = join(folder, 'curl.glb');
    await run('curl', ['-sS', '-f', ...auth, '-o', glb, `${service.url}/api/v1/jobs/${created.job_id}/artifact`]);
    expect((await readFile(glb)).equals(capture.model)).toBe(true);
    const names = (await service.client.artifacts(created.job_id)).map(({ name }) => name);
    expect(names).toEqual(['model.glb', 'qa.json', 'report.html', 'preview.png', 'dense.ply', 'colmap.zip']);
    const mirror = JSON.parse(
      await readFile(join(storage, 'workspaces', created.job_id, 'status.json'), 'utf8'),
    ) as object;
    expect(mirror).toMatchObject({ status: 'completed', job_id: created.job_id });
  }, 1_200_000);

  it('uploaded resumably, its connection cut three times, gives the same bytes', async () => {
    const { photos } = capture;
    const draft = await service.client.createDraft({ options: OPTIONS });
    await uploadWithCuts(draft, photos[0]!, 3);
    for (const photo of photos.slice(1)) await service.client.uploadPhoto(draft, photo);
    // A second time changes nothing: the bytes are known.
    await service.client.uploadPhoto(draft, photos[1]!);
    await service.client.commit(draft);
    expect(await service.client.wait(draft, { pollMs: 50 })).toMatchObject({
      ...{ status: 'completed', progress: 100, photo_count: PHOTOS, error: null },
    });
    expect((await downloaded(draft)).equals(capture.model)).toBe(true);
    expect((await service.client.list()).jobs.length).toBe(2);
    expect((await readdir(join(storage, 'uploads'))).length).toBe(0);
  }, 1_200_000);

  it('runs again with other options from the first stage that they change', async () => {
    const { jobs } = await service.client.list({ status: 'completed' });
    const jobId = jobs[0]!.job_id;
    await service.client.retry(jobId, { ...OPTIONS, triangles: 1500 });
    const stages = new Set<string>();
    const job = await service.client.wait(jobId, { onChange: ({ stage }) => stage && stages.add(stage), pollMs: 20 });
    expect(job).toMatchObject({ status: 'completed', options: { triangles: 1500 } });
    const log = await readFile(join(storage, 'workspaces', jobId, 'output', 'log.ndjson'), 'utf8');
    const finished = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; stage?: string; cached?: boolean });
    const lastStart = finished.map(({ event }) => event).lastIndexOf('run-started');
    const computed = finished.slice(lastStart).filter(({ event, cached }) => event === 'stage-finished' && !cached);
    expect(computed.map(({ stage }) => stage)[0]).toBe('simplify');
    expect((await downloaded(jobId)).equals(capture.model)).toBe(false);
  }, 300_000);

  it('is cancelled while it computes, and its process has ended then', async () => {
    const { jobs } = await service.client.list({ status: 'completed' });
    const jobId = jobs[0]!.job_id;
    const before = await downloaded(jobId);
    await service.client.retry(jobId, { ...OPTIONS, seed: 2 });
    while ((await service.client.get(jobId)).stage === null) await delay(20);
    const pid = jobProcessId(storage, jobId);
    expect(await service.client.cancel(jobId)).toMatchObject({ status: 'cancelled' });
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
    // The files of the run before are there until a new run puts its own in their place.
    expect((await downloaded(jobId)).equals(before)).toBe(true);
  }, 300_000);
});

/** Begins an upload by tus, breaks its connection in the middle again and again, and finishes it. */
async function uploadWithCuts(jobId: string, path: string, cuts: number): Promise<void> {
  const bytes = await readFile(path);
  const created = await service.client.request('/uploads', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': `job_id ${btoa(jobId)},filename ${btoa('000.jpg')}`,
    },
  });
  const address = created.headers.get('location') ?? '';
  const offset = async () => {
    const answer = await service.client.request(address, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    return Number(answer.headers.get('upload-offset'));
  };
  for (let cut = 1; cut <= cuts; cut++) {
    const from = await offset();
    const part = bytes.subarray(from, Math.floor((bytes.length * cut) / (cuts + 1)));
    const upload = await beginUpload(
      { url: service.url, token: service.token, uploads: join(storage, 'uploads') },
      { address, length: bytes.length, offset: from, part },
    );
    await upload.cut();
    await until(async () => (await offset().catch(() => from)) !== from);
    expect(await offset()).toBe(from + part.length);
  }
  const from = await offset();
  expect(from).toBeGreaterThan(0);
  expect(from).toBeLessThan(bytes.length);
  await service.client.request(address, {
    method: 'PATCH',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(from),
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(bytes.subarray(from)),
  });
}
