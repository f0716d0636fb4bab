/**
 * Where queued jobs wait and from where they are started. The embedded queue runs them in this process's children; one on
 * Redis will hand them to workers on other machines.
 */
export interface JobQueue {
  /** Begins to start jobs. */
  start(): void;
  /** Something changed: a job was queued, or a place came free. */
  wake(): void;
  /** Whether a job is running here. */
  has(jobId: string): boolean;
  /** Ends a running job. @returns whether it was running here; resolves when it has ended */
  cancel(jobId: string): Promise<boolean>;
  /** Whether jobs are being started, unless the queue is paused. */
  readonly isRunning: boolean;
  /** While true nothing new is started; what runs goes on. */
  isPaused: boolean;
  /** Jobs that may run at the same time. */
  concurrency: number;
  /** Jobs running now. */
  readonly runningCount: number;
  /** Stops starting jobs and ends those that run; they stay resumable. */
  stop(): Promise<void>;
}
