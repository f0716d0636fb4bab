import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOpenMvg, readOpenMvgHelp } from '#main/adapters/openmvg/openmvg-program.js';
import { hasRecorded, recorded } from '../recorded.js';

describe.skipIf(!hasRecorded)('the version of OpenMVG', () => {
  const linesOf = async (name: string) =>
    (await readFile(recorded(`help/openMVG_main_${name}.txt`), 'utf8')).split('\n');

  it('is 2.1 or later by its recorded help', async () => {
    const help = readOpenMvgHelp(await linesOf('SfMInit_ImageListing'), await linesOf('SfM'));
    expect(help).toEqual({ version: expect.stringMatching(/^2\.1\+ \(\w{6}\)$/), makesScenes: true });
  });

  it('is 2.0 where there is no solver STELLAR: its scenes for OpenMVS have no masks', async () => {
    // As main_SfM.cpp of v2.0 differs from the recorded one: its other mention is an initializer of INCREMENTALV2, which 2.0 has.
    const solver = (await linesOf('SfM')).filter(
      (line) => !/STELLAR {2,}:|^\[STELLAR\]|graph_simplification/.test(line),
    );
    expect(solver.join('\n')).toContain("'STELLAR'->");
    const help = readOpenMvgHelp(await linesOf('SfMInit_ImageListing'), solver);
    expect(help).toEqual({ version: expect.stringMatching(/^2\.0 \(/), makesScenes: false });
  });
});

describe.skipIf(process.platform === 'win32')('an OpenMVG that cannot be driven', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-openmvg-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function install(...names: string[]): Promise<void> {
    for (const name of names) {
      const path = join(folder, `openMVG_main_${name}`);
      await writeFile(path, '#!/bin/sh\necho Usage\nexit 1\n');
      await chmod(path, 0o755);
    }
  }
  const find = () => findOpenMvg({ kind: 'native', binFolder: folder }, new AbortController().signal);

  it('is version 1 by its solvers, and the error says which is needed', async () => {
    await install('SfMInit_ImageListing', 'IncrementalSfM', 'GlobalSfM');
    await expect(find()).rejects.toMatchObject({
      code: 'TOOL_NOT_CAPABLE',
      message: expect.stringContaining('OpenMVG 1'),
      hint: expect.stringContaining('2.0 or later'),
    });
  });

  it('lacks programs', async () => {
    await install('SfMInit_ImageListing');
    await expect(find()).rejects.toMatchObject({
      code: 'TOOL_NOT_CAPABLE',
      message: expect.stringContaining('missing'),
    });
  });
});
