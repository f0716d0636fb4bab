import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { containerArguments, containerName } from '#main/adapters/tools/container-arguments.js';
import { removeLeftovers } from '#main/adapters/tools/container-engine.js';
import { linesOfTool, runTool } from '#main/adapters/tools/run-tool.js';
import type { ContainerPlace, ToolCommand } from '#main/adapters/tools/tool-command.js';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const TOOL = path('stand-in-tool.mjs');
const signal = new AbortController().signal;
const place: ContainerPlace = {
  kind: 'container',
  engine: { kind: 'docker', command: path('stand-in-docker.mjs') },
  image: 'tools:1',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-docker-'));
  process.env.STAND_IN_DOCKER = folder;
});
afterEach(async () => {
  delete process.env.STAND_IN_DOCKER;
  await rm(folder, { recursive: true, force: true });
});

const command = (...args: ToolCommand['args']): ToolCommand => ({
  program: TOOL,
  args,
  folders: [{ path: folder, containerPath: '/workspace', access: 'write' }],
});

describe('the arguments of a container', () => {
  const folders = [
    { path: '/home/me/a, "b"', containerPath: '/workspace', access: 'write' },
    { path: '/photos', containerPath: '/photos', access: 'read' },
  ] as const;
  const colmap: ToolCommand = {
    program: 'colmap',
    args: ['mapper', '--image_path', { path: '/photos/x y.jpg' }, { path: '/home/me/a, "b"' }],
    folders,
    env: { QT_QPA_PLATFORM: 'offscreen' },
  };
  const identity = { name: 'atlas-1', owner: 'me', user: { uid: 1000, gid: 100 } };

  it('mount the folders alone, as the own user, without network, with limits', () => {
    const limited = { ...place, binFolder: '/opt/bin', cpus: 2, memoryBytes: 1e9 };
    expect(containerArguments(colmap, limited, identity)).toEqual([
      ...['create', '--pull', 'never', '--name', 'atlas-1'],
      ...['--label', 'studio.atlas.owner=me', '--label', 'studio.atlas.program=colmap'],
      ...['--network', 'none', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      ...['--user', '1000:100', '--cpus', '2', '--memory', '1000000000', '--memory-swap', '1000000000'],
      ...['--mount', 'type=bind,"source=/home/me/a, ""b""",target=/workspace'],
      ...['--mount', 'type=bind,source=/photos,target=/photos,readonly'],
      ...['--env', 'HOME=/tmp', '--env', 'QT_QPA_PLATFORM=offscreen'],
      ...['--entrypoint', '/opt/bin/colmap', 'tools:1'],
      ...['mapper', '--image_path', '/photos/x y.jpg', '/workspace'],
    ]);
  });

  it('ask for GPUs as the engine wants it, for those that the user has chosen', () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '1');
    const argumentsOf = (engine: ContainerPlace['engine']) =>
      containerArguments(colmap, { ...place, engine, usesGpu: true }, identity).join(' ');
    expect(argumentsOf(place.engine)).toContain(' --gpus all --env CUDA_VISIBLE_DEVICES=1 ');
    vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
    expect(argumentsOf({ kind: 'podman', command: 'podman' })).toContain(' --device nvidia.com/gpu=all --mount ');
    vi.unstubAllEnvs();
  });

  it('keep the user of rootless podman', () => {
    const podman = { ...place, engine: { kind: 'podman', command: 'podman' } } as const;
    expect(containerArguments(colmap, podman, identity).join(' ')).toContain('--userns keep-id --user 1000:100');
    const asRoot = containerArguments(colmap, podman, { ...identity, user: { uid: 0, gid: 0 } });
    expect(asRoot).not.toContain('keep-id');
  });

  it('tell people and the clean-up whose they are', () => {
    const ofJob = containerArguments(colmap, { ...place, job: 'Statue 1' }, identity);
    expect(ofJob).toContain('studio.atlas.job=Statue 1');
    expect(containerName('/opt/bin/colmap', 'Statue 1 (ä)', 'ab12')).toBe('atlas-Statue_1_-colmap-ab12');
    expect(containerName('colmap', undefined, 'ab12')).toBe('atlas-colmap-ab12');
  });
});

describe('a tool in a container (docker played by a stand-in)', () => {
  it('writes to the mounted folder, tells its lines and leaves no container', async () => {
    await runTool(command('write', { path: join(folder, 'result.txt') }), place, { signal });
    expect(await readFile(join(folder, 'result.txt'), 'utf8')).toBe('written');
    expect(await linesOfTool(command('print', 'a', 'b'), place, signal)).toEqual(['a', 'b']);
    expect(await readdir(folder)).toEqual(['result.txt']);
  });

  it.each([
    [['fail', '3'], 'TOOL_FAILED'],
    [['die', 'SIGABRT'], 'TOOL_FAILED'],
    [['die', 'SIGKILL'], 'TOOL_OUT_OF_MEMORY'],
  ])('%j becomes %s and leaves no container', async (args, code) => {
    await expect(runTool(command(...args), place, { signal })).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that is there but lacks a library says so, though its exit code is that of programs that are not there', async () => {
    const line = 'colmap: error while loading shared libraries: libcuda.so.1: cannot open shared object file';
    const loader = { program: '/bin/sh', args: ['-c', `echo '${line}'; exit 127`], folders: [] };
    await expect(linesOfTool(loader, place, signal)).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringContaining('the library libcuda.so.1 is missing'),
    });
  });

  it('that is not in the image is TOOL_NOT_FOUND', async () => {
    const missing = { ...command(), program: '/no/such/tool' };
    await expect(runTool(missing, place, { signal })).rejects.toMatchObject({
      code: 'TOOL_NOT_FOUND',
      details: { image: 'tools:1' },
    });
  });

  it('needs the image and the daemon', async () => {
    const missing = { ...place, image: 'missing:1' };
    await expect(runTool(command('print'), missing, { signal })).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    await writeFile(join(folder, 'down'), '');
    await expect(runTool(command('print'), place, { signal })).rejects.toMatchObject({ code: 'DOCKER_NOT_RUNNING' });
  });

  it('fails with DOCKER_NOT_RUNNING when the daemon stops in mid-run', async () => {
    const run = runTool(command('stubborn'), place, {
      signal,
      onLine: (pid) => void writeFile(join(folder, 'down'), '').then(() => process.kill(Number(pid), 'SIGKILL')),
    });
    await expect(run).rejects.toMatchObject({ code: 'DOCKER_NOT_RUNNING' });
  });

  it('is gone after an abort, and its container too', async () => {
    const abort = new AbortController();
    let pid = 0;
    const run = runTool(command('stubborn'), place, {
      signal: abort.signal,
      onLine: (line) => {
        pid = Number(line);
        abort.abort(new Error('cancelled by the test'));
      },
    });
    await expect(run).rejects.toThrow('cancelled by the test');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is removed at the next start when its process has gone, and only then', async () => {
    const container = (owner: object) =>
      JSON.stringify({ options: { '--label': [`studio.atlas.owner=${JSON.stringify(owner)}`] } });
    const gone = spawnSync(process.execPath, ['--version']).pid;
    await writeFile(join(folder, 'left.json'), container({ host: hostname(), pid: gone }));
    await writeFile(join(folder, 'used.json'), container({ host: hostname(), pid: process.pid }));
    await writeFile(join(folder, 'other.json'), container({ host: `${hostname()}-2`, pid: gone }));
    expect(await removeLeftovers(place.engine)).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(['other.json', 'used.json']);
  });
});
