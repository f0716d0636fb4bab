import { EventEmitter } from 'node:events';
import type { JobStore } from './store/job-store.js';

/** A live event of a job, as clients receive it. */
export interface JobEvent {
  /** Rises over all events; a client that reconnects names the last one that it saw. */
  readonly eventId: number;
  readonly jobId: string;
  /** `status`: the job record; `preview`: something to show; `deleted`: no further events follow. */
  readonly type: 'status' | 'preview' | 'deleted';
  /** JSON. */
  readonly data: string;
}

/** A job keeps this many events for clients that reconnect; the newest status alone would do, previews build up. */
const KEPT_EVENTS = 500;
const TRIM_EVERY = 100;

/** Stores events for replay and hands them to those who listen. */
export class JobEvents {
  readonly #store: JobStore;
  readonly #emitter = new EventEmitter();
  #untrimmed = 0;

  constructor(store: JobStore) {
    this.#store = store;
    this.#emitter.setMaxListeners(0);
  }

  publish(jobId: string, type: 'status' | 'preview', value: unknown): void {
    const data = JSON.stringify(value);
    const eventId = this.#store.addEvent(jobId, type, data);
    if (++this.#untrimmed >= TRIM_EVERY) {
      this.#untrimmed = 0;
      this.#store.trimEvents(jobId, KEPT_EVENTS);
    }
    this.#emit({ eventId, jobId, type, data });
  }

  /** Tells that a job is gone; not stored, for its events go with it. */
  publishDeleted(jobId: string): void {
    this.#emit({ eventId: Number.MAX_SAFE_INTEGER, jobId, type: 'deleted', data: JSON.stringify({ job_id: jobId }) });
  }

  #emit(event: JobEvent): void {
    this.#emitter.emit(event.jobId, event);
    this.#emitter.emit('*', event);
  }

  /** Events of a job that were published after the given one. */
  replay(jobId: string, afterEventId: number): readonly JobEvent[] {
    return this.#store.eventsAfter(jobId, afterEventId).map(({ eventId, type, data }) => ({
      eventId,
      jobId,
      type: type === 'preview' ? 'preview' : 'status',
      data,
    }));
  }

  /** @param jobId or `*` for all jobs @returns a function that ends the subscription */
  subscribe(jobId: string, listener: (event: JobEvent) => void): () => void {
    this.#emitter.on(jobId, listener);
    return () => this.#emitter.off(jobId, listener);
  }
}
