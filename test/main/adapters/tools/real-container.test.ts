import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOfTool, runTool } from '#main/adapters/tools/run-tool.js';
import type { ContainerPlace, ToolCommand } from '#main/adapters/tools/tool-command.js';
import { startDocker } from '../../../containers/docker-daemon.js';
import { SCRIPT_FILES } from '../../../containers/import-image.js';

const TOOL = fileURLToPath(new URL('stand-in-tool.mjs', import.meta.url));
const signal = new AbortController().signal;
const docker = await startDocker();
afterAll(() => docker?.stop());

describe.skipIf(docker === undefined)('a tool in a real container', () => {
  let folder: string;
  let place: ContainerPlace;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-real-'));
    const image = await docker!.importImage('atlas-test/tools:1', {
      files: { ...SCRIPT_FILES, '/opt/tools/tool': TOOL },
    });
    place = { kind: 'container', engine: { kind: 'docker', command: 'docker' }, image, binFolder: '/opt/tools' };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const command = (...args: ToolCommand['args']): ToolCommand => ({
    program: 'tool',
    args,
    folders: [{ path: folder, containerPath: '/workspace', access: 'write' }],
  });

  it('writes to the mounted folder, tells its lines and leaves no container', async () => {
    await runTool(command('write', { path: join(folder, 'result.txt') }), place, { signal });
    expect(await readFile(join(folder, 'result.txt'), 'utf8')).toBe('written');
    expect(await linesOfTool(command('print', 'a', '$HOME; b'), place, signal)).toEqual(['a', '$HOME; b']);
    expect(await readdir(folder)).toEqual(['result.txt']);
    expect(await docker!.containers()).toEqual([]);
  });
});
