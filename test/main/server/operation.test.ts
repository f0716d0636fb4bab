import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapabilitiesSchema } from '#shared/api/capability-schemas.js';
import {
  multipart,
  noisePhoto,
  noisePhotos,
  openTestService,
  postJob,
  type RunJob,
  type TestService,
} from './open-test-service.js';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

const computesAStage: RunJob = async (_assignment, { onEvent }) => {
  onEvent({ type: 'stage-finished', stage: 'features', cached: false, seconds: 2, peakMemoryBytes: 1 });
  onEvent({ type: 'stage-finished', stage: 'matching', cached: true, seconds: 2, peakMemoryBytes: 1 });
};

let service: TestService;
beforeAll(async () => {
  service = await openTestService({ minPhotos: 3 }, computesAStage);
});
afterAll(() => service.close());

const get = (path: string, headers: Record<string, string> = service.authorization) =>
  fetch(`${service.url}${path}`, { headers });

describe('the state of the service', () => {
  it('health and readiness need no token', async () => {
    expect(await (await get('/health', {})).json()).toMatchObject({ status: 'ok' });
    const ready = await get('/ready', {});
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      ready: true,
      store: { ok: true },
      queue: { ok: true },
      disk: { ok: true },
    });
  });

  it('a queue that was stopped is not ready', async () => {
    const stopped = await openTestService({ minPhotos: 3 });
    await stopped.parts.queue.stop();
    const answer = await fetch(`${stopped.url}/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      ready: false,
      queue: { ok: false, detail: 'stopped' },
      store: { ok: true },
    });
    await stopped.close();
  });

  it('a full disk is not ready and takes no job', async () => {
    const full = await openTestService({ minFreeDiskBytes: 1e15 });
    expect((await fetch(`${full.url}/ready`)).status).toBe(503);
    const body = await multipart(await noisePhotos(3));
    const answer = await fetch(`${full.url}/api/v1/jobs`, {
      ...{ method: 'POST', body: new Uint8Array(body.payload) },
      headers: { ...full.authorization, ...body.headers },
    });
    expect(answer.status).toBe(507);
    expect(await answer.json()).toMatchObject({ code: 'DISK_FULL' });
    await full.close();
  });

  it('metrics are in the form of Prometheus and count jobs, stages and requests', async () => {
    await service.client.wait(await postJob(service), { pollMs: 20 });
    const text = await (await get('/metrics')).text();
    const samples = new Map<string, number>();
    for (const line of text.split('\n')) {
      if (line === '' || /^# (HELP|TYPE) [a-zA-Z_:][\w:]* .+/.test(line)) continue;
      const sample = /^([a-zA-Z_:][\w:]*(?:\{(?:[\w]+="(?:[^"\\]|\\.)*",?)*\})?) (-?[\d.e+-]+|NaN|[+-]Inf)$/.exec(line);
      expect(sample, line).not.toBeNull();
      samples.set(sample?.[1] ?? '', Number(sample?.[2]));
    }
    expect(samples.get('atlas_jobs{state="completed"}')).toBe(1);
    expect(samples.get('atlas_stage_seconds_count{stage="features"}')).toBe(1);
    expect(samples.has('atlas_stage_seconds_count{stage="matching"}')).toBe(false);
    expect(samples.get('atlas_http_request_seconds_count{method="POST",route="/api/v1/jobs",status="202"}')).toBe(1);
    expect(samples.get('atlas_queue_depth')).toBe(0);
    expect(samples.get('atlas_queue_paused')).toBe(0);
    expect(samples.get('atlas_jobs_running')).toBe(0);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(samples.get('atlas_disk_free_bytes')).toBeGreaterThan(0);
    expect([...samples.keys()].some((name) => name.startsWith('nodejs_eventloop_lag'))).toBe(true);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });

  it('capabilities name tiers, stages and limits', async () => {
    const capabilities = CapabilitiesSchema.parse(await (await get('/api/v1/capabilities')).json());
    expect(capabilities.limits).toMatchObject({ min_photos: 3 });
    expect(capabilities.engines[0]).toMatchObject({ name: 'builtin', available: true, sfm: true, dense: true });
    expect(capabilities.choices.engine[0]).toEqual({ value: 'auto', available: true, reason: null });
    for (const engine of capabilities.engines) expect(engine.available || engine.reason !== null).toBe(true);
  });
});

describe('pictures', () => {
  const png = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: 'white' } })
      .png()
      .toBuffer();

  async function draftWith(name: string, data: Buffer) {
    const jobId = await service.client.createDraft();
    const body = await multipart([{ name, data }]);
    const answer = await fetch(`${service.url}/api/v1/jobs/${jobId}/images`, {
      ...{ method: 'POST', body: new Uint8Array(body.payload) },
      headers: { ...service.authorization, ...body.headers },
    });
    expect(answer.status, await answer.clone().text()).toBe(201);
    const { photos } = (await answer.json()) as { photos: { photo_id: string; width: number; height: number }[] };
    return { jobId, photo: photos[0]! };
  }

  it.each(['rotated.heic', 'upright.heic', 'upright.png'])('a thumbnail of %s is small and upright', async (name) => {
    const data = await readFile(fileURLToPath(new URL(name, FIXTURES)));
    const { jobId, photo } = await draftWith(name, data);
    const answer = await get(`/api/v1/jobs/${jobId}/images/${photo.photo_id}/thumbnail?size=40`);
    expect(answer.status).toBe(200);
    const { width, height, format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect(format).toBe('jpeg');
    expect(Math.max(width, height)).toBe(40);
    expect(Math.sign(width - height)).toBe(Math.sign(photo.width - photo.height));
    const original = await get(`/api/v1/jobs/${jobId}/images/${photo.photo_id}/file`);
    expect(Buffer.from(await original.arrayBuffer()).equals(data)).toBe(true);
  });

  it('a mask is taken, kept, shown, replaced and removed; the photo says that it has one', async () => {
    const { jobId, photo } = await draftWith('a.jpg', await noisePhoto(1));
    const url = `/api/v1/jobs/${jobId}/masks/${photo.photo_id}`;
    const put = (data: Buffer, type = 'image/png') =>
      fetch(`${service.url}${url}`, {
        ...{ method: 'PUT', body: new Uint8Array(data) },
        headers: { ...service.authorization, 'content-type': type },
      });
    expect((await get(url)).status).toBe(404);
    const answer = await put(await png(200, 200));
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(await answer.json()).toMatchObject({ has_mask: true });
    const shown = await sharp(Buffer.from(await (await get(url)).arrayBuffer()))
      .raw()
      .toBuffer();
    expect(new Set(shown)).toEqual(new Set([255]));
    expect((await put(await png(300, 200))).status).toBe(422);
    expect((await put(Buffer.from('no picture'))).status).toBe(422);
    expect((await put(await png(200, 200), 'image/gif')).status).toBe(415);
    expect((await service.client.images(jobId))[0]).toMatchObject({ has_mask: true });
    const removed = await fetch(`${service.url}${url}`, { method: 'DELETE', headers: service.authorization });
    expect(removed.status).toBe(204);
    expect((await get(url)).status).toBe(404);
  });

  it('a mask is made from clicks: the object white, what is around it black', async () => {
    const round = Buffer.from(
      '<svg width="800" height="500"><rect width="800" height="500" fill="#246"/><circle cx="420" cy="250" r="150" fill="#e94"/></svg>',
    );
    const { jobId, photo } = await draftWith('round.jpg', await sharp(round).jpeg({ quality: 90 }).toBuffer());
    await service.client.promptMask(jobId, photo.photo_id, [
      { x: 430, y: 240, inside: true },
      { x: 100, y: 100, inside: false },
    ]);
    expect((await service.client.images(jobId))[0]).toMatchObject({ has_mask: true });
    const answer = await get(`/api/v1/jobs/${jobId}/masks/${photo.photo_id}`);
    const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 800, height: 500, channels: 1 });
    let wrong = 0;
    data.forEach((value, i) => {
      const isInside = (Math.floor(i % 800) - 420) ** 2 + (Math.floor(i / 800) - 250) ** 2 < 150 ** 2;
      if ((value === 255) !== isInside) wrong++;
    });
    // The edge is blurred by the JPEG and drawn on a smaller picture.
    expect(wrong / data.length).toBeLessThan(0.01);

    const post = (body: unknown) =>
      fetch(`${service.url}/api/v1/jobs/${jobId}/masks/${photo.photo_id}/prompts`, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { ...service.authorization, 'content-type': 'application/json' },
      });
    for (const points of [
      [],
      [{ x: 1, y: 1, inside: false }],
      [{ x: 801, y: 1, inside: true }],
      [{ x: -1, y: 1, inside: true }],
    ]) {
      expect((await post({ points })).status).toBe(400);
    }
  });

  it('masks go to the run', async () => {
    let folder: string | undefined = 'none';
    const told = await openTestService({ minPhotos: 3 }, async ({ masksFolder }) => {
      folder = masksFolder;
    });
    const jobId = await postJob(told);
    await told.client.wait(jobId, { pollMs: 20 });
    expect(folder).toBeUndefined();
    const [photo] = await told.client.images(jobId);
    await fetch(`${told.url}/api/v1/jobs/${jobId}/masks/${photo?.photo_id}`, {
      ...{ method: 'PUT', body: new Uint8Array(await png(400, 400)) },
      headers: { ...told.authorization, 'content-type': 'image/png' },
    });
    await told.client.retry(jobId);
    await told.client.wait(jobId, { pollMs: 20 });
    expect(folder).toBe(told.parts.folders.masks(jobId));
    await told.close();
  });
});
