import type Database from 'libsql';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { type JobRecord, JobRecordSchema } from '../../../src-shared/job/job-record.js';
import { isLegalTransition, type JobState } from '../../../src-shared/job/job-state.js';

interface JobRow {
  readonly sequence: number;
  readonly record: string;
}

/** One page of jobs, newest first. */
export interface JobPage {
  readonly jobs: readonly JobRecord[];
  /** Pass as `before` for the next page; absent on the last. */
  readonly next?: number;
}

/** What a client's `Idempotency-Key` stands for: the same key with another request is refused. */
export interface IdempotencyKey {
  readonly key: string;
  /** Digest of the request. */
  readonly digest: string;
}

/** A live event as it is stored for replay. */
export interface StoredEvent {
  readonly eventId: number;
  readonly type: string;
  readonly data: string;
}

/** The jobs and their events. Each change is one transaction. */
export class JobStore {
  readonly #database: Database.Database;

  /** @param database opened by {@link openDatabase} */
  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Whether the database can be written. */
  isWritable(): boolean {
    try {
      this.#database.transaction(() =>
        this.#database.exec('UPDATE jobs SET priority = priority WHERE sequence = -1'),
      )();
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Inserts a job; with a key that is already there, returns the job it made instead.
   *
   * @throws API_IDEMPOTENCY_MISMATCH when the key was used for another request
   */
  create(job: JobRecord, idempotency?: IdempotencyKey): { readonly job: JobRecord; readonly created: boolean } {
    return this.#database.transaction(() => {
      const existing = idempotency && this.findByIdempotencyKey(idempotency);
      if (existing) return { job: existing, created: false };
      this.#database
        .prepare(
          `INSERT INTO jobs (job_id, state, priority, client, queued_at, record, idempotency_key, idempotency_digest, updated_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...[job.job_id, job.status, job.priority, job.client, milliseconds(job.queued_at), JSON.stringify(job)],
          ...[idempotency?.key ?? null, idempotency?.digest ?? null, milliseconds(job.updated_at)],
        );
      return { job, created: true };
    })();
  }

  /** @throws API_IDEMPOTENCY_MISMATCH when the key was used for another request */
  findByIdempotencyKey({ key, digest }: IdempotencyKey): JobRecord | undefined {
    const row = this.#database
      .prepare('SELECT record, idempotency_digest AS digest FROM jobs WHERE idempotency_key = ?')
      .get(key) as { record: string; digest: string } | undefined;
    if (!row) return undefined;
    if (row.digest !== digest) throw new StudioError('API_IDEMPOTENCY_MISMATCH');
    return parse(row.record);
  }

  find(jobId: string): JobRecord | undefined {
    const row = this.#database.prepare('SELECT record FROM jobs WHERE job_id = ?').get(jobId) as JobRow | undefined;
    return row && parse(row.record);
  }

  /** @throws JOB_NOT_FOUND */
  get(jobId: string): JobRecord {
    const job = this.find(jobId);
    if (!job) throw new StudioError('JOB_NOT_FOUND');
    return job;
  }

  /**
   * Changes a job in one transaction.
   *
   * @param change the properties to replace, from the job as it is now; a changed `status` must be a legal transition
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  update(jobId: string, change: (job: JobRecord) => Partial<JobRecord>): JobRecord {
    return this.#database.transaction(() => {
      const before = this.get(jobId);
      const changes = change(before);
      if (changes.status && changes.status !== before.status && !isLegalTransition(before.status, changes.status)) {
        throw new StudioError('JOB_STATE_CONFLICT', {
          message: `A job that is ${before.status} cannot become ${changes.status}.`,
          details: { status: before.status },
        });
      }
      const after: JobRecord = { ...before, ...changes, updated_at: new Date().toISOString() };
      this.#database
        .prepare('UPDATE jobs SET state = ?, priority = ?, queued_at = ?, record = ?, updated_at = ? WHERE job_id = ?')
        .run(
          ...[after.status, after.priority, milliseconds(after.queued_at), JSON.stringify(after)],
          ...[milliseconds(after.updated_at), jobId],
        );
      return after;
    })();
  }

  delete(jobId: string): boolean {
    return this.#database.prepare('DELETE FROM jobs WHERE job_id = ?').run(jobId).changes > 0;
  }

  /** @param before sequence of the last job of the page before; @param states those wanted, all when empty */
  list(states: readonly JobState[], limit: number, before = Number.MAX_SAFE_INTEGER): JobPage {
    const filter = states.length > 0 ? `AND state IN (${states.map(() => '?').join()})` : '';
    const rows = this.#database
      .prepare(`SELECT sequence, record FROM jobs WHERE sequence < ? ${filter} ORDER BY sequence DESC LIMIT ?`)
      .all(before, ...states, limit + 1) as JobRow[];
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      jobs: page.map((row) => parse(row.record)),
      ...(rows.length > limit && last ? { next: last.sequence } : {}),
    };
  }

  /** Number of jobs in each state that has any. */
  countByState(): Partial<Record<JobState, number>> {
    const rows = this.#database.prepare('SELECT state, count(*) AS count FROM jobs GROUP BY state').all() as {
      state: JobState;
      count: number;
    }[];
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  /** The queued job that is next: highest priority, then the client with the fewest running jobs, then the oldest. */
  nextQueued(): JobRecord | undefined {
    const row = this.#database
      .prepare(
        `SELECT record FROM jobs AS waiting WHERE state = 'queued'
         ORDER BY priority DESC,
           (SELECT count(*) FROM jobs AS busy WHERE busy.state = 'processing' AND busy.client = waiting.client),
           queued_at, sequence
         LIMIT 1`,
      )
      .get() as JobRow | undefined;
    return row && parse(row.record);
  }

  /** Jobs ahead of a queued job, 0 for the next. */
  queuePosition(job: JobRecord): number | undefined {
    if (job.status !== 'queued') return undefined;
    const { ahead } = this.#database
      .prepare(
        `SELECT count(*) AS ahead FROM jobs, (SELECT priority AS p, queued_at AS q, sequence AS s FROM jobs WHERE job_id = ?)
         WHERE state = 'queued' AND (priority > p OR (priority = p AND (queued_at < q OR (queued_at = q AND sequence < s))))`,
      )
      .get(job.job_id) as { ahead: number };
    return ahead;
  }

  /** Stores an event for replay. @returns its id, which rises over all jobs */
  addEvent(jobId: string, type: string, data: string): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO events (job_id, type, data) VALUES (?, ?, ?)')
      .run(jobId, type, data);
    return Number(lastInsertRowid);
  }

  eventsAfter(jobId: string, eventId: number, limit = 1000): readonly StoredEvent[] {
    return this.#database
      .prepare(
        'SELECT event_id AS eventId, type, data FROM events WHERE job_id = ? AND event_id > ? ORDER BY event_id LIMIT ?',
      )
      .all(jobId, eventId, limit) as StoredEvent[];
  }

  /** Forgets all but the newest events of a job. */
  trimEvents(jobId: string, keep: number): void {
    this.#database
      .prepare(
        `DELETE FROM events WHERE job_id = ?1 AND event_id <=
           (SELECT event_id FROM events WHERE job_id = ?1 ORDER BY event_id DESC LIMIT 1 OFFSET ?2)`,
      )
      .run(jobId, keep);
  }
}

const milliseconds = (timestamp: string | null): number | null => (timestamp === null ? null : Date.parse(timestamp));

const parse = (record: string): JobRecord => JobRecordSchema.parse(JSON.parse(record));
