import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);

/**
 * A process that waits until it is stopped while it runs a program by execa, as the service does when it looks for
 * engines or gets an image. Execa listens to signals too, after it does.
 *
 * @param endingMs how long it takes to end
 */
async function waitBesideProgram(endingMs: number): Promise<ChildProcess> {
  const [flags, execa] = ['#main/cli/service-flags.js', 'execa'].map((name) => JSON.stringify(require.resolve(name)));
  const code = `
    const { untilStopped } = await import(${flags});
    const { execa } = await import(${execa});
    const stopped = untilStopped();
    const program = execa('sleep', ['60'], { reject: false });
    console.log('waits');
    await stopped;
    console.log('stops');
    await new Promise((resolve) => setTimeout(resolve, ${endingMs}));
    program.kill();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await said(child, 'waits');
  return child;
}

async function said(child: ChildProcess, word: string): Promise<void> {
  let output = '';
  for await (const data of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    output += String(data);
    if (output.includes(word)) return;
  }
  throw new Error(`It ended without saying ${word}: ${output}`);
}

describe.skipIf(process.platform === 'win32')('a process that waits until it is stopped', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends in its own way at %s while a program runs', async (signal) => {
    const child = await waitBesideProgram(100);
    const ended = once(child, 'close');
    child.kill(signal);
    await said(child, 'stops');
    expect(await ended).toEqual([0, null]);
  });

  it('ends at once at a second signal', async () => {
    const child = await waitBesideProgram(60_000);
    const ended = once(child, 'close');
    child.kill('SIGINT');
    await said(child, 'stops');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });
});
