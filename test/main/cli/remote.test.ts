import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '#main/cli/exit-codes.js';
import { startServe } from '../../e2e/serve-process.js';
import type { RunJob, TestService } from '../server/open-test-service.js';
import { noisePhoto, openTestService, TOKEN, until } from '../server/open-test-service.js';
import { runAtlas, startAtlas } from './run-atlas.js';

const MODEL = Buffer.from('glTF and more');

let folder: string;
let photos: string;
let service: TestService;
let release: () => void;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-remote-'));
  photos = join(folder, 'photos');
  await mkdir(photos);
  for (let i = 1; i <= 4; i++) await writeFile(join(photos, `${i}.jpg`), await noisePhoto(i));
  // Jobs named `long` go on until they are let go; the others end at once.
  const runJob: RunJob = async ({ outputFolder, jobId }, { signal }) => {
    if (service.parts.store.get(jobId).name === 'long') {
      await new Promise<void>((resolve, reject) => {
        release = resolve;
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    }
    await mkdir(outputFolder, { recursive: true });
    await writeFile(join(outputFolder, 'model.glb'), MODEL);
    await writeFile(join(outputFolder, 'log.ndjson'), '{"event":"one"}\n{"event":"two"}\n{"event":"thr');
  };
  service = await openTestService({ minPhotos: 3 }, runJob);
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const remote = (...args: string[]) =>
  runAtlas(['remote', ...args, '--url', service.url], folder, { ATLAS_API_KEY: TOKEN });

const submit = async (...args: string[]) => {
  const { code, stdout, stderr } = await remote('submit', photos, ...args);
  expect(code, stderr).toBe(0);
  return stdout.trim();
};

describe('atlas remote', () => {
  it('submits, waits and downloads', async () => {
    const job = await submit('--name', 'Vase', '--tier', 'preview', '--triangles', '5000', '--dense', 'builtin');
    expect(await service.client.get(job)).toMatchObject({
      ...{
        name: 'Vase',
        photo_count: 4,
        options: { tier: 'preview', triangles: 5000, engine: 'auto', dense: 'builtin' },
      },
    });
    const waited = await remote('wait', job);
    expect(waited.code, waited.stderr).toBe(0);
    expect(waited.stdout.trim().split('\n').at(-1)).toBe('100 %  Done');
    const out = join(folder, 'vase.glb');
    const downloaded = await remote('download', job, '--out', out);
    expect(downloaded).toMatchObject({ code: 0, stdout: `${out}\n` });
    const nowhere = await remote('download', job, '--out', join(out, 'vase.glb'));
    expect(nowhere.code).not.toBe(0);
    expect(nowhere.stderr).toContain('OUTPUT_NOT_WRITABLE');
    expect((await readFile(out)).equals(MODEL)).toBe(true);
  });

  it('sends masks with the photos that they are named like', async () => {
    const masks = join(folder, 'masks');
    await mkdir(masks);
    const none = await remote('submit', photos, '--masks', masks);
    expect(none.code).toBe(EXIT_CODES.badInput);
    expect(none.stderr).toContain('MASK_MISSING');
    const [first] = (await readdir(photos)).sort();
    const { width, height } = await sharp(join(photos, first!)).metadata();
    const mask = sharp({ create: { width, height, channels: 3, background: 'white' } });
    await mask.png().toFile(join(masks, `${first}.png`));
    const job = await submit('--masks', masks);
    const sent = await service.client.images(job);
    expect(sent.filter(({ has_mask }) => has_mask).map(({ name }) => name)).toEqual([first]);
    expect(sent).toHaveLength(4);
    await service.client.wait(job);
  });

  it('speaks JSON to programs', async () => {
    const { stdout } = await remote('submit', photos, '--json');
    const { job_id: job } = JSON.parse(stdout) as { job_id: string };
    const lines = (await remote('wait', job, '--json')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as { status: string }).at(-1)).toMatchObject({ status: 'completed' });
    expect(JSON.parse((await remote('status', job, '--json')).stdout)).toMatchObject({ job_id: job, progress: 100 });
    const list = JSON.parse((await remote('list', '--status', 'completed', '--json')).stdout) as { jobs: object[] };
    expect(list.jobs[0]).toMatchObject({ job_id: job });
    const file = join(folder, 'a.glb');
    expect(JSON.parse((await remote('download', job, '--out', file, '--json')).stdout)).toEqual({ file });
    expect(JSON.parse((await remote('delete', job, '--json')).stdout)).toEqual({ deleted: job });
    const gone = await remote('status', job, '--json');
    expect(gone.code).toBe(2);
    expect(JSON.parse(gone.stdout)).toMatchObject({ error: { code: 'JOB_NOT_FOUND', hint: expect.any(String) } });
    expect(gone.stderr).toContain('JOB_NOT_FOUND');
  });

  it('prints the whole lines of a log', async () => {
    const job = await submit();
    await remote('wait', job);
    expect((await remote('logs', job)).stdout).toBe('{"event":"one"}\n{"event":"two"}\n');
    expect((await remote('logs', job, '--from', '1')).stdout).toBe('{"event":"two"}\n');
  });

  it('cancels, which ends who waits with 130; retries', async () => {
    const job = await submit('--name', 'long');
    await until(() => service.parts.store.get(job).status === 'processing');
    const waiting = startAtlas(['remote', 'wait', job, '--url', service.url], folder, { ATLAS_API_KEY: TOKEN });
    await until(() => service.parts.store.get(job).status === 'processing');
    expect(await remote('cancel', job)).toMatchObject({ code: 0, stdout: 'cancelled\n' });
    expect((await waiting.ended).code).toBe(130);
    const notReady = await remote('download', job, '--out', join(folder, 'none.glb'));
    expect(notReady.code).toBe(3);
    expect(notReady.stderr).toContain('ARTIFACT_NOT_READY');
    expect(await remote('retry', job)).toMatchObject({ code: 0, stdout: 'queued\n' });
    await until(() => service.parts.store.get(job).status === 'processing');
    release();
    expect((await remote('wait', job)).code).toBe(0);
    const before = service.parts.store.get(job).options;
    const edits = ['--scale', '0.5', '--turn', '0,0,180', '--crop', '0,0.5,0,1,2,3'];
    expect((await remote('retry', job, ...edits)).code).toBe(0);
    expect(service.parts.store.get(job).options).toEqual({
      ...before,
      ...{ scale: 0.5, turn: [0, 0, 1, expect.closeTo(0, 12)] },
      crop: { center: [0, 0.5, 0], size: [1, 2, 3], rotation: [0, 0, 0, 1] },
    });
    expect((await remote('retry', job, '--crop', '1,2')).stderr).toContain('--crop');
    await remote('cancel', job);
  });

  it('pauses and resumes the queue', async () => {
    expect((await remote('pause')).stdout).toBe('0 running, 0 waiting\n');
    const job = await submit();
    expect(JSON.parse((await remote('pause', '--json')).stdout)).toMatchObject({ paused: true, queued: [job] });
    expect((await remote('resume')).code).toBe(0);
    expect((await remote('wait', job)).code).toBe(0);
  });

  it('uploads resumably, and makes one job for one key', async () => {
    const first = await submit('--resumable', '--key', 'k1');
    expect(await service.client.images(first)).toHaveLength(4);
    expect(await submit('--key', 'k2')).toBe(await submit('--key', 'k2'));
    const other = await remote('submit', photos, '--key', 'k2', '--name', 'other');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('API_IDEMPOTENCY_MISMATCH');
  });

  it.each([
    ['a wrong token', ['list'], { ATLAS_API_KEY: 'wrong-token-0123456789' }, 2, 'API_UNAUTHORIZED'],
    ['no token', ['list', '--token-file', '/nonexistent'], { ATLAS_API_KEY: undefined }, 2, 'API_UNAUTHORIZED'],
    ['no such job', ['status', crypto.randomUUID()], {}, 2, 'JOB_NOT_FOUND'],
    ['what is no id', ['status', '../../etc'], {}, 2, 'API_'],
    ['what is no address', ['list', '--url', 'ftp://x'], {}, 2, 'INPUT_OPTION_INVALID'],
    ['nobody there', ['list', '--url', 'http://127.0.0.1:1'], {}, 3, 'SERVICE_UNREACHABLE'],
    ['no photos', ['submit', './nowhere'], {}, 2, 'INPUT_NOT_FOUND'],
    ['a wrong option', ['submit', '.', '--tier', 'best'], {}, 2, 'INPUT_OPTION_INVALID'],
    ['an unknown command', ['explode'], {}, 2, 'unknown command'],
  ])('ends at %s with its exit code and says why', async (_name, args, variables, code, said) => {
    const url = args.includes('--url') || args[0] === 'explode' ? [] : ['--url', service.url];
    const env = { ATLAS_API_KEY: TOKEN, ...variables } as Record<string, string>;
    const result = await runAtlas(['remote', ...args, ...url], folder, env);
    expect(result.stderr).toContain(said);
    expect(result.code).toBe(code);
    expect(result.stderr).not.toMatch(/at .*\.js:\d/);
  });
});

describe('a service of its own', () => {
  it('that goes away: who waits goes on when it is back, or gives up; a failed job ends with its error', async () => {
    const storage = join(folder, 'storage');
    await mkdir(storage);
    const token = ['--token-file', join(storage, 'token')];
    const settings = { ATLAS_MIN_PHOTOS: '3' };
    let serve = await startServe(storage, settings);
    const port = new URL(serve.url).port;
    const at = ['--url', serve.url, ...token];
    const own = (...args: string[]) => runAtlas(['remote', ...args, ...at], folder);
    await own('pause');
    const job = (await own('submit', photos, '--tier', 'preview')).stdout.trim();
    const waiting = startAtlas(['remote', 'wait', job, ...at], folder);
    const impatient = startAtlas(['remote', 'wait', job, '--patience', '1', ...at], folder);
    await Promise.all(
      [waiting, impatient].map(({ child }) => new Promise((resolve) => child.stdout?.once('data', resolve))),
    );
    await serve.stop('SIGKILL');
    const gaveUp = await impatient.ended;
    expect(gaveUp.code).toBe(3);
    expect(gaveUp.stderr).toContain('SERVICE_UNREACHABLE');

    serve = await startServe(storage, settings, Number(port));
    expect(await serve.client.queue()).toMatchObject({ paused: true, queued: [job] });
    await own('resume');
    // Photos of noise show nothing that another one shows.
    const ended = await waiting.ended;
    expect(ended.code).toBe(3);
    const { error } = await serve.client.get(job);
    expect(ended.stderr).toContain(error?.code);
    expect(await serve.stop('SIGTERM')).toBe(0);
  });
});
