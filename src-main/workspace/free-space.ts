import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Bytes that this user can still write where the path is, or will be (its nearest folder that exists). `undefined` where the
 * system does not tell.
 */
export async function freeBytes(path: string): Promise<number | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (
      await stat(folder).then(
        () => true,
        () => false,
      )
    ) {
      const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: undefined, bsize: 0 }));
      return bavail === undefined ? undefined : bavail * bsize;
    }
    if (dirname(folder) === folder) return undefined;
  }
}
