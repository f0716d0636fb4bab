import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCapture } from '#synthetic/make-capture.js';
import { runAtlas } from '../cli/run-atlas.js';
import { openTestService, postJob, type TestService, until } from './open-test-service.js';

const PHOTOS = 8;
let folder: string;
let service: TestService;
let jobId: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-exports-'));
  const capture = await makeCapture(join(folder, 'capture'), { photos: PHOTOS, sizePx: 480, seed: 5 }, { threads: 2 });
  const options = ['--out', join(folder, 'run'), '--tier', 'preview', '--until', 'sfm', '--threads', '2'];
  const run = await runAtlas(['reconstruct', capture.images, ...options]);
  expect(run.code, run.stderr).toBe(0);
  // A job process that finds a finished run.
  service = await openTestService({ minPhotos: 3 }, ({ outputFolder }) =>
    cp(join(folder, 'run'), outputFolder, { recursive: true }),
  );
  jobId = await postJob(service);
  await service.client.wait(jobId, { pollMs: 50 });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const download = (query = '', init: RequestInit = {}, job = jobId) =>
  fetch(`${service.url}/api/v1/jobs/${job}/exports/colmap${query}`, { ...init, headers: service.authorization });
const left = () => readdir(service.parts.folders.exports).catch(() => []);

describe('the export of a job for COLMAP and trainers of splats', () => {
  it('is a ZIP of straight photos, their cameras and points, which leaves nothing behind', async () => {
    const answer = await download();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${jobId}-colmap-undistorted.zip"`);
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    const names = Object.keys(files);
    expect(names.slice(0, 3)).toEqual(['cameras', 'images', 'points3D'].map((name) => `sparse/0/${name}.txt`));
    const images = names.filter((name) => name.startsWith('images/'));
    expect(images).toHaveLength(PHOTOS);
    const camera = /PINHOLE (\d+) (\d+)/.exec(new TextDecoder().decode(files['sparse/0/cameras.txt']));
    const { width, height } = await sharp(files[images[0]!]).metadata();
    expect([width, height]).toEqual([Number(camera?.[1]), Number(camera?.[2])]);
    await until(async () => (await left()).length === 0);
  });

  it('has the photos as they are and a binary model, when that is asked for', async () => {
    const answer = await download('?photos=original&form=binary');
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    expect(Object.keys(files)).toContain('sparse/0/points3D.bin');
    expect(await sharp(files['images/photo-001.jpg']).metadata()).toMatchObject({ width: 480, height: 360 });
    expect((await download('?photos=blurred')).status).toBe(400);
  });

  it('ends with the download, and the next one gets its turn', async () => {
    const abort = new AbortController();
    const [cut, waiting] = [await download('', { signal: abort.signal }), await download('?photos=original')];
    await cut.body?.getReader().read();
    abort.abort();
    const files = unzipSync(new Uint8Array(await waiting.arrayBuffer()));
    expect(Object.keys(files)).toHaveLength(PHOTOS + 3);
    await until(async () => (await left()).length === 0);
  });

  it('is refused where there is nothing to export', async () => {
    const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
    expect(await codeOf(await download('', {}, '00000000-0000-4000-8000-000000000000'))).toBe('JOB_NOT_FOUND');
    await rm(service.parts.folders.output(jobId), { recursive: true });
    const answer = await download();
    expect([answer.status, await codeOf(answer)]).toEqual([410, 'ARTIFACT_EXPIRED']);
  });
});
