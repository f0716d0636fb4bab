import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestService, postJob, type RunJob, type TestService, until } from './open-test-service.js';

// Twenty megabytes, so that a download is under way for a while.
const MODEL = Buffer.alloc(20_000_000).map((_, i) => (i * 7919) >>> 3);

/** A job process that finds its results ready. */
const writesResults: RunJob = async ({ outputFolder }) => {
  await mkdir(join(outputFolder, 'sparse'), { recursive: true });
  await writeFile(join(outputFolder, 'model.glb'), MODEL);
  await writeFile(join(outputFolder, 'qa.json'), '{"ok":true}');
  await writeFile(join(outputFolder, 'sparse', 'cameras.txt'), '# cameras\n');
  for (const name of ['report.html', 'preview.png', 'dense.ply'])
    await writeFile(join(outputFolder, name), `the ${name}`);
};

let service: TestService;
let jobId: string;
let url: string;
beforeAll(async () => {
  service = await openTestService({ minPhotos: 3 }, writesResults);
  jobId = await postJob(service);
  url = `${service.url}/api/v1/jobs/${jobId}/artifact`;
  await service.client.wait(jobId, { pollMs: 50 });
});
afterAll(() => service.close());

const download = (headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...service.authorization, ...headers } });

describe('a finished model', () => {
  it('comes whole, with length, digest, name and a strong tag', async () => {
    const answer = await download();
    const body = Buffer.from(await answer.arrayBuffer());
    expect(body.equals(MODEL)).toBe(true);
    const sha256 = createHash('sha256').update(MODEL);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe(String(MODEL.length));
    expect(answer.headers.get('content-type')).toBe('model/gltf-binary');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${jobId}-model.glb"`);
    expect(answer.headers.get('repr-digest')).toBe(`sha-256=:${sha256.copy().digest('base64')}:`);
    expect(answer.headers.get('etag')).toBe(`"${sha256.digest('hex')}"`);
  });

  it('is answered with 304 and no body to who has it', async () => {
    const etag = (await download({}, { method: 'HEAD' })).headers.get('etag') ?? '';
    for (const given of [etag, `"other", ${etag}`, '*']) {
      const answer = await download({ 'if-none-match': given });
      expect(answer.status).toBe(304);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(await answer.text()).toBe('');
    }
    expect((await download({ 'if-none-match': '"other"' }, { method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=1000-', 1000, MODEL.length - 1],
    ['bytes=-10', MODEL.length - 10, MODEL.length - 1],
    ['bytes=19999990-99999999', 19_999_990, MODEL.length - 1],
    ['bytes=0-9,5-20', 0, 20],
  ])('Range %s: that part', async (range, start, end) => {
    const answer = await download({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end}/${MODEL.length}`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(MODEL.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=20000000-', 'bytes=99999999-99999999', 'bytes=5-2'])('Range %s: 416', async (range) => {
    const answer = await download({ range });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe(`bytes */${MODEL.length}`);
    expect(await answer.json()).toMatchObject({ code: 'API_RANGE_INVALID' });
  });

  it.each([
    'lines=1-2',
    'bytes',
    'bytes=a-b',
    'bytes=0-1,100-200',
    `bytes=${Array.from({ length: 2000 }, (_, i) => `${i * 9}-${i * 9 + 1}`).join()}`,
  ])('Range %.30s: the whole file, or 4xx', async (range) => {
    const answer = await download({ range }, { method: 'HEAD' });
    expect([200, 416, 400, 431]).toContain(answer.status);
  });

  it('If-Range gives the part only of the same file', async () => {
    const etag = (await download({}, { method: 'HEAD' })).headers.get('etag') ?? '';
    expect((await download({ range: 'bytes=0-9', 'if-range': etag })).status).toBe(206);
    const other = await download({ range: 'bytes=0-9', 'if-range': '"other"' });
    expect(other.status).toBe(200);
    expect((await other.arrayBuffer()).byteLength).toBe(MODEL.length);
  });

  it('is listed with the other files, each of which comes with its digest', async () => {
    const files = await service.client.artifacts(jobId);
    expect(files.map(({ name }) => name)).toEqual([
      ...['model.glb', 'qa.json', 'report.html', 'preview.png', 'dense.ply', 'colmap.zip'],
    ]);
    for (const { href, sha256, bytes } of files) {
      const answer = await fetch(`${service.url}${href}`, { headers: service.authorization });
      const body = Buffer.from(await answer.arrayBuffer());
      expect(body.length).toBe(bytes);
      expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    }
  });

  it.each([
    ['qa.json', 'application/json'],
    ['report.html', 'text/html; charset=utf-8'],
    ['preview.png', 'image/png'],
    ['dense.ply', 'application/octet-stream'],
    ['colmap.zip', 'application/zip'],
  ])('%s is served as well as the model', async (name, type) => {
    const at = (headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${service.url}/api/v1/jobs/${jobId}/artifacts/${name}`, {
        ...{ method, headers: { ...service.authorization, ...headers } },
      });
    const whole = await at();
    const body = Buffer.from(await whole.arrayBuffer());
    const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
    expect(whole.headers.get('etag')).toBe(etag);
    expect(whole.headers.get('content-type')).toBe(type);
    expect(whole.headers.get('repr-digest')).toMatch(/^sha-256=:/);
    // Never shown in place: a report is a page, and this is the address of the API.
    expect(whole.headers.get('content-disposition')).toBe(`attachment; filename="${jobId}-${name}"`);
    expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
    const head = await at({}, 'HEAD');
    expect(head.headers.get('content-length')).toBe(String(body.length));
    expect(head.headers.get('etag')).toBe(etag);
    expect((await at({ 'if-none-match': etag })).status).toBe(304);
    const part = await at({ range: 'bytes=1-3' });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(body.subarray(1, 4))).toBe(true);
    expect((await at({ range: 'bytes=1-3', 'if-range': '"old"' })).status).toBe(200);
  });

  it('the sparse model is a zip of its folder, the same for the same files', async () => {
    const at = async () =>
      Buffer.from(
        await (
          await fetch(`${service.url}/api/v1/jobs/${jobId}/artifacts/colmap.zip`, { headers: service.authorization })
        ).arrayBuffer(),
      );
    const first = await at();
    expect(first.readUInt32LE(0)).toBe(0x04034b50);
    expect(first.toString('latin1')).toContain('sparse/cameras.txt');
    await service.client.retry(jobId);
    await service.client.wait(jobId, { pollMs: 20 });
    expect((await at()).equals(first)).toBe(true);
  });

  it('other names: 400; files that the job has not made: 404', async () => {
    const at = (name: string) =>
      fetch(`${service.url}/api/v1/jobs/${jobId}/artifacts/${name}`, { headers: service.authorization });
    for (const name of ['jobs.db', 'model.GLB', '..%2ftoken', '%00', 'digests.json'])
      expect((await at(name)).status).toBe(400);
    // A run that ends early makes few files.
    await rm(service.parts.folders.artifact(jobId, 'dense.ply'));
    const missing = await at('dense.ply');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });

  it('a download that is under way when the job is deleted is finished', async () => {
    const doomed = await postJob(service);
    await service.client.wait(doomed, { pollMs: 50 });
    const body = await new Promise<Buffer>((resolve, reject) => {
      const request = get(
        `${service.url}/api/v1/jobs/${doomed}/artifact`,
        { headers: service.authorization },
        async (response) => {
          const chunks: Buffer[] = [];
          response.once('readable', async () => {
            // Part of it is on the way; the rest waits on the disk.
            await service.client.delete(doomed);
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => resolve(Buffer.concat(chunks)));
          });
          response.once('error', reject);
        },
      );
      request.once('error', reject);
    });
    expect(body.equals(MODEL)).toBe(true);
    await expect(service.client.get(doomed)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});

describe('a completed job that is run again', () => {
  /** Ends when it is told to: with a model, or with an error. */
  const steered = () => {
    const ends: ((model: string | Error) => void)[] = [];
    const runJob: RunJob = ({ outputFolder }, { signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        ends.push((model) => {
          if (typeof model !== 'string') return reject(model);
          const text = JSON.stringify({ model });
          mkdir(outputFolder, { recursive: true })
            .then(() => writeFile(join(outputFolder, 'model.glb'), model))
            .then(() => writeFile(join(outputFolder, 'qa.json'), text))
            .then(() => resolve(), reject);
        });
      });
    return { ends, runJob };
  };

  it('offers the model it has until the new one is there, also when it is cancelled or fails', async () => {
    const { ends, runJob } = steered();
    const again = await openTestService({ minPhotos: 3 }, runJob);
    try {
      const id = await postJob(again);
      const read = async (name: string) => {
        const answer = await fetch(`${again.url}/api/v1/jobs/${id}/artifacts/${name}`, {
          headers: again.authorization,
        });
        return answer.status === 200 ? answer.text() : answer.status;
      };
      const begins = (count: number) => until(() => ends.length === count);
      const status = async () => (await again.client.get(id)).status;
      await begins(1);
      expect(await read('model.glb')).toBe(409);
      expect((await again.client.get(id)).artifacts_from).toBeNull();
      ends[0]!('first');
      const first = await again.client.wait(id, { pollMs: 20 });
      expect(first.artifacts_from).toBe(first.finished_at);

      expect(await again.client.retry(id, { ...first.options, turn: [0, 0, 0, 1] })).toMatchObject({
        ...{ status: 'queued', finished_at: null, artifacts_from: first.finished_at },
      });
      await begins(2);
      expect(await read('model.glb')).toBe('first');
      await again.client.cancel(id);
      expect(await read('model.glb')).toBe('first');

      await again.client.retry(id);
      await begins(3);
      ends[2]!(new Error('broken'));
      await until(async () => (await status()) === 'failed');
      expect(await read('model.glb')).toBe('first');
      expect(await read('qa.json')).toBe('{"model":"first"}');

      await again.client.retry(id);
      await begins(4);
      expect(await read('model.glb')).toBe('first');
      ends[3]!('second');
      const second = await again.client.wait(id, { pollMs: 20 });
      expect(second.artifacts_from).toBe(second.finished_at);
      expect(await read('model.glb')).toBe('second');

      const events = again.parts.events.replay(id, 0).filter(({ type }) => type === 'status');
      const told = events.map(({ data }) => JSON.parse(data) as { status: string; artifacts_from: string | null });
      const running = told.filter((job) => job.status === 'processing').map((job) => job.artifacts_from);
      expect(running.length).toBeGreaterThan(0);
      expect(running.at(-1)).toBe(first.finished_at);
    } finally {
      await again.close();
    }
  });

  it('never gives the files of two runs', async () => {
    const { ends, runJob } = steered();
    const again = await openTestService({ minPhotos: 3 }, runJob);
    try {
      const id = await postJob(again);
      const get = (name: string) =>
        fetch(`${again.url}/api/v1/jobs/${id}/artifacts/${name}`, { headers: again.authorization });
      for (let run = 0; run < 6; run++) {
        await until(() => ends.length === run + 1);
        ends[run]!(`model of run ${run} ${'x'.repeat(run * 100)}`);
        let isOver = false;
        const ended = again.client.wait(id, { pollMs: 20 }).then(() => {
          isOver = true;
        });
        while (!isOver) {
          const answer = await get('model.glb');
          const text = await answer.text();
          if (answer.status !== 200) continue;
          expect(`"${createHash('sha256').update(text).digest('hex')}"`).toBe(answer.headers.get('etag'));
          expect(Number(answer.headers.get('content-length'))).toBe(text.length);
        }
        await ended;
        if (run < 5) await again.client.retry(id);
      }
      const model = await (await get('model.glb')).text();
      expect(await (await get('qa.json')).json()).toEqual({ model });
    } finally {
      await again.close();
    }
  });
});

describe('a job without its model', () => {
  it('409 while it waits, 409 again while it is run anew, 410 after expiry, 404 after its end', async () => {
    const waiting = await openTestService({ minPhotos: 3 });
    try {
      const id = await postJob(waiting);
      const artifact = () => fetch(`${waiting.url}/api/v1/jobs/${id}/artifact`, { headers: waiting.authorization });
      await until(() => waiting.parts.store.get(id).status === 'processing');
      expect((await artifact()).status).toBe(409);
      await waiting.client.cancel(id);
      const answer = await artifact();
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ code: 'ARTIFACT_NOT_READY' });
      waiting.parts.store.update(id, () => ({ expired_at: new Date().toISOString() }));
      expect((await artifact()).status).toBe(410);
      await expect(waiting.client.retry(id)).rejects.toMatchObject({ code: 'JOB_EXPIRED' });
      await waiting.client.delete(id);
      expect((await artifact()).status).toBe(404);
    } finally {
      await waiting.close();
    }
  });
});
