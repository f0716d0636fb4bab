import type { Log } from '../../logging/log.js';
import type { JobQueue } from './job-queue.js';

export interface EmbeddedQueueSetup {
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  /** Takes the next queued job and marks it as processing; undefined when none waits. */
  readonly claim: () => string | undefined;
  /** Runs a claimed job to its end and records how it ended. Never rejects. */
  readonly execute: (jobId: string, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

/** Until a queue whose store could not be read looks again. */
const LOOK_AGAIN_MS = 5000;

/** Why a running job was ended: recorded differently by whoever executes it. */
export const CANCELLED_BY_USER = Symbol('cancelled by user');
export const SERVICE_STOPPING = Symbol('service stopping');

/** Runs up to N jobs at a time; the job store says which is next. */
export class EmbeddedQueue implements JobQueue {
  readonly #setup: EmbeddedQueueSetup;
  readonly #running = new Map<string, { readonly controller: AbortController; readonly ended: Promise<void> }>();
  #isRunning = false;
  #isPaused = false;
  #concurrency: number;

  constructor(setup: EmbeddedQueueSetup) {
    this.#setup = setup;
    this.#concurrency = setup.concurrency;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  set isPaused(isPaused: boolean) {
    this.#isPaused = isPaused;
    this.wake();
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  set concurrency(jobs: number) {
    this.#concurrency = jobs;
    this.wake();
  }

  get runningCount(): number {
    return this.#running.size;
  }

  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  wake(): void {
    while (this.#isRunning && !this.#isPaused && this.#running.size < this.#concurrency) {
      const jobId = this.#claim();
      if (jobId === undefined) return;
      const controller = new AbortController();
      const ended = this.#setup.execute(jobId, controller.signal).finally(() => {
        this.#running.delete(jobId);
        this.wake();
      });
      this.#running.set(jobId, { controller, ended });
    }
  }

  #claim(): string | undefined {
    try {
      return this.#setup.claim();
    } catch (error) {
      this.#setup.log.error('queue-not-read', { error: String(error) });
      setTimeout(() => this.wake(), LOOK_AGAIN_MS).unref();
      return undefined;
    }
  }

  has(jobId: string): boolean {
    return this.#running.has(jobId);
  }

  async cancel(jobId: string): Promise<boolean> {
    const job = this.#running.get(jobId);
    if (!job) return false;
    job.controller.abort(CANCELLED_BY_USER);
    await job.ended;
    return true;
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    const running = [...this.#running.values()];
    for (const { controller } of running) controller.abort(SERVICE_STOPPING);
    await Promise.all(running.map(({ ended }) => ended));
  }
}
