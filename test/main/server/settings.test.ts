import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AtlasClient } from '#main/client/atlas-client.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { buildServer } from '#main/server/build-server.js';
import { loadServiceConfig } from '#main/server/config.js';
import { openService } from '#main/server/open-service.js';
import { runAtlas } from '../cli/run-atlas.js';
import { openTestService, postJob, type RunJob, until, untilAborted } from './open-test-service.js';

let storage: string;
let ends: (() => Promise<void>)[];
beforeEach(async () => {
  storage = await mkdtemp(join(tmpdir(), 'atlas-settings-'));
  ends = [];
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(storage, { recursive: true, force: true });
});

/** A service on the folder of this test, as an operator starts it. */
async function start(flags: Record<string, unknown> = {}, runJob: RunJob = untilAborted) {
  const config = loadServiceConfig({ environment: {}, flags: { storage, minFreeDiskBytes: 1, ...flags } });
  const service = await openService(config, SILENT_LOG, runJob);
  const app = await buildServer(service.parts);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const stop = async () => {
    app.server.closeAllConnections();
    await app.close();
    await service.close();
  };
  ends.push(stop);
  const token = service.parts.access.value;
  const client = new AtlasClient({ url, token });
  return { url, token, client, parts: service.parts, authorization: { authorization: `Bearer ${token}` }, stop };
}

describe('settings', () => {
  it('are changed while the service runs, count at once and after a restart', async () => {
    const running = new Set<string>();
    const runs: RunJob = (assignment, setup) => {
      running.add(assignment.jobId);
      return untilAborted(assignment, setup);
    };
    const first = await start({}, runs);
    expect((await first.client.settings()).settings).toMatchObject({ concurrency: 1, minPhotos: 12, threads: null });
    await expect(postJob(first as never)).resolves.toBeUndefined();
    expect((await first.client.changeSettings({ minPhotos: 3 })).settings.minPhotos).toBe(3);
    for (let i = 0; i < 2; i++) await postJob(first as never);
    await until(() => running.size === 1);
    await first.client.changeSettings({ concurrency: 2, threads: 1, draftHours: 0.5 });
    await until(() => running.size === 2);
    expect(await first.client.queue()).toMatchObject({ concurrency: 2 });
    const capabilities = await (await first.client.request('/capabilities')).json();
    expect(capabilities).toMatchObject({ limits: { min_photos: 3 } });
    await first.stop();
    ends = [];

    const second = await start();
    expect((await second.client.settings()).settings).toMatchObject({
      ...{ concurrency: 2, threads: 1, minPhotos: 3, draftHours: 0.5, artifactHours: 720 },
    });
    const { settings } = await second.client.changeSettings({ concurrency: null, threads: null });
    expect(settings).toMatchObject({ concurrency: 1, threads: null, minPhotos: 3 });
    expect(JSON.parse(await readFile(join(storage, 'settings.json'), 'utf8'))).toEqual({
      minPhotos: 3,
      draftHours: 0.5,
    });
  });

  it('limits of photos count for the next upload', async () => {
    const { client, parts } = await start({ minPhotos: 3 });
    const draft = await client.createDraft();
    const photo = new Uint8Array(await (await import('./open-test-service.js')).noisePhoto(1));
    const add = () => {
      const body = new FormData();
      body.append('images', new Blob([photo]), 'a.jpg');
      return client.request(`/jobs/${draft}/images`, { method: 'POST', body });
    };
    await client.changeSettings({ maxPhotoBytes: photo.length - 1 });
    await expect(add()).rejects.toMatchObject({ code: 'PHOTO_FILE_TOO_LARGE' });
    await client.changeSettings({ maxPhotoBytes: photo.length, maxPhotoPixels: 1000 });
    await expect(add()).rejects.toMatchObject({ code: 'PHOTO_TOO_LARGE' });
    await client.changeSettings({ maxPhotoPixels: null });
    await add();
    expect(parts.photos.list(draft).length).toBe(1);
  });

  it('that the operator has set cannot be changed', async () => {
    const { client } = await start({ concurrency: 3 });
    expect(await client.settings()).toMatchObject({
      settings: { concurrency: 3 },
      fixed: ['concurrency', 'minFreeDiskBytes'],
    });
    await expect(client.changeSettings({ concurrency: 1 })).rejects.toMatchObject({
      ...{ code: 'SETTING_FIXED', details: { settings: ['concurrency'] } },
    });
  });

  it.each([
    ['out of its range', { concurrency: 0 }],
    ['of another type', { minPhotos: '12' }],
    ['unknown', { port: 80 }],
    ['more photos needed than allowed', { minPhotos: 50, maxPhotos: 20 }],
  ])('%s: refused, and nothing changes', async (_name, change) => {
    const { client } = await start();
    const before = await client.settings();
    await expect(client.changeSettings(change as never)).rejects.toMatchObject({ code: 'API_INVALID_REQUEST' });
    expect(await client.settings()).toEqual(before);
  });

  it('a damaged file is named at the start; doctor shows what counts', async () => {
    await writeFile(join(storage, 'settings.json'), '{"concurrency": 2}');
    const config = join(storage, 'atlas.config.json');
    await writeFile(config, JSON.stringify({ storage }));
    expect((await runAtlas(['doctor', '--config', config])).stdout).toMatch(/concurrency\s+2/);
    await writeFile(join(storage, 'settings.json'), '{"concurrency": "many"}');
    await expect(start()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('settings.json'),
    });
  });
});

describe('the access token', () => {
  it('is renewed: the new one is in the owner’s file, the old one works no more, its streams end', async () => {
    const { url, client, token, authorization } = await start({ minPhotos: 3 });
    const stream = await fetch(`${url}/api/v1/queue/events`, { headers: authorization });
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`, { headers: authorization });
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const renewed = await client.renewToken();
    expect(renewed).toMatch(/^[\w-]{43}$/);
    expect(renewed).not.toBe(token);
    expect(await stream.text()).toContain('event: queue');
    expect(await closed).toBe(1008);
    await expect(client.list()).rejects.toMatchObject({ code: 'API_UNAUTHORIZED' });
    await expect(client.renewToken()).rejects.toMatchObject({ code: 'API_UNAUTHORIZED' });
    expect((await new AtlasClient({ url, token: renewed }).list()).jobs).toEqual([]);
    const file = join(storage, 'token');
    expect((await readFile(file, 'utf8')).trim()).toBe(renewed);
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('that is configured is not renewed', async () => {
    const service = await openTestService();
    await expect(service.client.renewToken()).rejects.toMatchObject({ code: 'ACCESS_TOKEN_CONFIGURED' });
    await service.client.list();
    await service.close();
  });
});
