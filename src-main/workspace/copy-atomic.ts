import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskError } from './write-atomic.js';

/**
 * Copies a file, or the plain files of a folder, so that the target is never half there. Uses the file system's cheap clones
 * where it has them. A file that is already the same size and newer than its source is still replaced: copying is cheap, and a
 * person may have edited it.
 *
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function copyAtomic(source: string, target: string): Promise<void> {
  const isFolder = (await stat(source)).isDirectory();
  if (isFolder) {
    for (const name of await readdir(source)) await copyFileAtomic(join(source, name), join(target, name));
  } else {
    await copyFileAtomic(source, target);
  }
}

async function copyFileAtomic(source: string, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(error, target);
  }
}
