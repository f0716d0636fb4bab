import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { removeArtifacts } from '../storage/job-artifacts.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import type { JobEvents } from './job-events.js';
import type { Scanner } from './photos/malware-scanner.js';
import { type PhotoLimits, receivePhoto } from './photos/receive-photo.js';
import type { StoredPhoto } from './photos/stored-photo.js';
import type { JobQueue } from './queue/job-queue.js';
import type { StatusMirror } from './status-mirror.js';
import type { IdempotencyKey, JobStore } from './store/job-store.js';
import type { PhotoStore } from './store/photo-store.js';

/** What a client decides when it makes a job. */
export interface NewJob {
  readonly name: string;
  readonly options: ReconstructOptions;
  readonly priority: number;
  readonly client: string;
  readonly webhook: { readonly url: string; readonly secret: string } | null;
}

export interface JobLimits extends PhotoLimits {
  readonly minPhotos: number;
  readonly maxPhotos: number;
}

export interface JobServiceSetup {
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly folders: ServiceFolders;
  readonly events: JobEvents;
  readonly mirror: StatusMirror;
  readonly limits: JobLimits;
  readonly scanner: Scanner | undefined;
}

/** What people and programs can do with jobs. The queue starts them; {@link JobExecutor} runs them. */
export class JobService {
  readonly #setup: JobServiceSetup;
  #queue: JobQueue | undefined;
  /** Drafts whose photos are being written, by the number of writes. */
  readonly #writing = new Map<string, number>();

  constructor(setup: JobServiceSetup) {
    this.#setup = setup;
  }

  /** The queue needs the store and this service needs the queue: it is given afterwards, before the first request. */
  attachQueue(queue: JobQueue): void {
    this.#queue = queue;
  }

  /** A draft, to which photos are added before it is committed. @throws API_IDEMPOTENCY_MISMATCH */
  createDraft(newJob: NewJob, idempotency?: IdempotencyKey): { readonly job: JobRecord; readonly created: boolean } {
    const now = new Date().toISOString();
    const result = this.#setup.store.create(
      {
        ...{ version: 1, job_id: randomUUID(), ...newJob, status: 'draft', progress: 0, stage: null },
        ...{ message: 'Waiting for photos', eta_seconds: null, attempt: 0, photo_count: 0, photo_bytes: 0 },
        ...{ workspace_bytes: 0, artifact_bytes: 0, warnings: [], error: null, created_at: now, updated_at: now },
        ...{ queued_at: null, started_at: null, finished_at: null, expired_at: null },
      },
      idempotency,
    );
    if (result.created) this.#announce(result.job);
    return result;
  }

  /**
   * Streams a photo into a draft. A file whose bytes the draft already has is not stored again.
   *
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, PHOTO_LIMIT_REACHED and what {@link receivePhoto} throws
   */
  async addPhoto(jobId: string, stream: Readable, name: string): Promise<{ photo: StoredPhoto; duplicate: boolean }> {
    const { store, photos, folders, limits, scanner } = this.#setup;
    const refuse = (error: unknown): never => {
      stream.resume();
      throw error;
    };
    const job = requireDraft(store.get(jobId), refuse);
    const writing = this.#writing.get(jobId) ?? 0;
    if (job.photo_count + writing >= limits.maxPhotos) {
      refuse(new StudioError('PHOTO_LIMIT_REACHED', { details: { maxPhotos: limits.maxPhotos } }));
    }

    this.#writing.set(jobId, writing + 1);
    try {
      const photo = await receivePhoto(stream, name, folders.images(jobId), { limits, scanner });
      const discard = () => rm(join(folders.images(jobId), photo.file), { force: true });
      const same = photos.list(jobId).find(({ sha256 }) => sha256 === photo.sha256);
      if (same) {
        await discard();
        return { photo: same, duplicate: true };
      }
      if (store.find(jobId)?.status !== 'draft') {
        await discard();
        throw new StudioError('JOB_STATE_CONFLICT');
      }
      photos.add(jobId, photo);
      this.#change(jobId, (now) => ({ photo_count: now.photo_count + 1, photo_bytes: now.photo_bytes + photo.bytes }));
      return { photo, duplicate: false };
    } finally {
      this.#writing.set(jobId, (this.#writing.get(jobId) ?? 1) - 1);
      if (this.#writing.get(jobId) === 0) this.#writing.delete(jobId);
    }
  }

  /** Takes a photo out of a draft. @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, PHOTO_NOT_FOUND */
  async removePhoto(jobId: string, photoId: string): Promise<void> {
    const { store, photos, folders } = this.#setup;
    requireDraft(store.get(jobId));
    const photo = photos.remove(jobId, photoId);
    this.#change(jobId, (now) => ({ photo_count: now.photo_count - 1, photo_bytes: now.photo_bytes - photo.bytes }));
    await rm(join(folders.images(jobId), photo.file), { force: true });
  }

  /** Puts a draft in the queue. A job that is already beyond is returned as it is: committing twice is no error. */
  commit(jobId: string): JobRecord {
    const { store, limits } = this.#setup;
    const job = store.get(jobId);
    if (job.status === 'queued' || job.status === 'processing') return job;
    requireDraft(job);
    if (this.#writing.has(jobId)) {
      throw new StudioError('JOB_STATE_CONFLICT', { message: 'Photos of this job are still being received.' });
    }
    if (job.photo_count < limits.minPhotos) {
      throw new StudioError('INPUT_TOO_FEW_PHOTOS', {
        message: `The job has ${job.photo_count} photos; at least ${limits.minPhotos} are needed.`,
        details: { photos: job.photo_count, minPhotos: limits.minPhotos },
      });
    }
    return this.#enqueue(jobId, () => ({}));
  }

  /** Runs an ended job again, from the first stage that the options change. @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT */
  retry(jobId: string, options?: ReconstructOptions): JobRecord {
    return this.#enqueue(jobId, (job) => {
      if (!hasEnded(job.status)) throw new StudioError('JOB_STATE_CONFLICT', { details: { status: job.status } });
      return {
        attempt: 0,
        error: null,
        warnings: [],
        finished_at: null,
        started_at: null,
        ...(options && { options }),
      };
    });
  }

  /** Ends a job that waits or runs; one that has ended stays as it is. Its folder stays resumable. */
  async cancel(jobId: string): Promise<JobRecord> {
    const { store } = this.#setup;
    const job = store.get(jobId);
    if (hasEnded(job.status)) return job;
    if (await this.#queue?.cancel(jobId)) return store.get(jobId);
    return this.#change(jobId, () => ({
      ...{ status: 'cancelled', message: 'Cancelled', finished_at: new Date().toISOString(), eta_seconds: null },
    }));
  }

  /** Removes a job with everything that belongs to it, ending it first. @throws JOB_NOT_FOUND */
  async delete(jobId: string): Promise<void> {
    const { store, folders, events, mirror } = this.#setup;
    store.get(jobId);
    await this.#queue?.cancel(jobId);
    // The record goes first: what a crash then leaves on disk is an orphan, which the sweep removes.
    store.delete(jobId);
    events.publishDeleted(jobId);
    await mirror.forget(jobId);
    await rm(folders.workspace(jobId), { recursive: true, force: true });
    await removeArtifacts(folders, jobId);
  }

  #enqueue(jobId: string, change: (job: JobRecord) => Partial<JobRecord>): JobRecord {
    const job = this.#change(jobId, (before) => ({
      ...change(before),
      ...{ status: 'queued', queued_at: new Date().toISOString(), progress: 0, stage: null },
      ...{ message: 'Waiting in the queue', eta_seconds: null },
    }));
    this.#queue?.wake();
    return job;
  }

  #change(jobId: string, change: (job: JobRecord) => Partial<JobRecord>): JobRecord {
    const job = this.#setup.store.update(jobId, change);
    this.#announce(job);
    return job;
  }

  #announce(job: JobRecord): void {
    this.#setup.mirror.write(job);
    this.#setup.events.publish(job.job_id, 'status', job);
  }
}

function requireDraft(
  job: JobRecord,
  refuse: (error: StudioError) => never = (error) => {
    throw error;
  },
): JobRecord {
  if (job.status === 'draft') return job;
  return refuse(
    new StudioError('JOB_STATE_CONFLICT', {
      message: 'Photos can be changed only before the job is committed.',
      details: { status: job.status },
    }),
  );
}
