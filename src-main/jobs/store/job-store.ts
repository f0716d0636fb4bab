import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { type JobRecord, JobRecordSchema } from '../../../src-shared/job/job-record.js';
import { hasEnded, isLegalTransition, type JobState } from '../../../src-shared/job/job-state.js';
import type { JobDatabase } from './open-database.js';
import { QueueOrder } from './queue-order.js';

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

/** Some kilobytes each. */
const REMEMBERED_RECORDS = 500;

/** The job records. */
export class JobStore {
  readonly #database: JobDatabase;
  /** The waiting jobs in the order of their turn. */
  readonly order: QueueOrder;
  /**
   * The records that were read or written last, whose polls then read no database: only this process writes it. A job keeps
   * the same object until it changes.
   */
  readonly #records = new Map<string, Readonly<JobRecord>>();
  #lastClaimAt = 0;

  constructor(database: JobDatabase) {
    this.#database = database;
    this.order = new QueueOrder(database);
    database.onRollback(() => this.#records.clear());
  }

  /** Whether the database can be written. */
  isWritable(): boolean {
    try {
      this.#database.transaction(() =>
        this.#database.prepare('UPDATE jobs SET priority = priority WHERE sequence = -1').run(),
      );
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
      this.order.changed();
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
    });
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

  /** Whether a job was made with this key, by whatever request. */
  isKeyUsed(key: string): boolean {
    return this.#database.prepare('SELECT 1 FROM jobs WHERE idempotency_key = ?').get(key) !== undefined;
  }

  find(jobId: string): JobRecord | undefined {
    const known = this.#records.get(jobId);
    if (known) return known;
    const row = this.#database.prepare('SELECT record FROM jobs WHERE job_id = ?').get(jobId) as JobRow | undefined;
    return row && this.#remember(parse(row.record));
  }

  /** @throws JOB_NOT_FOUND */
  get(jobId: string): JobRecord {
    const job = this.find(jobId);
    if (!job) throw new StudioError('JOB_NOT_FOUND');
    return job;
  }

  /**
   * Changes a job.
   *
   * @param change the properties to replace, from the job as it is now; a changed `status` must be a legal transition
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  update(jobId: string, change: (job: JobRecord) => Partial<JobRecord>): JobRecord {
    return this.#database.transaction(() => {
      const before = this.get(jobId);
      const after: JobRecord = { ...before, ...change(before), updated_at: new Date().toISOString() };
      if (after.status !== before.status) {
        if (!isLegalTransition(before.status, after.status)) throw illegal(before.status, after.status);
        this.order.changed();
      }
      const isClaim = after.status === 'processing' && before.status === 'queued';
      // Rising even within a millisecond: the order of the claims is what counts.
      if (isClaim) this.#lastClaimAt = Math.max(Date.now(), this.#lastClaimAt + 1);
      const claimedAt = isClaim ? this.#lastClaimAt : null;
      // A place that was chosen by hand lasts until the end of the run; who queues again comes last.
      const keepsPlace = !hasEnded(after.status) && before.status !== 'draft';
      this.#database
        .prepare(
          `UPDATE jobs SET state = ?, priority = ?, queued_at = ?, claimed_at = coalesce(?, claimed_at), record = ?, updated_at = ?,
           place = iif(?, place, NULL) WHERE job_id = ?`,
        )
        .run(
          ...[after.status, after.priority, milliseconds(after.queued_at), claimedAt, JSON.stringify(after)],
          ...[milliseconds(after.updated_at), keepsPlace ? 1 : 0, jobId],
        );
      if (after.priority !== before.priority) this.order.changed();
      return this.#remember(after);
    });
  }

  #remember(job: JobRecord): JobRecord {
    this.#records.delete(job.job_id);
    this.#records.set(job.job_id, Object.freeze(job));
    const [oldest] = this.#records.keys();
    if (this.#records.size > REMEMBERED_RECORDS && oldest !== undefined) this.#records.delete(oldest);
    return job;
  }

  delete(jobId: string): boolean {
    this.#records.delete(jobId);
    this.order.changed();
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

  queuedCount(): number {
    const { count } = this.#database.prepare(`SELECT count(*) AS count FROM jobs WHERE state = 'queued'`).get() as {
      count: number;
    };
    return count;
  }

  /** The queued job whose turn it is. */
  nextQueued(): JobRecord | undefined {
    const first = this.order.first();
    return first === undefined ? undefined : this.get(first);
  }

  /** Jobs ahead of a queued job, 0 for the next. */
  queuePosition(jobId: string): number | undefined {
    return this.order.position(jobId);
  }
}

const illegal = (from: JobState, to: JobState): StudioError =>
  new StudioError('JOB_STATE_CONFLICT', {
    message: `A job that is ${from} cannot become ${to}.`,
    details: { status: from },
  });

const milliseconds = (timestamp: string | null): number | null => (timestamp === null ? null : Date.parse(timestamp));

const parse = (record: string): JobRecord => JobRecordSchema.parse(JSON.parse(record));
