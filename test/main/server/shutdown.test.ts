import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startServe } from '../../e2e/serve-process.js';
import { beginUpload } from './begin-upload.js';
import { noisePhoto } from './open-test-service.js';

it('a service that is asked to end ends its streams, cuts uploads off, exits with 0; what was begun goes on after', async () => {
  const storage = await mkdtemp(join(tmpdir(), 'atlas-shutdown-'));
  let service = await startServe(storage, { ATLAS_MIN_PHOTOS: '3' });
  const { client, token, url } = service;
  const draft = await client.createDraft();
  const headers = { authorization: `Bearer ${token}` };
  const streams = await Promise.all(
    [`jobs/${draft}/events`, 'queue/events'].map((path) => fetch(`${url}/api/v1/${path}`, { headers })),
  );
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`, { headers });
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const photo = await noisePhoto(1);
  const created = await client.request('/uploads', {
    method: 'POST',
    headers: {
      ...{ 'tus-resumable': '1.0.0', 'upload-length': String(photo.length) },
      'upload-metadata': `job_id ${btoa(draft)},filename ${btoa('a.jpg')}`,
    },
  });
  const address = created.headers.get('location') ?? '';
  // An upload that is under way, and half of it on the disk.
  const upload = await beginUpload(
    { url, token, uploads: join(storage, 'uploads') },
    { address, length: photo.length, offset: 0, part: photo.subarray(0, 3000) },
  );

  expect(await service.stop('SIGTERM')).toBe(0);
  await Promise.all([...streams.map((answer) => answer.text()), closed, upload.closed]);
  await expect(fetch(`${url}/health`)).rejects.toThrow();

  service = await startServe(storage, { ATLAS_MIN_PHOTOS: '3' });
  expect((await service.client.get(draft)).status).toBe('draft');
  const reached = await service.client.request(address, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
  const offset = Number(reached.headers.get('upload-offset'));
  expect(offset).toBe(3000);
  await service.client.request(address, {
    method: 'PATCH',
    headers: {
      ...{ 'tus-resumable': '1.0.0', 'upload-offset': String(offset) },
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(photo.subarray(offset)),
  });
  expect((await service.client.images(draft)).map(({ bytes }) => bytes)).toEqual([photo.length]);
  expect(await service.stop('SIGINT')).toBe(0);
  await rm(storage, { recursive: true });
}, 120_000);

it('the log of the service has each request, and neither token nor photo names nor what was in a query', async () => {
  const storage = await mkdtemp(join(tmpdir(), 'atlas-log-'));
  const service = await startServe(storage, { ATLAS_MIN_PHOTOS: '3', ATLAS_LOG_LEVEL: 'debug' });
  await service.client.createDraft({ name: 'secret-name' });
  await fetch(`${service.url}/api/v1/jobs?token=secret-query`, { headers: { authorization: 'Bearer secret-wrong' } });
  await fetch(`${service.url}/api/v1/jobs/secret-id`, { headers: { authorization: `Bearer ${service.token}` } });
  const renewed = await service.client.renewToken();
  await service.stop('SIGTERM');
  const log = await readFile(join(storage, 'service.ndjson'), 'utf8');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event?: string; route?: string; status?: number });
  expect(lines).toContainEqual(expect.objectContaining({ route: '/api/v1/jobs/drafts', status: 201 }));
  expect(lines).toContainEqual(expect.objectContaining({ route: '/api/v1/jobs', status: 401 }));
  for (const secret of [service.token, renewed, 'secret-']) expect(log).not.toContain(secret);
  await rm(storage, { recursive: true });
}, 60_000);
