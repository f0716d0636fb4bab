import { rm } from 'node:fs/promises';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { removeArtifacts } from '../storage/job-artifacts.js';
import { removeUploads } from '../storage/remove-uploads.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import type { JobChanges } from './job-changes.js';
import { type JobIntake, type JobLimits, requireEnoughPhotos } from './job-intake.js';
import type { JobQueue } from './queue/job-queue.js';
import type { StatusMirror } from './status-mirror.js';
import type { JobStore } from './store/job-store.js';
import type { PhotoStore } from './store/photo-store.js';

export interface JobServiceSetup {
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly folders: ServiceFolders;
  readonly changes: JobChanges;
  readonly mirror: StatusMirror;
  readonly intake: JobIntake;
  readonly queue: JobQueue;
  readonly limits: Pick<JobLimits, 'minPhotos'>;
}

/** What people choose for a job; absent parts stay as they are. */
export interface JobChoices {
  readonly name?: string | undefined;
  readonly options?: ReconstructOptions | undefined;
  readonly priority?: number | undefined;
}

/** What people and programs can do with jobs that are there. The queue starts them; {@link JobExecutor} runs them. */
export class JobService {
  readonly #setup: JobServiceSetup;

  constructor(setup: JobServiceSetup) {
    this.#setup = setup;
  }

  /**
   * Changes what people chose: the name at any time, the rest while the job is a draft.
   *
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  change(jobId: string, { name, options, priority }: JobChoices): JobRecord {
    return this.#setup.changes.apply(jobId, ({ status }) => {
      if (status !== 'draft' && (options !== undefined || priority !== undefined)) {
        throw new StudioError('JOB_STATE_CONFLICT', {
          message: 'Options can be changed only before the job is committed.',
          hint: 'Retry the job with other options when it has ended.',
          details: { status },
        });
      }
      return {
        ...(name === undefined ? {} : { name }),
        ...(options === undefined ? {} : { options }),
        ...(priority === undefined ? {} : { priority }),
      };
    });
  }

  /**
   * Puts a draft in the queue. A job that is already beyond is returned as it is: committing twice is no error.
   *
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, INPUT_TOO_FEW_PHOTOS
   */
  commit(jobId: string): JobRecord {
    const { store, intake } = this.#setup;
    const job = store.get(jobId);
    if (job.status === 'queued' || job.status === 'processing') return job;
    if (job.status !== 'draft') throw new StudioError('JOB_STATE_CONFLICT', { details: { status: job.status } });
    if (intake.isWriting(jobId)) {
      throw new StudioError('JOB_STATE_CONFLICT', { message: 'Photos of this job are still being received.' });
    }
    const committed = this.#enqueue(jobId, () => ({}));
    this.#forgetUploads(jobId);
    return committed;
  }

  /**
   * Runs an ended job again, from the first stage that the options change. What it has made stays until the new is there.
   *
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, JOB_EXPIRED, INPUT_TOO_FEW_PHOTOS
   */
  retry(jobId: string, options?: ReconstructOptions): JobRecord {
    return this.#enqueue(jobId, ({ status, expired_at, finished_at, artifacts_from }) => {
      if (!hasEnded(status)) throw new StudioError('JOB_STATE_CONFLICT', { details: { status } });
      if (expired_at !== null) throw new StudioError('JOB_EXPIRED');
      return {
        attempt: 0,
        error: null,
        warnings: [],
        finished_at: null,
        // A job that was completed before this was kept has it from here.
        artifacts_from: status === 'completed' ? finished_at : artifacts_from,
        started_at: null,
        ...(options && { options }),
      };
    });
  }

  /** Ends a job that waits or runs; one that has ended stays as it is. Its folder stays resumable. @throws JOB_NOT_FOUND */
  async cancel(jobId: string): Promise<JobRecord> {
    const { store, queue, changes } = this.#setup;
    while (queue.has(jobId)) await queue.cancel(jobId);
    const job = store.get(jobId);
    if (hasEnded(job.status)) return job;
    const finished_at = new Date().toISOString();
    return changes.apply(jobId, () => ({ status: 'cancelled', message: 'Cancelled', finished_at, eta_seconds: null }));
  }

  /** Removes a job with everything that belongs to it, ending it first. @throws JOB_NOT_FOUND */
  async delete(jobId: string): Promise<void> {
    const { store, folders, queue, changes, mirror } = this.#setup;
    store.get(jobId);
    // No turn of the event loop between the last look and the removal: the queue cannot start it in between.
    while (queue.has(jobId)) await queue.cancel(jobId);
    // The record goes first: what a crash then leaves on disk is an orphan, which the sweep removes.
    changes.delete(jobId);
    await mirror.forget(jobId);
    // A thumbnail that is being made may come in between.
    await rm(folders.workspace(jobId), { recursive: true, force: true, maxRetries: 5 });
    await removeArtifacts(folders, jobId);
    await removeUploads(folders, jobId);
  }

  /** What could not be removed now is an orphan, which the sweep removes. */
  #forgetUploads(jobId: string): void {
    void removeUploads(this.#setup.folders, jobId).catch(() => undefined);
  }

  #enqueue(jobId: string, change: (job: JobRecord) => Partial<JobRecord>): JobRecord {
    return this.#setup.changes.apply(jobId, (before) => {
      const changes = change(before);
      requireEnoughPhotos(this.#setup.photos.includedCount(jobId), this.#setup.limits);
      return {
        ...changes,
        ...{ status: 'queued', queued_at: new Date().toISOString(), progress: 0, stage: null },
        ...{ message: 'Waiting in the queue', eta_seconds: null },
      };
    });
  }
}
