import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '#main/adapters/tools/find-program.js';
import { imageInfo } from '#main/adapters/tools/image-info.js';
import { pullImage } from '#main/adapters/tools/pull-image.js';
import type { PullState } from '#main/adapters/tools/pull-progress.js';
import { startDocker } from '../../../containers/docker-daemon.js';
import { startRegistry, type TestRegistry } from '../../../containers/registry.js';

const docker = await startDocker();
afterAll(() => docker?.stop());

/** The programs themselves, and a registry of this computer: what its messages look like is nothing of ours. */
describe.skipIf(docker === undefined)('a pull by a real Docker', () => {
  const engine = { kind: 'docker', command: 'docker' } as const;
  const { signal } = new AbortController();
  let registry: TestRegistry;
  beforeEach(async () => {
    registry = await startRegistry(4);
  });
  afterEach(() => registry.close());

  it('tells its layers as they come, and then the image is here', async () => {
    const states: PullState[] = [];
    await pullImage(engine, registry.image, { signal, onProgress: (state) => states.push(state) });
    expect(states.at(-1)).toEqual({ fraction: 1, layersDone: 4, layerCount: 4 });
    const fractions = states.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(new Set(fractions).size).toBeGreaterThan(4);
    expect(await imageInfo(engine, registry.image)).toMatchObject({ digest: expect.stringMatching(/^sha256:/) });
    await execa('docker', ['image', 'rm', registry.image]);
  });

  it('ends with an abort, and goes on with the layers that have come', async () => {
    registry.hold(2);
    const abort = new AbortController();
    const onProgress = ({ layersDone }: PullState) =>
      layersDone >= 2 && abort.abort(new Error('cancelled by the test'));
    await expect(pullImage(engine, registry.image, { signal: abort.signal, onProgress })).rejects.toThrow(
      'cancelled by the test',
    );
    expect(await imageInfo(engine, registry.image)).toBeUndefined();
    registry.release();
    await pullImage(engine, registry.image, { signal, onProgress() {} });
    expect(await imageInfo(engine, registry.image)).toBeDefined();
  });

  it('fails by what is wrong: no such image, no registry, no daemon in the middle', async () => {
    const codeOf = (image: string, onProgress: () => void = () => {}) =>
      pullImage(engine, image, { signal, onProgress }).catch((error: { code?: string }) => error.code);
    expect(await codeOf(registry.image.replace('tools:1', 'tools:2'))).toBe('IMAGE_PULL_FAILED');
    expect(await codeOf('127.0.0.1:9/tools:1')).toBe('REGISTRY_UNREACHABLE');
    registry.hold(0);
    let crashed: Promise<void> | undefined;
    expect(await codeOf(registry.image, () => (crashed ??= docker!.crash()))).toBe('DOCKER_NOT_RUNNING');
    await crashed;
  });
});

const podman = await findProgram('podman').catch(() => undefined);
if (podman === undefined) process.stdout.write('skipped: no podman on this computer\n');

describe.skipIf(podman === undefined)('a pull by a real Podman', () => {
  const engine = { kind: 'podman', command: 'podman' } as const;
  const { signal } = new AbortController();
  let folder: string;
  let registry: TestRegistry;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-podman-'));
    registry = await startRegistry(3);
    const [address] = registry.image.split('/');
    await writeFile(join(folder, 'registries.conf'), `[[registry]]\nlocation = "${address}"\ninsecure = true\n`);
    const [root, run] = [join(folder, 'root'), join(folder, 'run')];
    await writeFile(
      join(folder, 'storage.conf'),
      `[storage]\ndriver = "vfs"\ngraphroot = "${root}"\nrunroot = "${run}"\n`,
    );
    process.env.CONTAINERS_REGISTRIES_CONF = join(folder, 'registries.conf');
    process.env.CONTAINERS_STORAGE_CONF = join(folder, 'storage.conf');
  });
  afterEach(async () => {
    delete process.env.CONTAINERS_REGISTRIES_CONF;
    delete process.env.CONTAINERS_STORAGE_CONF;
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('names the layers, tells the end, and then the image is here with digest and size', async () => {
    const states: PullState[] = [];
    await pullImage(engine, registry.image, { signal, onProgress: (state) => states.push(state) });
    expect(states.at(-1)).toEqual({ fraction: 1, layersDone: 3, layerCount: 3 });
    const info = await imageInfo(engine, registry.image);
    expect(info).toMatchObject({ digest: expect.stringMatching(/^sha256:/) });
    expect(info?.bytes).toBeGreaterThan(0);
  });

  it('fails by what is wrong: no such image, no registry', async () => {
    const codeOf = (image: string) =>
      pullImage(engine, image, { signal, onProgress() {} }).catch((error: { code?: string }) => error.code);
    expect(await codeOf(registry.image.replace('tools:1', 'tools:2'))).toBe('IMAGE_PULL_FAILED');
    await registry.close();
    expect(await codeOf(registry.image)).toBe('REGISTRY_UNREACHABLE');
  });
});
