import type { RefusedPhoto } from '../../../src-shared/api/photo-schemas.js';
import type { JobDatabase } from './open-database.js';

/** A client that sends rubbish for ever must not fill the database. */
const MOST_PER_JOB = 500;

/** Files that were sent to a draft and not taken. One of a name: the last. */
export class RefusedPhotoStore {
  readonly #database: JobDatabase;

  constructor(database: JobDatabase) {
    this.#database = database;
  }

  add(jobId: string, { photo_id: photoId, name, code, message, hint }: RefusedPhoto): void {
    this.#database.transaction(() => {
      this.removeByName(jobId, name);
      const { count } = this.#database
        .prepare('SELECT count(*) AS count FROM refused_photos WHERE job_id = ?')
        .get(jobId) as { count: number };
      if (count >= MOST_PER_JOB) return;
      this.#database
        .prepare('INSERT INTO refused_photos (job_id, photo_id, name, code, message, hint) VALUES (?, ?, ?, ?, ?, ?)')
        .run(jobId, photoId, name, code, message, hint);
    });
  }

  list(jobId: string): RefusedPhoto[] {
    return this.#database
      .prepare('SELECT photo_id, name, code, message, hint FROM refused_photos WHERE job_id = ? ORDER BY name')
      .all(jobId) as RefusedPhoto[];
  }

  /** @returns whether it was there */
  remove(jobId: string, photoId: string): boolean {
    const statement = this.#database.prepare('DELETE FROM refused_photos WHERE job_id = ? AND photo_id = ?');
    return statement.run(jobId, photoId).changes > 0;
  }

  removeByName(jobId: string, name: string): void {
    this.#database.prepare('DELETE FROM refused_photos WHERE job_id = ? AND name = ?').run(jobId, name);
  }
}
