import type Database from 'libsql';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { type StoredPhoto, StoredPhotoSchema } from '../photos/stored-photo.js';

/** The photos of the jobs, in the order in which they came. */
export class PhotoStore {
  readonly #database: Database.Database;

  /** @param database opened by {@link openDatabase} */
  constructor(database: Database.Database) {
    this.#database = database;
  }

  add(jobId: string, photo: StoredPhoto): void {
    this.#database
      .prepare(
        `INSERT INTO photos (job_id, photo_id, position, record)
         VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM photos WHERE job_id = ?1), ?3)`,
      )
      .run(jobId, photo.photoId, JSON.stringify(photo));
  }

  list(jobId: string): readonly StoredPhoto[] {
    const rows = this.#database
      .prepare('SELECT record FROM photos WHERE job_id = ? ORDER BY position')
      .all(jobId) as readonly { record: string }[];
    return rows.map(({ record }) => StoredPhotoSchema.parse(JSON.parse(record)));
  }

  /** @throws PHOTO_NOT_FOUND */
  get(jobId: string, photoId: string): StoredPhoto {
    const row = this.#database
      .prepare('SELECT record FROM photos WHERE job_id = ? AND photo_id = ?')
      .get(jobId, photoId) as { record: string } | undefined;
    if (!row) throw new StudioError('PHOTO_NOT_FOUND');
    return StoredPhotoSchema.parse(JSON.parse(row.record));
  }

  /** @returns the photo that was removed @throws PHOTO_NOT_FOUND */
  remove(jobId: string, photoId: string): StoredPhoto {
    const photo = this.get(jobId, photoId);
    this.#database.prepare('DELETE FROM photos WHERE job_id = ? AND photo_id = ?').run(jobId, photoId);
    return photo;
  }
}
