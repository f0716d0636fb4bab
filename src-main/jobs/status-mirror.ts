import type { JobRecord } from '../../src-shared/job/job-record.js';
import type { Log } from '../logging/log.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import { writeAtomic } from '../workspace/write-atomic.js';

/**
 * Keeps `status.json` in each job's workspace equal to its record, for people and scripts. Writes of one job follow each
 * other; of several changes while a write is under way only the last is written.
 */
export class StatusMirror {
  readonly #folders: ServiceFolders;
  readonly #log: Log;
  readonly #pending = new Map<string, JobRecord>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor(folders: ServiceFolders, log: Log) {
    this.#folders = folders;
    this.#log = log;
  }

  write(job: JobRecord): void {
    this.#pending.set(job.job_id, job);
    if (!this.#writing.has(job.job_id)) this.#writing.set(job.job_id, this.#drain(job.job_id));
  }

  /** Forgets a job and resolves when nothing of it is being written. */
  async forget(jobId: string): Promise<void> {
    this.#pending.delete(jobId);
    await this.#writing.get(jobId);
  }

  /** Resolves when all is written. */
  async flush(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  async #drain(jobId: string): Promise<void> {
    for (let job = this.#pending.get(jobId); job; job = this.#pending.get(jobId)) {
      this.#pending.delete(jobId);
      const { webhook, ...visible } = job;
      const content = { ...visible, webhook: webhook && { url: webhook.url } };
      await writeAtomic(this.#folders.statusFile(jobId), `${JSON.stringify(content, undefined, 2)}\n`).catch(
        (error: unknown) => this.#log.warn('status-not-mirrored', { jobId, error: String(error) }),
      );
    }
    this.#writing.delete(jobId);
  }
}
