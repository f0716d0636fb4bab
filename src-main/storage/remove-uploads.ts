import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceFolders } from './service-folders.js';

/** Removes what resumable uploads have left of a job: their names begin with its id. */
export async function removeUploads({ uploads }: ServiceFolders, jobId: string): Promise<void> {
  const names = (await readdir(uploads)).filter((name) => name.startsWith(`${jobId}_`));
  for (const name of names) await rm(join(uploads, name), { force: true });
}
