import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findEngineSources } from '#main/pipeline/engine-sources.js';
import { type ReconstructOptionsInput, ReconstructOptionsSchema } from '#shared/pipeline/reconstruct-options.js';
import { standInGpu } from '../../containers/stand-in-gpu.js';

const { signal } = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-engines-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  delete process.env.ATLAS_COLMAP_FOLDER;
});

const find = (options: ReconstructOptionsInput, sparse?: string) =>
  findEngineSources(ReconstructOptionsSchema.parse(options), { folder, ...(sparse && { sparse }) }, signal);

/** A program that says it is a COLMAP. */
async function standInColmap(build: string): Promise<void> {
  await writeFile(
    join(folder, 'colmap'),
    `#!/bin/sh\necho "COLMAP 3.9 -- Structure-from-Motion (Commit 1 ${build})"\n`,
  );
  await chmod(join(folder, 'colmap'), 0o755);
  process.env.ATLAS_COLMAP_FOLDER = folder;
}

describe('the programs of a run', () => {
  it('none are needed by default', async () => {
    expect(await find({})).toEqual({ dense: 'builtin' });
  });

  it('with COLMAP the built-in stages compute depth where it has no CUDA', async () => {
    await standInColmap('without CUDA');
    const sources = await find({ engine: 'colmap' });
    expect(sources).toMatchObject({ dense: 'builtin', colmap: { value: { version: '3.9', hasCuda: false } } });
    expect(sources.denseColmap).toBeUndefined();
  });

  it('with COLMAP it computes depth itself where it has CUDA, or depth alone where that was asked', async () => {
    await standInColmap('with CUDA');
    await standInGpu(folder);
    expect(await find({ engine: 'colmap' })).toMatchObject({ dense: 'colmap', colmap: {}, denseColmap: {} });
    const denseOnly = await find({ dense: 'colmap' });
    expect(denseOnly).toMatchObject({ dense: 'colmap', denseColmap: {} });
    expect(denseOnly.colmap).toBeUndefined();
  });

  it('with COLMAP the built-in stages compute depth where it has CUDA and the computer no GPU', async () => {
    await standInColmap('with CUDA');
    await standInGpu(folder, false);
    const colmap = { value: { hasCuda: true, usesGpu: false } };
    expect(await find({ engine: 'colmap' })).toMatchObject({ dense: 'builtin', colmap });
  });

  it.each([
    ['without CUDA', true, 'Built without CUDA.'],
    ['with CUDA', false, 'No NVIDIA GPU was found.'],
  ])('depth by a COLMAP %s, GPU: %s, is refused before anything runs', async (build, isRunning, reason) => {
    await standInColmap(build);
    await standInGpu(folder, isRunning);
    const refusal = { code: 'TOOL_NOT_CAPABLE', message: `COLMAP 3.9 cannot compute depth. ${reason}` };
    await expect(find({ dense: 'colmap' })).rejects.toMatchObject(refusal);
  });

  it('a missing program is told before anything runs', async () => {
    process.env.ATLAS_COLMAP_FOLDER = '/nowhere';
    await expect(find({ sfm: 'colmap' })).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
  });

  it('an imported model and a program for the cameras contradict each other', async () => {
    await expect(find({ sfm: 'builtin' }, folder)).rejects.toMatchObject({ code: 'INPUT_OPTION_INVALID' });
    expect(await find({ engine: 'auto' }, folder)).toMatchObject({ modelFolder: { value: folder } });
  });
});
