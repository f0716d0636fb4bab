import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../logging/log.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import type { JobStore } from './store/job-store.js';
import type { PhotoStore } from './store/photo-store.js';

export interface LeftoversSetup {
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly folders: ServiceFolders;
  readonly log: Log;
}

/** A file that was never renamed to what it was to become. */
const isTemporary = (name: string): boolean => name.endsWith('.tmp');

/**
 * Removes what a service that was killed in the middle of writing has left: temporary files of artifacts and of status mirrors, files of exports,
 * and photos of drafts that no record names, whole or not. Only while nothing is being written: before the service starts.
 * (Folders that no job owns are the sweep's business, and what a run left unfinished is its next attempt's.)
 */
export async function removeLeftovers({ store, photos, folders, log }: LeftoversSetup): Promise<void> {
  let removed = await removeFrom(folders.artifacts, isTemporary);
  removed += await removeFrom(folders.exports, () => true);
  const { jobs } = store.list(['draft', 'queued', 'processing'], Number.MAX_SAFE_INTEGER - 1);
  for (const { job_id: jobId, status } of jobs) {
    removed += await removeFrom(folders.workspace(jobId), isTemporary);
    if (status !== 'draft') continue;
    removed += await removeFrom(folders.masks(jobId), isTemporary);
    const known = new Set(photos.list(jobId).map(({ file }) => file));
    removed += await removeFrom(folders.images(jobId), (name) => !known.has(name));
  }
  if (removed > 0) log.info('leftovers-removed', { count: removed });
}

/** @returns how many files were removed; none where the folder is not there */
async function removeFrom(folder: string, isLeftover: (name: string) => boolean): Promise<number> {
  const names = (await readdir(folder).catch(() => [])).filter(isLeftover);
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
  return names.length;
}
