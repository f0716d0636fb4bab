import { EventEmitter } from 'node:events';
import type { MoveJob, QueueResource } from '../../../src-shared/api/queue-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import type { JobChanges } from '../job-changes.js';
import type { JobStore } from '../store/job-store.js';
import type { StateStore } from '../store/state-store.js';
import type { JobQueue } from './job-queue.js';

export interface QueueControlSetup {
  readonly store: JobStore;
  readonly state: StateStore;
  readonly changes: JobChanges;
  readonly queue: JobQueue;
}

const PAUSED = 'queue-paused';
const CHANGED = 'changed';
/** What followers are told names every waiting job: the more there are, the less often it is said. */
const PAUSE_MS_PER_JOB = 0.25;
/** Shorter queues are told about at each change. */
const LONG_QUEUE = 50;

/** What people can do with the queue as a whole: look at it, follow it, pause it, choose the order. */
export class QueueControl {
  readonly #setup: QueueControlSetup;
  readonly #emitter = new EventEmitter();
  /** Follows an announcement of a long queue; what changes meanwhile is told at its end, all in one. */
  #pause: NodeJS.Timeout | undefined;
  #isUntold = false;

  /** A pause outlives the service. */
  constructor(setup: QueueControlSetup) {
    this.#setup = setup;
    this.#emitter.setMaxListeners(0);
    setup.queue.isPaused = setup.state.get(PAUSED) === 'true';
  }

  read(): QueueResource {
    const { store, queue } = this.#setup;
    const running = store.list(['processing'], Number.MAX_SAFE_INTEGER - 1).jobs;
    return {
      ...{ paused: queue.isPaused, concurrency: queue.concurrency },
      ...{ running: running.map(({ job_id }) => job_id).reverse(), queued: [...store.order.ids()] },
    };
  }

  /** Stops or resumes starting jobs; what runs goes on. */
  setPaused(isPaused: boolean): QueueResource {
    const { state, queue } = this.#setup;
    if (queue.isPaused !== isPaused) {
      state.set(PAUSED, String(isPaused));
      queue.isPaused = isPaused;
      this.announce();
    }
    return this.read();
  }

  /**
   * Puts a waiting job at another place, see `QueueOrder.move`. Among jobs of another priority it takes on theirs.
   *
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT when one of the jobs does not wait
   */
  move(jobId: string, target: MoveJob): JobRecord {
    const { store, changes } = this.#setup;
    this.#positionOf(jobId);
    const position = 'before' in target ? this.#positionBefore(jobId, target.before) : target.position;
    return changes.apply(jobId, () => ({ priority: store.order.move(jobId, position) }), { movesQueue: true });
  }

  /** Tells those who follow the queue that something about it has changed: at once, or with others that follow closely. */
  announce(): void {
    if (this.#emitter.listenerCount(CHANGED) === 0) return;
    if (this.#pause) {
      this.#isUntold = true;
      return;
    }
    this.#isUntold = false;
    const queue = this.read();
    this.#emitter.emit(CHANGED, queue);
    if (queue.queued.length < LONG_QUEUE) return;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#isUntold) this.announce();
    }, queue.queued.length * PAUSE_MS_PER_JOB);
  }

  /** Announces no more: the store may be closed afterwards. */
  close(): void {
    clearTimeout(this.#pause);
    this.#emitter.removeAllListeners();
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (queue: QueueResource) => void): () => void {
    this.#emitter.on(CHANGED, listener);
    return () => this.#emitter.off(CHANGED, listener);
  }

  /** The position, counted without the job that moves. */
  #positionBefore(jobId: string, beforeId: string): number {
    const [own, before] = [this.#positionOf(jobId), this.#positionOf(beforeId)];
    return own < before ? before - 1 : before;
  }

  #positionOf(jobId: string): number {
    const { store } = this.#setup;
    const position = store.queuePosition(jobId);
    if (position !== undefined) return position;
    const { status } = store.get(jobId);
    throw new StudioError('JOB_STATE_CONFLICT', {
      message: 'Only jobs that wait in the queue have a place in it.',
      details: { job_id: jobId, status },
    });
  }
}
