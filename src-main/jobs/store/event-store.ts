import type { JobDatabase } from './open-database.js';

/** A live event as it is stored for replay. */
export interface StoredEvent {
  readonly eventId: number;
  readonly type: 'status' | 'preview';
  /** JSON, as clients receive it. */
  readonly data: string;
}

/** The live events of the jobs, kept for clients that reconnect. */
export class EventStore {
  readonly #database: JobDatabase;

  constructor(database: JobDatabase) {
    this.#database = database;
  }

  /** @param file absolute path of the picture that the event is about; not sent @returns id, which rises over all jobs */
  add(jobId: string, type: StoredEvent['type'], data: string, file: string | undefined): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO events (job_id, type, data, file) VALUES (?, ?, ?, ?)')
      .run(jobId, type, data, file ?? null);
    return Number(lastInsertRowid);
  }

  after(jobId: string, eventId: number): readonly StoredEvent[] {
    return this.#database
      .prepare('SELECT event_id AS eventId, type, data FROM events WHERE job_id = ? AND event_id > ? ORDER BY event_id')
      .all(jobId, eventId) as StoredEvent[];
  }

  /** Absolute path of the picture that an event is about. */
  file(jobId: string, eventId: number): string | undefined {
    const row = this.#database
      .prepare('SELECT file FROM events WHERE job_id = ? AND event_id = ?')
      .get(jobId, eventId) as { file: string | null } | undefined;
    return row?.file ?? undefined;
  }

  /** Forgets all but the newest events of a job, and the newest preview of each kind: with those the scene can be shown again. */
  trim(jobId: string, keep: number): void {
    this.#database
      .prepare(
        `DELETE FROM events WHERE job_id = ?1 AND event_id <=
           (SELECT event_id FROM events WHERE job_id = ?1 ORDER BY event_id DESC LIMIT 1 OFFSET ?2)
         AND event_id NOT IN
           (SELECT max(event_id) FROM events WHERE job_id = ?1 AND type = 'preview' GROUP BY data ->> 'kind')`,
      )
      .run(jobId, keep);
  }
}
