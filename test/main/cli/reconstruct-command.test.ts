import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QaReportSchema } from '#shared/pipeline/qa-report.js';
import { writeNoisePhotos } from './noise-photos.js';
import { eventsOf, runAtlas, startAtlas } from './run-atlas.js';

const NAMES = ['one two.jpg', "it's “quoted”.jpg", 'фото.jpg', '写真 3.jpg', '-dash.jpg', 'a&b<c>.jpg'];

let folder: string;
let photos: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas cli ü '));
  photos = join(folder, 'my photos');
  await writeNoisePhotos(photos, NAMES, 1400);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const readReport = async (out: string) =>
  QaReportSchema.parse(JSON.parse(await readFile(join(out, 'qa.json'), 'utf8')));

describe('atlas reconstruct', () => {
  it('fails with 3 on photos that show nothing in common, says so everywhere and keeps what it computed', async () => {
    const out = join(folder, 'out "nothing" in common');
    const result = await runAtlas(['reconstruct', photos, '--out', out, '--json', '--tier', 'preview']);
    expect(result.code).toBe(3);
    const failure = eventsOf(result).at(-1);
    expect(failure).toMatchObject({ type: 'run-failed', error: { code: expect.stringMatching(/^SFM_/) as string } });
    expect(result.stderr).not.toMatch(/\n\s+at /);
    const report = await readReport(out);
    expect(report).toMatchObject({ status: 'failed', error: failure?.error });
    expect(report.photos.list.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
    expect(existsSync(join(out, 'work/features/stage.json'))).toBe(true);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('a&amp;b&lt;c&gt;.jpg');
    expect(await readFile(join(out, 'log.ndjson'), 'utf8')).toContain('"run-failed"');
    expect(existsSync(join(out, 'work/lock.json'))).toBe(false);
  });

  it('takes single files, a name with a dash behind --', async () => {
    const out = join(folder, 'single files');
    const args = ['reconstruct', '--out', out, '--json', '--tier', 'preview', '--', ...NAMES.slice(0, 5)];
    const events = eventsOf(await runAtlas(args, photos));
    expect(events.find(({ type, stage }) => type === 'stage-finished' && stage === 'import')).toBeDefined();
    expect((await readReport(out)).photos.given).toBe(5);
  });

  it('ends at once on Ctrl-C with 130, and the next run goes on with what is there', async () => {
    const out = join(folder, 'cancelled');
    const { child, ended } = startAtlas(['reconstruct', photos, '--out', out, '--json']);
    await waitForStage(child, 'features');
    child.kill('SIGINT');
    const result = await ended;
    expect(result.code).toBe(130);
    expect(eventsOf(result).some(({ type, stage }) => type === 'stage-finished' && stage === 'features')).toBe(false);
    expect(eventsOf(result).at(-1)).toMatchObject({ type: 'run-failed', error: { code: 'CANCELLED' } });
    expect(result.stderr).toContain('Run the same command again');

    const again = eventsOf(await runAtlas(['reconstruct', photos, '--out', out, '--json']));
    expect(again.find(({ type, stage }) => type === 'stage-finished' && stage === 'import')).toMatchObject({
      cached: true,
    });
    expect(again.find(({ type, stage }) => type === 'stage-finished' && stage === 'features')).toBeDefined();
  });

  it('goes on after kill -9, and keeps a second run out while the first one runs', async () => {
    const out = join(folder, 'killed');
    const { child, ended } = startAtlas(['reconstruct', photos, '--out', out, '--json']);
    await waitForStage(child, 'features');
    // Held where it is: it must not end by itself before the second run has looked.
    child.kill('SIGSTOP');
    const second = await runAtlas(['reconstruct', photos, '--out', out]);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining('OUTPUT_IN_USE') as string });
    child.kill('SIGKILL');
    await ended;
    const again = await runAtlas(['reconstruct', photos, '--out', out, '--json']);
    expect(eventsOf(again).find(({ type, stage }) => type === 'stage-finished' && stage === 'import')).toMatchObject({
      cached: true,
    });
  });

  it('says that an output folder below a file cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const result = await runAtlas(['reconstruct', photos, '--out', join(folder, 'file', 'out')]);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('OUTPUT_NOT_WRITABLE') as string });
  });

  it('says how much space is missing before it starts on a small disk', async ({ skip }) => {
    const mount = join(folder, 'small disk');
    const unmount = await mountSmallDisk(mount, '20m');
    if (unmount === undefined) return skip('cannot mount a small disk here (needs root)');
    try {
      const result = await runAtlas(['reconstruct', photos, '--out', join(mount, 'out')]);
      expect(result).toMatchObject({ code: 3, stderr: expect.stringContaining('DISK_FULL') as string });
      expect(result.stderr).toMatch(/\d+ MB are needed, \d+ MB are free/);
    } finally {
      unmount();
    }
  });
});

it('fails with 3 when the disk fills up on the way, and goes on when there is space again', async ({ skip }) => {
  const mount = join(folder, 'filling disk');
  const unmount = await mountSmallDisk(mount, '220m');
  if (unmount === undefined) return skip('cannot mount a small disk here (needs root)');
  try {
    const args = ['reconstruct', photos, '--out', join(mount, 'out'), '--tier', 'preview', '--json'];
    const { child, ended } = startAtlas(args);
    await waitForStage(child, 'features');
    const filler = join(mount, 'filler');
    execFileSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null; true', filler]);
    const full = await ended;
    expect(full).toMatchObject({ code: 3, stderr: expect.stringContaining('DISK_FULL') as string });
    await rm(filler);
    const events = eventsOf(await runAtlas(args));
    expect(events.find(({ type, stage }) => type === 'stage-finished' && stage === 'features')).toBeDefined();
  } finally {
    unmount();
  }
});

/** Waits for the event that the stage has begun. */
function waitForStage(child: ReturnType<typeof startAtlas>['child'], stage: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes(`{"type":"stage-started","stage":"${stage}"}`)) resolve();
    });
  });
}

/** @returns how to unmount it; `undefined` where that is not allowed */
async function mountSmallDisk(path: string, size: string): Promise<(() => void) | undefined> {
  await mkdir(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  await stat(path);
  return () => execFileSync('umount', [path]);
}
