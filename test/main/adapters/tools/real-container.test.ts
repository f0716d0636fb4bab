import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OWNER_LABEL } from '#main/adapters/tools/container-arguments.js';
import { removeContainer, removeLeftovers } from '#main/adapters/tools/container-engine.js';
import { imageInfo } from '#main/adapters/tools/image-info.js';
import { pullImage } from '#main/adapters/tools/pull-image.js';
import { linesOfTool, runTool } from '#main/adapters/tools/run-tool.js';
import type { ContainerPlace, ToolCommand, ToolRun } from '#main/adapters/tools/tool-command.js';
import { startDocker } from '../../../containers/docker-daemon.js';
import { SCRIPT_FILES } from '../../../containers/import-image.js';
import { startPodman } from '../../../containers/private-podman.js';

const TOOL = fileURLToPath(new URL('stand-in-tool.mjs', import.meta.url));
const signal = new AbortController().signal;
const docker = await startDocker();
const podman = await startPodman();
afterAll(() => Promise.all([docker?.stop(), podman?.stop()]));

for (const [name, tested] of Object.entries({ docker, podman })) {
  describe.skipIf(tested === undefined)(`a tool in a real container of ${name}`, () => {
    let root: string;
    let folder: string;
    let place: ContainerPlace;
    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), 'atlas-real-'));
      const image = await tested!.importImage('atlas-test/tools:1', {
        files: { ...SCRIPT_FILES, '/opt/tools/tool': TOOL, '/opt/tools/no-program': fileURLToPath(import.meta.url) },
      });
      place = { kind: 'container', engine: tested!.engine, image, binFolder: '/opt/tools' };
      folder = join(root, 'my model, "1"');
      await mkdir(folder);
    });
    afterAll(() => rm(root, { recursive: true, force: true }));
    afterEach(async () => {
      expect(await tested!.containers()).toEqual([]);
    });

    const command = (...args: ToolCommand['args']): ToolCommand => ({
      program: 'tool',
      args,
      folders: [{ path: folder, containerPath: '/workspace', access: 'write' }],
    });
    const outcome = (tool: ToolCommand, where = place, run: Partial<ToolRun> = {}) =>
      runTool(tool, where, { signal, ...run }).catch((error: unknown) => error);

    it('writes to the mounted folder as the own user and tells its lines as they come', async () => {
      const path = join(folder, 'a result.txt');
      await runTool(command('write', { path }), place, { signal });
      expect(await readFile(path, 'utf8')).toBe('written');
      expect((await stat(path)).uid).toBe(process.getuid?.());
      expect(await linesOfTool(command('print', 'a', '$HOME; b'), place, signal)).toEqual(['a', '$HOME; b']);
      const lines = await linesOfTool(command('progress'), place, signal);
      expect(lines.filter((line) => line !== 'a warning')).toEqual(['start', '10%', '50%', '100%']);
    });

    it('has no network and sees its folder alone', async () => {
      const [user, interfaces, home] = await linesOfTool(command('identity'), place, signal);
      expect([user, interfaces, home]).toEqual([`${process.getuid?.()}:${process.getgid?.()}`, 'lo', '/tmp']);
      await writeFile(join(root, 'secret.txt'), 'secret');
      const secret = await outcome(command('read', join(root, 'secret.txt')));
      expect(secret).toMatchObject({ code: 'TOOL_FAILED' });
      const readOnly: ToolCommand = {
        ...command('write', { path: join(folder, 'b.txt') }),
        folders: [{ path: folder, containerPath: '/workspace', access: 'read' }],
      };
      expect(await outcome(readOnly)).toMatchObject({ code: 'TOOL_FAILED' });
    });

    it('tells how it failed, with its last lines', async () => {
      const failed = await outcome(command('fail', '3'));
      expect(failed).toMatchObject({ code: 'TOOL_FAILED', details: { exitCode: 3 } });
      expect((failed as { details: { lastLines: string[] } }).details.lastLines.at(-1)).toBe('line 29');
      const segfault = { ...command('-c', 'sh -c "kill -SEGV \\$\\$"; exit $?'), program: '/bin/sh' };
      expect(await outcome(segfault)).toMatchObject({ code: 'TOOL_FAILED', details: { signal: 'SIGSEGV' } });
    });

    it('that is not in the image, or is no program, is not found', async () => {
      for (const program of ['missing', 'no-program']) {
        const missing = { ...command(), program };
        expect(await outcome(missing)).toMatchObject({
          code: 'TOOL_NOT_FOUND',
          details: { program, image: place.image },
        });
      }
      expect(await outcome(command(), { ...place, image: 'atlas-test/none:1' })).toMatchObject({
        code: 'IMAGE_MISSING',
      });
    });

    it('that needs more memory than its limit is ended for it', async () => {
      if (!(await limitsMemory(name)))
        return void process.stdout.write('skipped: control groups here do not limit memory\n');
      const limited = { ...place, memoryBytes: 200 * 1024 ** 2, cpus: 1 };
      expect(await outcome(command('greedy'), limited)).toMatchObject({
        code: 'TOOL_OUT_OF_MEMORY',
        details: { signal: 'SIGKILL' },
      });
    });

    it.each(['stubborn', 'family'])('%s is gone after an abort, with its container and children', async (behaviour) => {
      const abort = new AbortController();
      const cancelled = outcome(command(behaviour), place, {
        signal: abort.signal,
        onLine: () => abort.abort(new Error('cancelled by the test')),
      });
      expect(await cancelled).toMatchObject({ message: 'cancelled by the test' });
      expect(await tested!.runningContainers()).toEqual([]);
    });

    it('can be cancelled at any moment of its start', async () => {
      for (const afterMs of [0, 30, 100, 200, 300, 400]) {
        const abort = new AbortController();
        setTimeout(() => abort.abort(new Error('cancelled by the test')), afterMs);
        expect(await outcome(command('stubborn'), place, { signal: abort.signal })).toMatchObject({
          message: 'cancelled by the test',
        });
        expect(await tested!.containers()).toEqual([]);
      }
    });

    it('left by a process that is gone is removed at the next start, others are not', async () => {
      const gone = spawnSync(process.execPath, ['--version']).pid;
      const start = (container: string, owner: object) =>
        execa(name, [
          ...['run', '--detach', '--name', container, '--network', 'none'],
          ...['--label', `${OWNER_LABEL}=${JSON.stringify(owner)}`],
          ...['--entrypoint', '/opt/tools/tool', place.image, 'stubborn'],
        ]);
      await start('left', { host: hostname(), pid: gone });
      await start('in-use', { host: hostname(), pid: process.pid });
      await start('of-another', { host: `${hostname()}-2`, pid: gone });
      expect(await removeLeftovers(place.engine)).toBe(1);
      expect((await tested!.containers()).sort()).toEqual(['in-use', 'of-another']);
      for (const other of ['in-use', 'of-another']) await removeContainer(place.engine, other);
    });

    it('comes from an image whose size is known, and from a registry only when that answers', async () => {
      expect((await imageInfo(place.engine, place.image))?.bytes).toBeGreaterThan(10_000_000);
      expect(await imageInfo(place.engine, 'atlas-test/none:1')).toBeUndefined();
      const pull = pullImage(place.engine, '127.0.0.1:9/atlas-test/none:1', { signal, onProgress() {} });
      await expect(pull).rejects.toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
        details: { lastLines: expect.arrayContaining([expect.stringContaining('127.0.0.1:9')]) },
      });
    });

    it('ends with a typed error when somebody else removes it in mid-run', async () => {
      let removal: Promise<unknown> | undefined;
      const onLine = () => {
        removal = tested!.containers().then((names) => removeContainer(place.engine, names[0]!));
      };
      expect(await outcome(command('stubborn'), place, { onLine })).toMatchObject({
        code: expect.stringMatching(/^TOOL_/),
      });
      await removal;
    });

    it.runIf(name === 'docker')(
      'ends with a typed error when the daemon stops in mid-run, also without a word',
      async () => {
        let crash: Promise<void> | undefined;
        const onLine = () => {
          crash = docker!.crash();
        };
        expect(await outcome(command('stubborn'), place, { onLine })).toMatchObject({ code: 'DOCKER_NOT_RUNNING' });
        await crash;
        expect(await outcome(command('print'))).toMatchObject({ code: 'DOCKER_NOT_RUNNING' });
        await docker!.restart();
        // What the crash left belongs to a process that still runs, this one: a job's own process has ended by then.
        await execa('docker', ['rm', '--force', ...(await docker!.containers())], { reject: false });
        expect(await linesOfTool(command('print', 'again'), place, signal)).toEqual(['again']);
      },
    );
  });
}

async function limitsMemory(engine: string): Promise<boolean> {
  const format = engine === 'docker' ? '{{.MemoryLimit}}' : '{{.Host.CgroupControllers}}';
  const { stdout } = await execa(engine, ['info', '--format', format]);
  return /true|memory/.test(stdout);
}
