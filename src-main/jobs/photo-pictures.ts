import { randomUUID } from 'node:crypto';
import { createWriteStream, renameSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { KernelPool } from '../kernels/pool/kernel-pool.js';
import type { ImportedMask, ImportMaskInput } from '../stages/1-import/import-mask.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import { diskError } from '../workspace/write-atomic.js';
import type { MaskSeed } from './photos/geodesic-mask.js';
import type { MakeMaskInput } from './photos/make-mask.js';
import type { MakeThumbnailInput } from './photos/make-thumbnail.js';
import type { Scanner } from './photos/malware-scanner.js';
import type { PhotoLimits } from './photos/receive-photo.js';
import type { StoredPhoto } from './photos/stored-photo.js';
import type { JobStore } from './store/job-store.js';
import type { PhotoStore } from './store/photo-store.js';

const THUMBNAIL_TASK = new URL('./photos/make-thumbnail-task.js', import.meta.url);
const MAKE_MASK_TASK = new URL('./photos/make-mask-task.js', import.meta.url);
const MASK_TASK = new URL('../stages/1-import/import-mask-task.js', import.meta.url);

/** Longer side of the picture that masks are made from: an answer within a second, edges as fine as a click means them. */
const MASKED_PX = 640;

export interface PhotoPicturesSetup {
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly folders: ServiceFolders;
  readonly limits: PhotoLimits;
  readonly scanner: Scanner | undefined;
}

/** Thumbnails and masks of the photos. Everything that decodes a picture happens on one worker, never on the server's thread. */
export class PhotoPictures {
  readonly #setup: PhotoPicturesSetup;
  readonly #worker = new KernelPool(1);
  readonly #closing = new AbortController();

  constructor(setup: PhotoPicturesSetup) {
    this.#setup = setup;
  }

  /**
   * A small, upright JPEG of a photo, made at its first request.
   *
   * @param size longer side at most, pixels
   * @returns absolute path @throws PHOTO_NOT_FOUND, PHOTO_UNREADABLE
   */
  async thumbnail(jobId: string, photoId: string, size: number): Promise<string> {
    const { photos, folders, limits } = this.#setup;
    const { file, format } = photos.get(jobId, photoId);
    const thumbnailPath = join(folders.thumbnails(jobId), `${photoId}-${size}.jpg`);
    if (await isThere(thumbnailPath)) return thumbnailPath;
    const path = join(folders.images(jobId), file);
    if (!(await isThere(path))) throw new StudioError('PHOTO_NOT_FOUND');
    const input = { path, format, size, thumbnailPath, maxPixels: limits.maxPixels };
    await this.#worker.run<MakeThumbnailInput, void>(THUMBNAIL_TASK, input, this.#closing.signal);
    return thumbnailPath;
  }

  /**
   * Takes the mask of a photo: white where the object is, of the photo's proportions. Kept as a PNG of black and white. The
   * job's next run uses it.
   *
   * @throws JOB_NOT_FOUND, PHOTO_NOT_FOUND, JOB_STATE_CONFLICT, MASK_UNREADABLE, PHOTO_FILE_TOO_LARGE, PHOTO_INFECTED, DISK_FULL
   */
  async putMask(jobId: string, photoId: string, stream: Readable): Promise<StoredPhoto> {
    const { photos, limits, scanner } = this.#setup;
    this.#requireIdle(jobId, stream);
    const photo = photos.get(jobId, photoId);
    return this.#keepMask(jobId, photo, async (temporary) => {
      await store(stream, temporary, limits.maxBytes);
      await scanner?.scan(temporary, `mask of ${photo.name}`);
    });
  }

  /**
   * Makes the mask of a photo from what a person has clicked at, in place of the one that it has.
   *
   * @param seeds in pixels of the upright photo, at least one of them inside
   * @throws JOB_NOT_FOUND, PHOTO_NOT_FOUND, JOB_STATE_CONFLICT, PHOTO_UNREADABLE, API_INVALID_REQUEST, DISK_FULL
   */
  async promptMask(jobId: string, photoId: string, seeds: readonly MaskSeed[]): Promise<StoredPhoto> {
    this.#requireIdle(jobId);
    const photo = this.#setup.photos.get(jobId, photoId);
    const { width: photoWidth, height: photoHeight } = photo;
    if (seeds.some(({ x, y }) => x > photoWidth || y > photoHeight)) {
      throw new StudioError('API_INVALID_REQUEST', {
        message: `A point is outside of the photo, which has ${photoWidth} x ${photoHeight} pixels.`,
      });
    }
    const picturePath = await this.thumbnail(jobId, photoId, MASKED_PX);
    return this.#keepMask(jobId, photo, (maskPath) =>
      this.#worker.run<MakeMaskInput, void>(
        MAKE_MASK_TASK,
        { picturePath, seeds, photoWidth, photoHeight, maskPath },
        this.#closing.signal,
      ),
    );
  }

  /** @param write makes the file that becomes the mask */
  async #keepMask(
    jobId: string,
    photo: StoredPhoto,
    write: (temporary: string) => Promise<void>,
  ): Promise<StoredPhoto> {
    const { photos, folders, limits } = this.#setup;
    const { photoId } = photo;
    const temporary = join(folders.masks(jobId), `${photoId}.${randomUUID()}.part`);
    try {
      await write(temporary);
      const mask = await this.#worker.run<ImportMaskInput, ImportedMask>(
        MASK_TASK,
        {
          ...{ path: temporary, importedPath: `${temporary}.png`, maxPixels: limits.maxPixels },
          ...{ photoWidth: photo.width, photoHeight: photo.height },
        },
        this.#closing.signal,
      );
      if (!mask.usable)
        throw new StudioError('MASK_UNREADABLE', { message: `The mask cannot be used: ${mask.reason}.` });
      this.#requireIdle(jobId);
      renameSync(`${temporary}.png`, folders.mask(jobId, photoId));
      return photos.setMask(jobId, photoId, mask.sha256);
    } catch (error) {
      throw diskError(error, temporary);
    } finally {
      await rm(temporary, { force: true });
      await rm(`${temporary}.png`, { force: true });
    }
  }

  /** Absolute path of a photo's mask. @throws PHOTO_NOT_FOUND, MASK_NOT_FOUND */
  mask(jobId: string, photoId: string): string {
    const { photos, folders } = this.#setup;
    if (photos.get(jobId, photoId).maskSha256 === undefined) throw new StudioError('MASK_NOT_FOUND');
    return folders.mask(jobId, photoId);
  }

  /** @throws JOB_NOT_FOUND, PHOTO_NOT_FOUND, JOB_STATE_CONFLICT */
  async removeMask(jobId: string, photoId: string): Promise<void> {
    this.#requireIdle(jobId);
    this.#setup.photos.setMask(jobId, photoId, undefined);
    await rm(this.#setup.folders.mask(jobId, photoId), { force: true });
  }

  async close(): Promise<void> {
    this.#closing.abort(new StudioError('SERVICE_STOPPING'));
    await this.#worker.close();
  }

  /** While a job waits or runs its input stands. */
  #requireIdle(jobId: string, stream?: Readable): void {
    const job = this.#setup.store.find(jobId);
    if (job && job.status !== 'queued' && job.status !== 'processing' && job.expired_at === null) return;
    stream?.resume();
    if (!job) throw new StudioError('JOB_NOT_FOUND');
    if (job.expired_at !== null) throw new StudioError('JOB_EXPIRED');
    throw new StudioError('JOB_STATE_CONFLICT', {
      message: 'Masks can be changed before a job is committed and after it has ended.',
      details: { status: job.status },
    });
  }
}

/** @throws PHOTO_FILE_TOO_LARGE */
async function store(stream: Readable, path: string, maxBytes: number): Promise<void> {
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new StudioError('PHOTO_FILE_TOO_LARGE', { details: { maxBytes } }));
      else done(null, chunk);
    },
  });
  await mkdir(join(path, '..'), { recursive: true });
  await pipeline(stream, meter, createWriteStream(path, { flags: 'wx' }));
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
