import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beginUpload } from './begin-upload.js';
import { noisePhoto, openTestService, type TestService, TOKEN, until } from './open-test-service.js';

let service: TestService;
let draft: string;
let photo: Buffer;
beforeEach(async () => {
  service = await openTestService({ minPhotos: 3 });
  draft = await service.client.createDraft();
  photo = await noisePhoto(1);
});
afterEach(() => service.close());

const PROTOCOL = { 'tus-resumable': '1.0.0' };
const OFFSET_STREAM = { 'content-type': 'application/offset+octet-stream' };

const metadata = (jobId: string, name = 'a.jpg') => ({
  'upload-metadata': `job_id ${btoa(jobId)},filename ${btoa(name)}`,
});

const send = (path: string, method: string, headers: Record<string, string> = {}, body?: Buffer) =>
  fetch(new URL(path, service.url), {
    method,
    headers: { ...service.authorization, ...PROTOCOL, ...headers },
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });

async function create(length = photo.length, headers: Record<string, string> = {}): Promise<string> {
  const answer = await send('/api/v1/uploads', 'POST', {
    ...{ 'upload-length': String(length), ...metadata(draft), ...headers },
  });
  expect(answer.status, await answer.clone().text()).toBe(201);
  return answer.headers.get('location') ?? '';
}

const patch = (address: string, offset: number, body: Buffer) =>
  send(address, 'PATCH', { 'upload-offset': String(offset), ...OFFSET_STREAM }, body);

const names = async () => (await service.client.images(draft)).map(({ name }) => name);
const leftFiles = () => readdir(service.parts.folders.uploads);

it('says what it can do', async () => {
  const answer = await fetch(`${service.url}/api/v1/uploads`, { method: 'OPTIONS' });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('tus-version')).toBe('1.0.0');
  expect(answer.headers.get('tus-extension')).toContain('creation-with-upload');
  expect(answer.headers.get('tus-max-size')).toBe(String(100 * 1024 ** 2));
});

it('takes a photo with its creation: 201, its place, its id', async () => {
  const headers = { 'upload-length': String(photo.length), ...metadata(draft), ...OFFSET_STREAM };
  const answer = await send('/api/v1/uploads', 'POST', headers, photo);
  expect(answer.status, await answer.text()).toBe(201);
  expect(answer.headers.get('upload-offset')).toBe(String(photo.length));
  const [image] = await service.client.images(draft);
  expect(answer.headers.get('atlas-photo-id')).toBe(image?.photo_id);
  expect(answer.headers.get('location')).toMatch(/^\/api\/v1\/uploads\//);
});

it('takes the first part with the creation, the rest later', async () => {
  const headers = { 'upload-length': String(photo.length), ...metadata(draft), ...OFFSET_STREAM };
  const answer = await send('/api/v1/uploads', 'POST', headers, photo.subarray(0, 100));
  expect(answer.status).toBe(201);
  expect(answer.headers.get('upload-offset')).toBe('100');
  expect(await names()).toEqual([]);
  expect((await patch(answer.headers.get('location') ?? '', 100, photo.subarray(100))).status).toBe(204);
  expect(await names()).toEqual(['a.jpg']);
});

it('takes a photo whose length is said later', async () => {
  const created = await send('/api/v1/uploads', 'POST', { 'upload-defer-length': '1', ...metadata(draft) });
  expect(created.status).toBe(201);
  const address = created.headers.get('location') ?? '';
  expect((await send(address, 'HEAD')).headers.get('upload-defer-length')).toBe('1');
  await patch(address, 0, photo.subarray(0, 50));
  const headers = { 'upload-offset': '50', 'upload-length': String(photo.length), ...OFFSET_STREAM };
  expect((await send(address, 'PATCH', headers, photo.subarray(50))).status).toBe(204);
  expect(await names()).toEqual(['a.jpg']);
});

it('goes on where a cut connection has ended', async () => {
  const address = await create();
  const upload = await beginUpload(
    { url: service.url, token: TOKEN, uploads: service.parts.folders.uploads },
    { address, length: photo.length, offset: 0, part: photo.subarray(0, 5000) },
  );
  await upload.cut();
  const reached = async () => Number((await send(address, 'HEAD')).headers.get('upload-offset'));
  await until(async () => (await reached()) === 5000);
  expect((await patch(address, 5000, photo.subarray(5000))).status).toBe(204);
  expect((await service.client.images(draft))[0]?.bytes).toBe(photo.length);
});

it('tells who missed the last answer that the upload is whole, until the draft is committed', async () => {
  const address = await create();
  await patch(address, 0, photo);
  const again = await send(address, 'HEAD');
  expect(again.status).toBe(200);
  expect(again.headers.get('upload-offset')).toBe(String(photo.length));
  expect(await (await patch(address, photo.length, Buffer.alloc(0))).json()).toMatchObject({ status: 409 });
  expect(await names()).toEqual(['a.jpg']);
  for (const seed of [2, 3]) {
    const path = join(service.parts.folders.root, `${seed}.jpg`);
    await writeFile(path, await noisePhoto(seed));
    await service.client.uploadPhoto(draft, path);
  }
  await service.client.commit(draft);
  await until(async () => (await leftFiles()).length === 0);
  expect((await send(address, 'HEAD')).status).toBe(404);
});

it('takes a photo over later that was whole when the service was killed', async () => {
  const address = await create();
  // As a service leaves it that is killed between the last byte and the draft.
  await writeFile(join(service.parts.folders.uploads, address.split('/').at(-1) ?? ''), photo);
  expect((await send(address, 'HEAD')).headers.get('upload-offset')).toBe(String(photo.length));
  expect(await names()).toEqual(['a.jpg']);
});

it('asked ten times at once for a whole upload, adds one photo', async () => {
  const address = await create();
  await writeFile(join(service.parts.folders.uploads, address.split('/').at(-1) ?? ''), photo);
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(address, 'HEAD')));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(await names()).toEqual(['a.jpg']);
});

it('can be given up', async () => {
  const address = await create();
  await patch(address, 0, photo.subarray(0, 10));
  expect((await send(address, 'DELETE')).status).toBe(204);
  expect((await send(address, 'HEAD')).status).toBe(404);
  expect((await send(address, 'DELETE')).status).toBe(404);
  expect(await leftFiles()).toEqual([]);
});

it('leaves nothing of a photo that is refused', async () => {
  const text = Buffer.from('not a photo at all');
  const address = await create(text.length);
  const answer = await patch(address, 0, text);
  expect(answer.status).toBe(422);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({ code: 'PHOTO_UNREADABLE', hint: expect.any(String) });
  expect(await leftFiles()).toEqual([]);
});

it.each([
  ['without the protocol version', () => ({ 'tus-resumable': '' }), 412],
  ['of another protocol version', () => ({ 'tus-resumable': '0.2.2' }), 412],
  ['without a length', () => ({ 'upload-length': '' }), 400],
  ['with a negative length', () => ({ 'upload-length': '-1' }), 400],
  ['above the limit', () => ({ 'upload-length': String(1024 ** 3) }), 413],
  ['for no job', () => ({ 'upload-metadata': `filename ${btoa('a.jpg')}` }), 404],
  ['for a job that is not there', () => metadata(crypto.randomUUID()), 404],
  ['for a path', () => metadata('../../etc'), 404],
  ['with metadata that are none', () => ({ 'upload-metadata': '%%% %%%' }), 400],
])('an upload %s is refused', async (_name, headers, status) => {
  const given: Record<string, string> = { 'upload-length': '1000', ...metadata(draft), ...PROTOCOL, ...headers() };
  const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const answer = await fetch(`${service.url}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...service.authorization, ...kept },
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await leftFiles()).toEqual([]);
});

it.each([
  ['at another offset', { 'upload-offset': '7' }, 409],
  ['without an offset', {}, 403],
  ['of another type', { 'upload-offset': '0', 'content-type': 'image/jpeg' }, 400],
])('a part %s is refused', async (_name, headers, status) => {
  const address = await create();
  const answer = await send(address, 'PATCH', { ...OFFSET_STREAM, ...headers }, photo.subarray(0, 10));
  expect(answer.status, await answer.clone().text()).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

it('more bytes than were announced are refused', async () => {
  const address = await create(100);
  const answer = await patch(address, 0, photo);
  expect(answer.status).toBe(413);
  expect(await names()).toEqual([]);
});

it('belongs to a draft: none once that is committed or deleted', async () => {
  const address = await create();
  await service.client.delete(draft);
  await until(async () => (await leftFiles()).length === 0);
  expect((await patch(address, 0, photo)).status).toBe(404);
});
