import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ERROR_CODES } from '../../src-shared/errors/error-codes.js';
import { PHOTO_ERROR_CODES } from '../../src-shared/errors/photo-error-codes.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import type { JobChanges } from './job-changes.js';
import { displayName } from './photos/display-name.js';
import type { Scanner } from './photos/malware-scanner.js';
import { type PhotoLimits, receivePhoto } from './photos/receive-photo.js';
import type { StoredPhoto } from './photos/stored-photo.js';
import type { IdempotencyKey, JobStore } from './store/job-store.js';
import type { PhotoStore } from './store/photo-store.js';
import type { RefusedPhotoStore } from './store/refused-photo-store.js';

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

/** A photo that was received, or the one with the same bytes that was there before. */
export interface AddedPhoto {
  readonly photo: StoredPhoto;
  readonly duplicate: boolean;
}

export type AddPhoto = (stream: Readable, name: string) => Promise<AddedPhoto>;

export interface JobIntakeSetup {
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly refused: RefusedPhotoStore;
  readonly folders: ServiceFolders;
  readonly changes: JobChanges;
  readonly limits: JobLimits;
  readonly scanner: Scanner | undefined;
  /** Told when a draft has got a photo. */
  readonly onPhotoAdded: (jobId: string, photoId: string) => void;
}

/** How jobs and their photos come in: whole ones at once, drafts photo by photo. */
export class JobIntake {
  readonly #setup: JobIntakeSetup;
  /** Drafts and jobs whose photos are being written, by the number of writes. */
  readonly #writing = new Map<string, number>();
  readonly #keysUnderWay = new Set<string>();

  constructor(setup: JobIntakeSetup) {
    this.#setup = setup;
  }

  /** Whether files of this job are being written: its folder is nobody else's business then. */
  isWriting(jobId: string): boolean {
    return this.#writing.has(jobId);
  }

  /** A draft, to which photos are added before it is committed. @throws API_IDEMPOTENCY_MISMATCH */
  createDraft(newJob: NewJob, idempotency?: IdempotencyKey): { readonly job: JobRecord; readonly created: boolean } {
    return this.#setup.changes.create(newRecord(randomUUID(), newJob, { message: 'Waiting for photos' }), idempotency);
  }

  /**
   * Whether a request with this key has made a job: this one is then only compared with it, not stored.
   *
   * @throws API_IDEMPOTENCY_IN_PROGRESS
   */
  isKeyUsed(key: string): boolean {
    if (this.#keysUnderWay.has(key)) throw new StudioError('API_IDEMPOTENCY_IN_PROGRESS');
    return this.#setup.store.isKeyUsed(key);
  }

  /** The job that the same request has made before. @throws API_IDEMPOTENCY_MISMATCH when it was another; JOB_NOT_FOUND */
  madeBefore(idempotency: IdempotencyKey): JobRecord {
    const job = this.#setup.store.findByIdempotencyKey(idempotency);
    if (!job) throw new StudioError('JOB_NOT_FOUND');
    return job;
  }

  /**
   * Takes a whole job in: its photos go to disk as they come, the record appears when all is there, queued. If anything fails
   * nothing is left; a crash leaves a folder that no job owns, which the sweep removes.
   *
   * @param idempotencyKey one that {@link isKeyUsed} does not know
   * @param read reads the request: hands each photo over, returns the rest and a digest of the whole
   * @throws what `read` throws; INPUT_TOO_FEW_PHOTOS, PHOTO_LIMIT_REACHED and what {@link receivePhoto} throws
   */
  async receiveJob(
    idempotencyKey: string | undefined,
    read: (addPhoto: AddPhoto) => Promise<{ readonly newJob: NewJob; readonly digest: string }>,
  ): Promise<JobRecord> {
    const { changes, folders, photos, limits } = this.#setup;
    // The same key may have come in while this request was looked at.
    if (idempotencyKey !== undefined && this.isKeyUsed(idempotencyKey))
      throw new StudioError('API_IDEMPOTENCY_IN_PROGRESS');
    const jobId = randomUUID();
    const received: StoredPhoto[] = [];
    const copies: string[] = [];
    const addPhoto: AddPhoto = async (stream, name) => {
      if (received.length >= limits.maxPhotos) refuse(stream, tooManyPhotos(limits));
      const photo = await this.#receive(jobId, stream, name);
      const same = received.find(({ sha256 }) => sha256 === photo.sha256);
      if (same) {
        await this.#discard(jobId, photo);
        copies.push(photo.name);
        return { photo: same, duplicate: true };
      }
      received.push(photo);
      return { photo, duplicate: false };
    };

    if (idempotencyKey !== undefined) this.#keysUnderWay.add(idempotencyKey);
    this.#beginWriting(jobId);
    try {
      const { newJob, digest } = await read(addPhoto);
      requireEnoughPhotos(received.length, limits);
      const bytes = received.reduce((sum, photo) => sum + photo.bytes, 0);
      const record = newRecord(jobId, newJob, {
        ...{ status: 'queued', message: 'Waiting in the queue', queued_at: new Date().toISOString() },
        ...{ photo_count: received.length, photo_bytes: bytes, warnings: copiesWarning(copies) },
      });
      const idempotency = idempotencyKey === undefined ? undefined : { key: idempotencyKey, digest };
      return changes.create(record, idempotency, () => {
        for (const photo of received) photos.add(jobId, photo);
      }).job;
    } catch (error) {
      await rm(folders.workspace(jobId), { recursive: true, force: true }).catch(() => undefined);
      throw error;
    } finally {
      this.#endWriting(jobId);
      if (idempotencyKey !== undefined) this.#keysUnderWay.delete(idempotencyKey);
    }
  }

  /**
   * Streams a photo into a draft. A file whose bytes the draft already has is not stored again; one that cannot be taken is
   * kept in mind by its name.
   *
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, PHOTO_LIMIT_REACHED and what {@link receivePhoto} throws
   */
  async addPhoto(jobId: string, stream: Readable, name: string): Promise<AddedPhoto> {
    const { store, photos, refused, limits, changes, onPhotoAdded } = this.#setup;
    const job = store.find(jobId);
    if (!job) refuse(stream, new StudioError('JOB_NOT_FOUND'));
    if (job.status !== 'draft') refuse(stream, notADraft(job));
    if (job.photo_count + (this.#writing.get(jobId) ?? 0) >= limits.maxPhotos) refuse(stream, tooManyPhotos(limits));

    this.#beginWriting(jobId);
    try {
      const photo = await this.#receive(jobId, stream, name).catch((error: unknown) => {
        this.#noteRefusal(jobId, name, error);
        throw error;
      });
      const same = photos.findByContent(jobId, photo.sha256);
      const now = store.find(jobId);
      if (same || now?.status !== 'draft') await this.#discard(jobId, photo);
      if (!now) throw new StudioError('JOB_NOT_FOUND');
      if (now.status !== 'draft') throw notADraft(now);
      if (same) return { photo: same, duplicate: true };
      changes.apply(
        jobId,
        (draft) => ({ photo_count: draft.photo_count + 1, photo_bytes: draft.photo_bytes + photo.bytes }),
        {
          alongside() {
            photos.add(jobId, photo);
            refused.removeByName(jobId, photo.name);
          },
        },
      );
      onPhotoAdded(jobId, photo.photoId);
      return { photo, duplicate: false };
    } finally {
      this.#endWriting(jobId);
    }
  }

  /**
   * Leaves photos out of the next run, or takes them in again. While a job waits or runs its photos stand.
   *
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, JOB_EXPIRED, PHOTO_NOT_FOUND: then nothing has changed
   */
  setIncluded(jobId: string, photoIds: readonly string[], isIncluded: boolean): void {
    const { status, expired_at } = this.#setup.store.get(jobId);
    if (expired_at !== null) throw new StudioError('JOB_EXPIRED');
    if (status === 'queued' || status === 'processing') {
      throw new StudioError('JOB_STATE_CONFLICT', {
        message: 'Photos can be left out before a job is committed and after it has ended.',
        details: { status },
      });
    }
    this.#setup.photos.setIncluded(jobId, photoIds, isIncluded);
  }

  /** Takes a photo out of a draft, or a refused file off the list. @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT, PHOTO_NOT_FOUND */
  async removePhoto(jobId: string, photoId: string): Promise<void> {
    const { store, photos, folders, changes } = this.#setup;
    const job = store.get(jobId);
    if (job.status !== 'draft') throw notADraft(job);
    if (this.#setup.refused.remove(jobId, photoId)) return;
    const photo = photos.get(jobId, photoId);
    changes.apply(
      jobId,
      (draft) => ({ photo_count: draft.photo_count - 1, photo_bytes: draft.photo_bytes - photo.bytes }),
      { alongside: () => photos.remove(jobId, photoId) },
    );
    await this.#discard(jobId, photo);
    await rm(folders.mask(jobId, photoId), { force: true });
  }

  #receive(jobId: string, stream: Readable, name: string): Promise<StoredPhoto> {
    const { folders, limits, scanner } = this.#setup;
    return receivePhoto(stream, name, folders.images(jobId), { limits, scanner });
  }

  /** Files that are no photos, not those that did not come through. */
  #noteRefusal(jobId: string, name: string, error: unknown): void {
    const { store, refused } = this.#setup;
    if (!(error instanceof StudioError) || !(error.code in PHOTO_ERROR_CODES) || !store.find(jobId)) return;
    const { code, message, hint } = error;
    refused.add(jobId, { photo_id: randomUUID(), name: displayName(name), code, message, hint });
  }

  #discard(jobId: string, { file }: StoredPhoto): Promise<void> {
    return rm(join(this.#setup.folders.images(jobId), file), { force: true });
  }

  #beginWriting(jobId: string): void {
    this.#writing.set(jobId, (this.#writing.get(jobId) ?? 0) + 1);
  }

  #endWriting(jobId: string): void {
    const left = (this.#writing.get(jobId) ?? 1) - 1;
    if (left === 0) this.#writing.delete(jobId);
    else this.#writing.set(jobId, left);
  }
}

/** @throws INPUT_TOO_FEW_PHOTOS */
export function requireEnoughPhotos(count: number, { minPhotos }: Pick<JobLimits, 'minPhotos'>): void {
  if (count >= minPhotos) return;
  throw new StudioError('INPUT_TOO_FEW_PHOTOS', {
    message: `The job has ${count} photos; at least ${minPhotos} are needed.`,
    details: { photos: count, minPhotos },
  });
}

/** Told where the client cannot be told photo by photo. @param copies names of the photos that were left out */
function copiesWarning(copies: readonly string[]): JobRecord['warnings'] {
  if (copies.length === 0) return [];
  return [{ code: 'PHOTO_DUPLICATE', message: ERROR_CODES.PHOTO_DUPLICATE.message, photos: [...copies] }];
}

/** Lets the rest of an upload pass by, so that its sender can read the answer. */
function refuse(stream: Readable, error: StudioError): never {
  stream.resume();
  throw error;
}

const tooManyPhotos = ({ maxPhotos }: JobLimits) => new StudioError('PHOTO_LIMIT_REACHED', { details: { maxPhotos } });

const notADraft = ({ status }: JobRecord) =>
  new StudioError('JOB_STATE_CONFLICT', {
    message: 'Photos can be changed only before the job is committed.',
    details: { status },
  });

function newRecord(jobId: string, newJob: NewJob, rest: Partial<JobRecord>): JobRecord {
  const now = new Date().toISOString();
  return {
    ...{ version: 1, job_id: jobId, ...newJob, status: 'draft', progress: 0, stage: null, message: '' },
    ...{ eta_seconds: null, attempt: 0, photo_count: 0, photo_bytes: 0, workspace_bytes: 0, artifact_bytes: 0 },
    ...{ warnings: [], error: null, created_at: now, updated_at: now, queued_at: null, started_at: null },
    ...{ finished_at: null, artifacts_from: null, expired_at: null, ...rest },
  };
}
