import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findContainerEngine } from '#main/adapters/tools/container-engine.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-engines-'));
  vi.stubEnv('PATH', folder);
  vi.stubEnv('ATLAS_CONTAINER_ENGINE', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** @param exitCode of `version` */
async function install(name: string, exitCode: number): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n[ "$1" = version ] && exit ${exitCode}\nexit 9\n`);
  await chmod(path, 0o755);
}

describe.skipIf(process.platform === 'win32')('the container engine', () => {
  it('is none where there is none', async () => {
    expect(await findContainerEngine()).toBeUndefined();
  });

  it.each([
    ['docker, where both run', 0, 0, 'docker'],
    ['podman, where docker is installed but does not run', 1, 0, 'podman'],
    ['docker, where neither runs: what is said of it is of use to most', 1, 1, 'docker'],
  ])('is %s', async (_, docker, podman, expected) => {
    await install('docker', docker);
    await install('podman', podman);
    expect((await findContainerEngine())?.kind).toBe(expected);
  });

  it('is the one that is wanted, running or not', async () => {
    await install('docker', 1);
    await install('podman', 0);
    vi.stubEnv('ATLAS_CONTAINER_ENGINE', 'docker');
    expect((await findContainerEngine())?.kind).toBe('docker');
    vi.stubEnv('ATLAS_CONTAINER_ENGINE', 'podman');
    expect((await findContainerEngine())?.kind).toBe('podman');
  });

  it('is the only one, running or not', async () => {
    await install('podman', 1);
    expect((await findContainerEngine())?.kind).toBe('podman');
  });
});
