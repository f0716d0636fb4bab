import { EventEmitter } from 'node:events';
import type { EventStore, StoredEvent } from './store/event-store.js';

/** A live event of a job, as clients receive it. */
export interface JobEvent {
  /** Rises over all events; a client that reconnects names the last one that it saw. Absent on events that are not replayed. */
  readonly eventId?: number;
  readonly jobId: string;
  /**
   * `status`: the job; `preview`: something to show; `queue`: another place in the queue; `deleted`: no further events follow.
   */
  readonly type: 'status' | 'preview' | 'queue' | 'deleted';
  /** JSON. */
  readonly data: string;
}

/** A job keeps this many events for clients that reconnect while it runs, and a few once it has ended. */
const KEPT_EVENTS = 500;
const KEPT_EVENTS_OF_ENDED = 20;
const TRIM_EVERY = 100;

/** Stores events for replay and hands them to those who listen. */
export class JobEvents {
  readonly #store: EventStore;
  readonly #emitter = new EventEmitter();
  readonly #untrimmed = new Map<string, number>();
  /** The place in the queue that the listeners of a job know. */
  readonly #announced = new Map<string, number>();

  constructor(store: EventStore) {
    this.#store = store;
    this.#emitter.setMaxListeners(0);
  }

  /** Stores an event; {@link emit} it when its transaction is through. @param file see `EventStore.add` */
  record(jobId: string, type: StoredEvent['type'], value: unknown, file?: string): JobEvent {
    const data = JSON.stringify(value);
    const eventId = this.#store.add(jobId, type, data, file);
    const untrimmed = (this.#untrimmed.get(jobId) ?? 0) + 1;
    this.#untrimmed.set(jobId, untrimmed % TRIM_EVERY);
    if (untrimmed === TRIM_EVERY) this.#store.trim(jobId, KEPT_EVENTS);
    return { eventId, jobId, type, data };
  }

  emit(event: JobEvent): void {
    this.#emitter.emit(event.jobId, event);
  }

  /** After the end of a job little is worth replaying. */
  trimEnded(jobId: string): void {
    this.#untrimmed.delete(jobId);
    this.#store.trim(jobId, KEPT_EVENTS_OF_ENDED);
  }

  /** Tells that a job is gone; not stored, for its events go with it. */
  emitDeleted(jobId: string): void {
    this.#untrimmed.delete(jobId);
    this.#announced.delete(jobId);
    this.emit({ jobId, type: 'deleted', data: JSON.stringify({ job_id: jobId }) });
  }

  /** Tells those who follow a waiting job that its place has changed; not stored, for the next one replaces it. */
  announceQueue(positionOf: (jobId: string) => number | undefined): void {
    for (const jobId of this.#emitter.eventNames()) {
      if (typeof jobId !== 'string') continue;
      const position = positionOf(jobId);
      if (position === undefined) this.#announced.delete(jobId);
      else if (this.#announced.get(jobId) !== position) {
        this.#announced.set(jobId, position);
        this.emit({ jobId, type: 'queue', data: JSON.stringify({ job_id: jobId, queue_position: position }) });
      }
    }
  }

  /** Events of a job that were published after the given one. */
  replay(jobId: string, afterEventId: number): readonly JobEvent[] {
    return this.#store.after(jobId, afterEventId).map((event) => ({ ...event, jobId }));
  }

  /** Absolute path of the picture that a preview event is about. */
  previewFile(jobId: string, eventId: number): string | undefined {
    return this.#store.file(jobId, eventId);
  }

  /** @returns a function that ends the subscription */
  subscribe(jobId: string, listener: (event: JobEvent) => void): () => void {
    this.#emitter.on(jobId, listener);
    return () => this.#emitter.off(jobId, listener);
  }
}
