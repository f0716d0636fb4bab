import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { identityOfThisProcess, isRunning, type ProcessIdentity } from './process-identity.js';
import { diskError } from './write-atomic.js';

const LockSchema = z.object({
  host: z.string(),
  pid: z.number(),
  startTicks: z.string().optional(),
  token: z.string(),
});

/** An acquired lock. */
export interface WorkspaceLock {
  /** Gives the folder free. Synchronous, so that it may be called while the process ends. */
  release(): void;
}

/**
 * Makes sure that one run at a time uses a folder. The lock of a process that no longer runs is taken over.
 *
 * @param path of the lock file
 * @throws OUTPUT_IN_USE, OUTPUT_NOT_WRITABLE, DISK_FULL
 */
export async function acquireLock(path: string): Promise<WorkspaceLock> {
  const token = randomBytes(8).toString('hex');
  const content = JSON.stringify({ ...identityOfThisProcess(), token });
  try {
    await mkdir(dirname(path), { recursive: true });
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await createWhole(path, content, token)) return { release: () => release(path, token) };
      await removeStale(path, token);
    }
  } catch (error) {
    throw diskError(error, path);
  }
  throw new StudioError('OUTPUT_IN_USE');
}

/** Whether a process that runs holds the lock. @param path of the lock file */
export async function isLocked(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const lock = text === undefined ? undefined : parse(text);
  return lock !== undefined && isRunning(holder(lock));
}

/** Creates the file with its content in one step, or finds that there is one. */
async function createWhole(path: string, content: string, token: string): Promise<boolean> {
  const temporary = `${path}.${token}.tmp`;
  await writeFile(temporary, content);
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    // A file system without hard links (exFAT): not in one step, but still only if there is none.
    return await writeFile(path, content, { flag: 'wx' }).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes the lock when its process is gone. @throws OUTPUT_IN_USE when it is not */
async function removeStale(path: string, token: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const lock = parse(text);
  if (lock && isRunning(holder(lock))) {
    throw new StudioError('OUTPUT_IN_USE', { details: { host: lock.host, pid: lock.pid } });
  }
  // Two runs may find the same stale lock: move it away first and look whether it was still that one.
  const aside = `${path}.${token}.stale.tmp`;
  if (
    !(await rename(path, aside).then(
      () => true,
      () => false,
    ))
  )
    return;
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function parse(text: string): z.infer<typeof LockSchema> | undefined {
  try {
    return LockSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const holder = ({ host, pid, startTicks }: z.infer<typeof LockSchema>): ProcessIdentity => ({
  ...{ host, pid },
  ...(startTicks === undefined ? {} : { startTicks }),
});

function release(path: string, token: string): void {
  try {
    if (parse(readFileSync(path, 'utf8'))?.token === token) unlinkSync(path);
  } catch {
    // Already gone, or the whole folder is: nothing is locked any more.
  }
}
