import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock } from '#main/workspace/workspace-lock.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-lock-'));
  path = join(folder, 'lock.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that has ended, so that its id is free. */
async function pidOfDeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  return child.pid ?? 0;
}

describe('acquireLock', () => {
  it('refuses a folder that a running process uses, and gives it free again', async () => {
    const lock = await acquireLock(path);
    await expect(acquireLock(path)).rejects.toMatchObject({ code: 'OUTPUT_IN_USE', details: { pid: process.pid } });
    lock.release();
    expect(existsSync(path)).toBe(false);
    (await acquireLock(path)).release();
  });

  it('lets only one of many runs in', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes over the lock of a process that has ended', async () => {
    await writeFile(path, JSON.stringify({ host: hostname(), pid: await pidOfDeadProcess(), token: 'old' }));
    (await acquireLock(path)).release();
  });

  it.runIf(process.platform === 'linux')(
    'takes over a lock whose process id belongs to another process now',
    async () => {
      await writeFile(path, JSON.stringify({ host: hostname(), pid: process.pid, startTicks: '1', token: 'old' }));
      (await acquireLock(path)).release();
    },
  );

  it('takes over a damaged lock', async () => {
    await writeFile(path, '{"pid":');
    (await acquireLock(path)).release();
  });

  it('lets only one of many runs take over', async () => {
    await writeFile(path, JSON.stringify({ host: hostname(), pid: await pidOfDeadProcess(), token: 'old' }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('respects the lock of another computer', async () => {
    await writeFile(path, JSON.stringify({ host: 'another', pid: 1, token: 'x' }));
    await expect(acquireLock(path)).rejects.toMatchObject({ code: 'OUTPUT_IN_USE' });
  });

  it('does not remove a lock that is no longer its own', async () => {
    const lock = await acquireLock(path);
    await writeFile(path, JSON.stringify({ host: 'another', pid: 1, token: 'x' }));
    lock.release();
    expect(existsSync(path)).toBe(true);
  });

  it('says that a folder below a file cannot be written', async () => {
    await writeFile(path, '');
    await expect(acquireLock(join(path, 'below', 'lock.json'))).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });
});
