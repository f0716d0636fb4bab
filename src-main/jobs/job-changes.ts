import type { JobRecord } from '../../src-shared/job/job-record.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { JobEvents } from './job-events.js';
import { jobResource } from './job-resource.js';
import type { StatusMirror } from './status-mirror.js';
import type { IdempotencyKey, JobStore } from './store/job-store.js';
import type { Durability, JobDatabase } from './store/open-database.js';

export interface JobChangesSetup {
  readonly database: JobDatabase;
  readonly store: JobStore;
  readonly events: JobEvents;
  readonly mirror: StatusMirror;
}

/** Part of the transaction of a change: what else is written with it. */
type Alongside = (job: JobRecord) => void;

interface ApplyOptions {
  readonly durability?: Durability;
  readonly alongside?: Alongside;
  /** Whether the order of the queue changes although the job's state does not. */
  readonly movesQueue?: boolean;
}

/**
 * Every change of a job goes through here: record and event in one transaction, then `status.json` and those who listen. So
 * polling, events and mirror never tell different stories, and one change costs one flush.
 */
export class JobChanges {
  readonly #setup: JobChangesSetup;
  #onQueueMoved: () => void = () => {};
  #isMoveAnnounced = false;

  constructor(setup: JobChangesSetup) {
    this.#setup = setup;
  }

  /** Called, soon after, when jobs have entered or left the queue. */
  set onQueueMoved(listener: () => void) {
    this.#onQueueMoved = listener;
  }

  /** Inserts a job, or finds the one that the key has made. @throws API_IDEMPOTENCY_MISMATCH */
  create(
    job: JobRecord,
    idempotency: IdempotencyKey | undefined,
    alongside: Alongside = () => {},
  ): { readonly job: JobRecord; readonly created: boolean } {
    const { database, store } = this.#setup;
    const { result, event } = database.transaction(() => {
      const result = store.create(job, idempotency);
      if (!result.created) return { result, event: undefined };
      alongside(job);
      // Behind all others, which costs nothing to say; where the turns put it before some, a `queue` event tells so.
      const place = job.status === 'queued' ? store.queuedCount() - 1 : undefined;
      return { result, event: this.#setup.events.record(job.job_id, 'status', jobResource(job, place)) };
    });
    if (event) this.#announce(result.job, event, true);
    return result;
  }

  /** @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT and what `change` throws: then nothing has changed */
  apply(
    jobId: string,
    change: (job: JobRecord) => Partial<JobRecord>,
    { durability, alongside, movesQueue = false }: ApplyOptions = {},
  ): JobRecord {
    const { database, store, events } = this.#setup;
    const { job, event, hasMoved } = database.transaction(() => {
      let before: JobRecord | undefined;
      const job = store.update(jobId, (found) => {
        before = found;
        return change(found);
      });
      alongside?.(job);
      const event = this.#statusEvent(job);
      if (hasEnded(job.status)) events.trimEnded(jobId);
      return { job, event, hasMoved: movesQueue || before?.status !== job.status };
    }, durability);
    this.#announce(job, event, hasMoved);
    return job;
  }

  /** Publishes something to show. @param file absolute path of the picture that it is about */
  preview(jobId: string, value: unknown, file: string | undefined): void {
    const { database, events } = this.#setup;
    events.emit(database.transaction(() => events.record(jobId, 'preview', value, file), 'lazy'));
  }

  /** Removes the record with all that belongs to it in the database. */
  delete(jobId: string): void {
    const { store, events } = this.#setup;
    store.delete(jobId);
    events.emitDeleted(jobId);
    this.#queueMoved();
  }

  #statusEvent(job: JobRecord) {
    const { store, events } = this.#setup;
    return events.record(job.job_id, 'status', jobResource(job, store.queuePosition(job.job_id)));
  }

  #announce(job: JobRecord, event: Parameters<JobEvents['emit']>[0], hasMoved: boolean): void {
    this.#setup.mirror.write(job);
    this.#setup.events.emit(event);
    if (hasMoved) this.#queueMoved();
  }

  /** Once for all changes of this turn of the event loop, and after their answers are on the way. */
  #queueMoved(): void {
    if (this.#isMoveAnnounced) return;
    this.#isMoveAnnounced = true;
    setImmediate(() => {
      this.#isMoveAnnounced = false;
      this.#onQueueMoved();
    });
  }
}
