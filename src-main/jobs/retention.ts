import { renameSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { Log } from '../logging/log.js';
import { removeArtifacts } from '../storage/job-artifacts.js';
import { isServiceId, type ServiceFolders } from '../storage/service-folders.js';
import type { JobChanges } from './job-changes.js';
import type { JobIntake } from './job-intake.js';
import type { JobService } from './job-service.js';
import type { JobStore } from './store/job-store.js';

/** How long things are kept, in hours. */
export interface RetentionTimes {
  /** Drafts that nothing is added to. */
  readonly draftHours: number;
  /** Intermediate files after a job has ended; photos stay, so that it can be run again. */
  readonly workspaceHours: number;
  /** Artifacts and photos after a job has ended; its record stays. */
  readonly artifactHours: number;
}

const HOUR_MS = 3_600_000;
const PAGE = 200;

export interface RetentionSetup {
  readonly store: JobStore;
  readonly jobs: JobService;
  readonly intake: JobIntake;
  readonly changes: JobChanges;
  readonly folders: ServiceFolders;
  readonly times: RetentionTimes;
  readonly log: Log;
}

/** Removes what has outlived its time, and files that no job owns (left by a crash). @param now milliseconds since 1970 */
export async function applyRetention(setup: RetentionSetup, now: number = Date.now()): Promise<void> {
  const { store } = setup;
  for (let before: number | undefined; ; ) {
    const page = store.list([], PAGE, before);
    for (const { job_id: jobId } of page.jobs) {
      // Read again: the job may have been retried or deleted while those before it were removed.
      const job = store.find(jobId);
      if (job?.status === 'draft') await expireDraft(job, setup, now);
      else if (job && hasEnded(job.status)) await expireEnded(job, setup, now);
    }
    if (page.next === undefined) break;
    before = page.next;
  }
  await sweepOrphans(setup);
}

async function expireDraft(draft: JobRecord, { jobs, intake, times, log }: RetentionSetup, now: number): Promise<void> {
  const { job_id: jobId, updated_at } = draft;
  if (now - Date.parse(updated_at) < times.draftHours * HOUR_MS || intake.isWriting(jobId)) return;
  log.info('draft-expired', { jobId });
  await jobs.delete(jobId);
}

async function expireEnded(job: JobRecord, { changes, folders, times, log }: RetentionSetup, now: number) {
  const { job_id: jobId, finished_at, expired_at, workspace_bytes } = job;
  if (finished_at === null || expired_at !== null) return;
  const age = now - Date.parse(finished_at);
  if (age >= times.artifactHours * HOUR_MS) {
    log.info('job-expired', { jobId });
    const gone = { expired_at: new Date(now).toISOString(), artifact_bytes: 0, workspace_bytes: 0 };
    changes.apply(jobId, () => gone);
    await removeArtifacts(folders, jobId);
    for (const folder of [folders.images(jobId), folders.masks(jobId), folders.thumbnails(jobId)])
      await removeNow(folder);
    await removeNow(folders.output(jobId));
  } else if (age >= times.workspaceHours * HOUR_MS && workspace_bytes > 0) {
    log.info('workspace-expired', { jobId });
    changes.apply(jobId, () => ({ workspace_bytes: 0 }));
    await removeNow(folders.output(jobId));
  }
}

/** The folder is out of the way at once, so that a run that begins meanwhile makes a new one. */
async function removeNow(folder: string): Promise<void> {
  const aside = `${folder}.${Date.now()}.removed`;
  try {
    renameSync(folder, aside);
  } catch {
    return; // It is not there.
  }
  await rm(aside, { recursive: true, force: true });
}

async function sweepOrphans({ store, intake, folders, log }: RetentionSetup): Promise<void> {
  const isOrphan = (jobId: string) => !store.find(jobId) && !intake.isWriting(jobId);
  await sweep(folders.workspaces, isOrphan, log);
  await sweep(folders.artifacts, isOrphan, log);
  // Uploads that were never finished go with their draft, or when it is committed without them.
  await sweep(folders.uploads, (jobId) => store.find(jobId)?.status !== 'draft' && !intake.isWriting(jobId), log);
}

async function sweep(parent: string, isOrphan: (jobId: string) => boolean, log: Log): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const jobId = name.slice(0, 36);
    if (!isServiceId(jobId) || !isOrphan(jobId)) continue;
    log.info('orphan-removed', { name });
    await rm(join(parent, name), { recursive: true, force: true });
  }
}
