import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canHaveGpu, hasGpu } from '#main/adapters/tools/gpu.js';
import type { ContainerPlace } from '#main/adapters/tools/tool-command.js';
import { TOOL_KITS } from '#main/adapters/tools/tool-kits.js';
import { findToolPlace } from '#main/adapters/tools/tool-place.js';
import { standInGpu } from '../../../containers/stand-in-gpu.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-gpu-'));
  vi.stubEnv('PATH', [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter));
  vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform === 'win32')('a GPU of this computer', () => {
  it('is one that its driver lists', async () => {
    await standInGpu(folder);
    expect(await hasGpu()).toBe(true);
  });

  it('is one also when its driver warns by its exit code (14: the infoROM is corrupted)', async () => {
    await standInGpu(folder, true, 14);
    expect(await hasGpu()).toBe(true);
  });

  it('is none where there is no driver, or it does not run', async () => {
    vi.stubEnv('PATH', folder);
    expect(await hasGpu()).toBe(false);
    await standInGpu(folder, false);
    expect(await hasGpu()).toBe(false);
  });

  it.each(['', '-1'])('is none where CUDA_VISIBLE_DEVICES=%s hides it', async (hidden) => {
    await standInGpu(folder);
    vi.stubEnv('CUDA_VISIBLE_DEVICES', hidden);
    expect(await hasGpu()).toBe(false);
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '1');
    expect(await hasGpu()).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('a GPU in containers (docker played by a stand-in)', () => {
  const place: ContainerPlace = {
    kind: 'container',
    engine: { kind: 'docker', command: fileURLToPath(new URL('stand-in-docker.mjs', import.meta.url)) },
    ...{ image: 'colmap/colmap', binFolder: '/opt/bin' },
  };
  let state: string;
  beforeEach(async () => {
    state = join(folder, 'docker-state');
    await mkdir(state);
    vi.stubEnv('STAND_IN_DOCKER', state);
    await standInGpu(folder);
  });

  it('is one that a container lists', async () => {
    expect(await canHaveGpu(place)).toBe(true);
  });

  it('is none without the toolkit, without the image, or where the computer has none', async () => {
    await writeFile(join(state, 'no-gpu'), '');
    expect(await canHaveGpu(place)).toBe(false);
    await rm(join(state, 'no-gpu'));
    await writeFile(join(state, 'absent'), place.image);
    expect(await canHaveGpu(place)).toBe(false);
    await rm(join(state, 'absent'));
    expect(await canHaveGpu(place)).toBe(true);
    await standInGpu(folder, false);
    expect(await canHaveGpu(place)).toBe(false);
  });

  it('is given to programs that can use one', async () => {
    const docker = join(folder, 'docker');
    await writeFile(docker, `#!/bin/sh\nexec "${place.engine.command}" "$@"\n`);
    await chmod(docker, 0o755);
    vi.stubEnv('ATLAS_CONTAINER_ENGINE', 'docker');
    const placeOf = (kit: keyof typeof TOOL_KITS) => findToolPlace(TOOL_KITS[kit], { image: 'tools:1' });
    expect(await placeOf('colmap')).toMatchObject({ usesGpu: true });
    expect(await placeOf('openmvs')).toMatchObject({ usesGpu: true });
    expect(await placeOf('openmvg')).not.toHaveProperty('usesGpu');
    await writeFile(join(state, 'no-gpu'), '');
    expect(await placeOf('colmap')).not.toHaveProperty('usesGpu');
  });
});
