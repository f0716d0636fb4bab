import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';

/**
 * Writes a file so that a reader, or a run after a crash, sees either the old content or the whole new one: a temporary file
 * beside it is written, flushed and renamed over it. Missing folders are made.
 *
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function writeAtomic(path: string, chunks: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      for (const chunk of Array.isArray(chunks) ? chunks : [chunks]) await file.writeFile(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(error, path);
  }
}

/** Turns the operating system's disk errors into Atlas's own; other errors pass unchanged. */
export function diskError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StudioError('DISK_FULL', { cause: error, details: { path } });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return new StudioError('OUTPUT_NOT_WRITABLE', { cause: error, details: { path } });
  }
  return error;
}
