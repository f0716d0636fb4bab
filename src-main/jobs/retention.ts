import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import type { Log } from '../logging/log.js';
import { removeArtifacts } from '../storage/job-artifacts.js';
import { isServiceId, type ServiceFolders } from '../storage/service-folders.js';
import type { JobService } from './job-service.js';
import type { JobStore } from './store/job-store.js';

/** How long things are kept, in hours. */
export interface RetentionTimes {
  /** Drafts that nothing is added to. */
  readonly draftHours: number;
  /** Intermediate files after a job has ended; photos stay, so that it can be run again. */
  readonly workspaceHours: number;
  /** Artifacts after a job has ended. */
  readonly artifactHours: number;
}

const HOUR_MS = 3_600_000;
const PAGE = 200;

export interface RetentionSetup {
  readonly store: JobStore;
  readonly jobs: JobService;
  readonly folders: ServiceFolders;
  readonly times: RetentionTimes;
  readonly log: Log;
}

/** Removes what has outlived its time, and folders that no job owns (left by a crash during a delete). */
export async function applyRetention(setup: RetentionSetup, now: number = Date.now()): Promise<void> {
  const { store } = setup;
  for (let before: number | undefined; ; ) {
    const page = store.list([], PAGE, before);
    for (const job of page.jobs) await expire(job, setup, now);
    if (page.next === undefined) break;
    before = page.next;
  }
  await sweepOrphans(setup);
}

async function expire(
  job: JobRecord,
  { store, jobs, folders, times, log }: RetentionSetup,
  now: number,
): Promise<void> {
  const { job_id: jobId } = job;
  if (job.status === 'draft') {
    if (now - Date.parse(job.updated_at) < times.draftHours * HOUR_MS) return;
    log.info('draft-expired', { jobId });
    await jobs.delete(jobId);
    return;
  }
  if (job.finished_at === null) return;
  const age = now - Date.parse(job.finished_at);
  if (age >= times.workspaceHours * HOUR_MS) await rm(folders.output(jobId), { recursive: true, force: true });
  if (age >= times.artifactHours * HOUR_MS && job.expired_at === null && job.status === 'completed') {
    log.info('artifacts-expired', { jobId });
    store.update(jobId, () => ({ expired_at: new Date(now).toISOString(), artifact_bytes: 0 }));
    await removeArtifacts(folders, jobId);
  }
}

async function sweepOrphans({ store, folders, log }: RetentionSetup): Promise<void> {
  for (const parent of [folders.workspaces, folders.artifacts, folders.uploads]) {
    for (const name of await readdir(parent).catch(() => [])) {
      const jobId = name.slice(0, 36);
      if (!isServiceId(jobId) || store.find(jobId)) continue;
      log.info('orphan-removed', { name });
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}
