import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';

/** What is being computed, as the shell shows it outside of the page. */
export interface Activity {
  /** Jobs that run, oldest first. Those that wait need nothing yet: their queue may be paused. */
  readonly running: readonly JobResource[];
}

/** Asks the service about its jobs. */
export interface JobSource {
  /** Jobs that run now. */
  listRunning(): Promise<readonly JobResource[]>;
  /** @returns undefined where the job was deleted */
  find(jobId: string): Promise<JobResource | undefined>;
}

export interface ActivityListener {
  onChange(activity: Activity): void;
  /** A job that was seen running has ended. */
  onEnded(job: JobResource): void;
}

const BUSY_MS = 1000;
const CALM_MS = 3000;

/** Follows what the service computes: for the taskbar, for the screen that must not sleep, for notifications. */
export class JobActivity {
  readonly #source: JobSource;
  readonly #listener: ActivityListener;
  #running: readonly JobResource[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(source: JobSource, listener: ActivityListener) {
    this.#source = source;
    this.#listener = listener;
  }

  get running(): readonly JobResource[] {
    return this.#running;
  }

  start(): void {
    void this.#lookAgain();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  async #lookAgain(): Promise<void> {
    // A look that fails tells nothing: the next one will.
    await this.look().catch(() => undefined);
    if (!this.#isOver)
      this.#timer = setTimeout(() => void this.#lookAgain(), this.#running.length > 0 ? BUSY_MS : CALM_MS);
  }

  /** Asks the service now and tells what has changed. */
  async look(): Promise<void> {
    const before = this.#running;
    const now = await this.#source.listRunning();
    const gone = before.filter(({ job_id }) => !now.some((job) => job.job_id === job_id));
    const ended = await Promise.all(gone.map(({ job_id }) => this.#source.find(job_id)));
    this.#running = now;
    if (signature(before) !== signature(now)) this.#listener.onChange({ running: now });
    for (const job of ended) if (job && hasEnded(job.status)) this.#listener.onEnded(job);
  }
}

const signature = (jobs: readonly JobResource[]): string =>
  jobs.map(({ job_id, status, progress }) => `${job_id} ${status} ${Math.floor(progress)}`).join('\n');

/** The taskbar's bar for `BrowserWindow.setProgressBar`: 0..1, or -1, which takes it away. */
export function taskbarProgress({ running }: Activity): number {
  if (running.length === 0) return -1;
  return running.reduce((sum, { progress }) => sum + progress, 0) / running.length / 100;
}

/** Whether the computer must not fall asleep. The screen may. */
export const mustStayAwake = ({ running }: Activity): boolean => running.length > 0;

/** What the system tells when a job has ended; undefined for an end that the person has brought about. */
export function endNotification(job: JobResource): { readonly title: string; readonly body: string } | undefined {
  const name = job.name || 'Untitled capture';
  if (job.status === 'completed') return { title: 'Your model is ready', body: name };
  if (job.status === 'failed') return { title: 'A capture needs your attention', body: `${name}: ${job.message}` };
  return undefined;
}
