import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, runAtlas } from './run-atlas.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-cli-'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'a file'), 'text');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('atlas', () => {
  it('prints its help and version with exit code 0', async () => {
    const help = await runAtlas(['--help']);
    expect(help.code).toBe(0);
    for (const command of ['reconstruct', 'doctor', 'Exit codes']) expect(help.stdout).toContain(command);
    const version = await runAtlas(['--version']);
    const { version: expected } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect([version.code, version.stdout.trim()]).toEqual([0, expected]);
  });

  it('tells every option of reconstruct in its help', async () => {
    const { stdout } = await runAtlas(['reconstruct', '--help']);
    const options = 'out tier triangles texture-size masks camera scale until threads seed json'.split(' ');
    for (const option of options) expect(stdout).toContain(`--${option}`);
  });

  it('finds this computer fit', async () => {
    const { code, stdout } = await runAtlas(['doctor', '--json']);
    expect(code).toBe(0);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] };
    expect(checks.filter(({ state }) => state === 'bad')).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(8);
  });

  it.each([
    ['an unknown command', ['paint'], 'unknown command'],
    ['an unknown option', ['reconstruct', '.', '--out', 'x', '--colour', 'red'], '--colour'],
    ['no output folder', ['reconstruct', '.'], '--out'],
    ['no photos', ['reconstruct', '--out', 'x'], 'photos'],
    ['a word for a number', ['reconstruct', '.', '--out', 'x', '--triangles', '12k'], '--triangles: must be a number'],
    ['a number out of range', ['reconstruct', '.', '--out', 'x', '--triangles', '5'], '--triangles'],
    ['half a triangle', ['reconstruct', '.', '--out', 'x', '--triangles', '1000.5'], '--triangles'],
    ['a texture that is no power of two', ['reconstruct', '.', '--out', 'x', '--texture-size', '1000'], 'power of two'],
    ['an unknown tier', ['reconstruct', '.', '--out', 'x', '--tier', 'best'], '--tier'],
    ['a camera of three numbers', ['reconstruct', '.', '--out', 'x', '--camera', '1,2,3'], '--camera'],
    ['a camera of negative focal length', ['reconstruct', '.', '--out', 'x', '--camera=-5,5,1,1'], '--camera'],
    ['a scale of nothing', ['reconstruct', '.', '--out', 'x', '--scale', '0'], '--scale'],
    ['an end that there is not', ['reconstruct', '.', '--out', 'x', '--until', 'lunch'], '--until'],
    ['no threads', ['reconstruct', '.', '--out', 'x', '--threads', '0'], '--threads'],
  ])('ends with 2 and says what is wrong with %s', async (_, args, words) => {
    const { code, stdout, stderr } = await runAtlas(args, folder);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('says what a missing folder, an empty folder and an output folder below a file are', async () => {
    const missing = await runAtlas(['reconstruct', join(folder, 'no such "folder"'), '--out', join(folder, 'out')]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('INPUT_NOT_FOUND') as string });
    const empty = await runAtlas(['reconstruct', join(folder, 'empty'), '--out', join(folder, 'out')]);
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('INPUT_NO_PHOTOS') as string });
  });

  it('prints a failure as the last event with --json', async () => {
    const result = await runAtlas(['reconstruct', join(folder, 'empty'), '--out', join(folder, 'out'), '--json']);
    expect(result.code).toBe(2);
    expect(eventsOf(result).at(-1)).toMatchObject({ type: 'run-failed', error: { code: 'INPUT_NO_PHOTOS' } });
  });
});
