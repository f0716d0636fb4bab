import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findProgram } from '#main/adapters/tools/find-program.js';
import { linesOfTool, runTool } from '#main/adapters/tools/run-tool.js';
import type { ToolCommand } from '#main/adapters/tools/tool-command.js';

const TOOL = fileURLToPath(new URL('stand-in-tool.mjs', import.meta.url));
const NATIVE = { kind: 'native' } as const;
const signal = new AbortController().signal;
const command = (...args: string[]): ToolCommand => ({ program: TOOL, args, folders: [] });

describe('a tool that runs natively', () => {
  it('hands arguments on as they are, without a shell', async () => {
    const args = ['two words', '$HOME', '"; echo x', '*'];
    expect(await linesOfTool(command('print', ...args), NATIVE, signal)).toEqual(args);
  });

  it('tells each line of both outputs, progress ended by carriage returns too', async () => {
    const lines = await linesOfTool(command('progress'), NATIVE, signal);
    expect(lines.filter((line) => line !== 'a warning')).toEqual(['start', '10%', '50%', '100%']);
    expect(lines).toContain('a warning');
  });

  it('gets the paths of this computer and the environment', async () => {
    const paths: ToolCommand = { program: TOOL, args: ['print', { path: '/work/a b' }], folders: [] };
    expect(await linesOfTool(paths, NATIVE, signal)).toEqual(['/work/a b']);
    const environment = { ...command('environment', 'ATLAS_TEST'), env: { ATLAS_TEST: 'yes' } };
    expect(await linesOfTool(environment, NATIVE, signal)).toEqual(['yes']);
  });

  it('fails with its exit code and last lines', async () => {
    const error = await runTool(command('fail', '3'), NATIVE, { signal }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'TOOL_FAILED', details: { exitCode: 3 } });
    const { lastLines } = (error as { details: { lastLines: string[] } }).details;
    expect(lastLines).toHaveLength(20);
    expect(lastLines.at(-1)).toBe('line 29');
  });

  it('may end with another code where the command says so', async () => {
    await expect(
      runTool({ ...command('fail', '1'), acceptedExitCodes: [0, 1] }, NATIVE, { signal }),
    ).resolves.toBeUndefined();
  });

  it.each([
    [['die', 'SIGSEGV'], 'TOOL_FAILED', 'SIGSEGV'],
    [['out-of-memory'], 'TOOL_OUT_OF_MEMORY', 'SIGABRT'],
    [['die', 'SIGKILL'], 'TOOL_OUT_OF_MEMORY', 'SIGKILL'],
  ])('%j becomes %s', async (args, code, name) => {
    await expect(runTool(command(...args), NATIVE, { signal })).rejects.toMatchObject({
      code,
      details: { signal: name },
    });
  });

  it('that is nowhere is TOOL_NOT_FOUND', async () => {
    const nowhere = { ...command(), program: 'atlas-no-such-tool' };
    await expect(runTool(nowhere, NATIVE, { signal })).rejects.toMatchObject({ code: 'TOOL_NOT_FOUND' });
    const elsewhere = { kind: 'native', binFolder: '/nowhere' } as const;
    await expect(runTool({ ...command(), program: 'node' }, elsewhere, { signal })).rejects.toMatchObject({
      code: 'TOOL_NOT_FOUND',
      details: { program: 'node', folder: '/nowhere' },
    });
    expect(await findProgram('node')).toMatch(/node(\.exe)?$/);
  });

  it('is gone after an abort although it ignores the first signal', async () => {
    const abort = new AbortController();
    let pid = 0;
    const run = runTool(command('stubborn'), NATIVE, {
      signal: abort.signal,
      onLine: (line) => {
        pid = Number(line);
        abort.abort(new Error('cancelled by the test'));
      },
    });
    await expect(run).rejects.toThrow('cancelled by the test');
    expect(pid).toBeGreaterThan(0);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
