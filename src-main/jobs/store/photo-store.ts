import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { type StoredPhoto, StoredPhotoSchema } from '../photos/stored-photo.js';
import type { JobDatabase } from './open-database.js';

interface PhotoRow {
  readonly record: string;
}

/** The photos of the jobs, in the order in which they came. */
export class PhotoStore {
  readonly #database: JobDatabase;

  constructor(database: JobDatabase) {
    this.#database = database;
  }

  add(jobId: string, photo: StoredPhoto): void {
    this.#database
      .prepare(
        `INSERT INTO photos (job_id, photo_id, position, sha256, record)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM photos WHERE job_id = ?1), ?3, ?4)`,
      )
      .run(jobId, photo.photoId, photo.sha256, JSON.stringify(photo));
  }

  list(jobId: string): readonly StoredPhoto[] {
    const rows = this.#database
      .prepare('SELECT record FROM photos WHERE job_id = ? ORDER BY position')
      .all(jobId) as readonly PhotoRow[];
    return rows.map(parse);
  }

  /** The photo of a job that has this content. @param sha256 hex */
  findByContent(jobId: string, sha256: string): StoredPhoto | undefined {
    const row = this.#database
      .prepare('SELECT record FROM photos WHERE job_id = ? AND sha256 = ?')
      .get(jobId, sha256) as PhotoRow | undefined;
    return row && parse(row);
  }

  find(jobId: string, photoId: string): StoredPhoto | undefined {
    const row = this.#database
      .prepare('SELECT record FROM photos WHERE job_id = ? AND photo_id = ?')
      .get(jobId, photoId) as PhotoRow | undefined;
    return row && parse(row);
  }

  /** @throws PHOTO_NOT_FOUND */
  get(jobId: string, photoId: string): StoredPhoto {
    const photo = this.find(jobId, photoId);
    if (!photo) throw new StudioError('PHOTO_NOT_FOUND');
    return photo;
  }

  /** @param maskSha256 hex digest of the photo's mask, undefined when it has none @throws PHOTO_NOT_FOUND */
  setMask(jobId: string, photoId: string, maskSha256: string | undefined): StoredPhoto {
    const { maskSha256: _, ...photo } = this.get(jobId, photoId);
    const changed: StoredPhoto = maskSha256 === undefined ? photo : { ...photo, maskSha256 };
    this.#write(jobId, changed);
    return changed;
  }

  /** @returns how many of a job's photos a run uses */
  includedCount(jobId: string): number {
    return this.list(jobId).filter(({ leftOut }) => !leftOut).length;
  }

  /** Leaves photos out of runs, or takes them in again; all of them or, where one is unknown, none. @throws PHOTO_NOT_FOUND */
  setIncluded(jobId: string, photoIds: readonly string[], isIncluded: boolean): void {
    this.#database.transaction(() => {
      for (const photoId of photoIds) {
        const { leftOut: _, ...photo } = this.get(jobId, photoId);
        this.#write(jobId, isIncluded ? photo : { ...photo, leftOut: true });
      }
    });
  }

  /** @returns the photo that was removed @throws PHOTO_NOT_FOUND */
  remove(jobId: string, photoId: string): StoredPhoto {
    const photo = this.get(jobId, photoId);
    this.#database.prepare('DELETE FROM photos WHERE job_id = ? AND photo_id = ?').run(jobId, photoId);
    return photo;
  }

  #write(jobId: string, photo: StoredPhoto): void {
    this.#database
      .prepare('UPDATE photos SET record = ? WHERE job_id = ? AND photo_id = ?')
      .run(JSON.stringify(photo), jobId, photo.photoId);
  }
}

const parse = ({ record }: PhotoRow): StoredPhoto => StoredPhotoSchema.parse(JSON.parse(record));
