import { join } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { RunEvent } from '../../src-shared/pipeline/run-event.js';
import { STAGE_TITLES } from '../../src-shared/pipeline/stages.js';
import type { Log } from '../logging/log.js';
import { folderBytes } from '../storage/folder-bytes.js';
import { publishArtifacts } from '../storage/job-artifacts.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import type { JobEvents } from './job-events.js';
import type { JobProcessLimits, runJobProcess } from './process/run-job-process.js';
import { CANCELLED_BY_USER, SERVICE_STOPPING } from './queue/embedded-queue.js';
import type { StatusMirror } from './status-mirror.js';
import type { JobStore } from './store/job-store.js';
import type { PhotoStore } from './store/photo-store.js';

export interface JobExecutorSetup {
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly folders: ServiceFolders;
  readonly events: JobEvents;
  readonly mirror: StatusMirror;
  readonly log: Log;
  readonly limits: JobProcessLimits;
  readonly threads: number | undefined;
  /** Automatic retries of a job whose process crashed or ran out of memory. */
  readonly crashRetries: number;
  /** Runs the job; replaced where jobs run elsewhere. */
  readonly runJob: typeof runJobProcess;
  /** Told when a job has ended for good. */
  readonly onEnded: (job: JobRecord) => void;
}

/** Progress is stored and sent at most so often: pollers and screens need no more, and each store is a flush to disk. */
const PROGRESS_INTERVAL_MS = 500;

const RETRIED_CODES: readonly string[] = ['JOB_PROCESS_CRASHED', 'WORKER_CRASHED', 'OUT_OF_MEMORY'];

/** Runs claimed jobs and records how they go. */
export class JobExecutor {
  readonly #setup: JobExecutorSetup;
  readonly #lastProgressAt = new Map<string, number>();

  constructor(setup: JobExecutorSetup) {
    this.#setup = setup;
  }

  /** Takes the next queued job. */
  claim(): string | undefined {
    const job = this.#setup.store.nextQueued();
    if (!job) return undefined;
    this.#change(job.job_id, ({ started_at, attempt }) => ({
      ...{ status: 'processing', message: 'Starting', attempt: attempt + 1 },
      started_at: started_at ?? new Date().toISOString(),
    }));
    return job.job_id;
  }

  /** Puts jobs that ran when the service ended back in the queue, in front of those that came later. */
  recover(): number {
    const { jobs } = this.#setup.store.list(['processing'], Number.MAX_SAFE_INTEGER - 1);
    for (const job of jobs) {
      // The attempt was not the job's fault: it does not count.
      const attempt = Math.max(0, job.attempt - 1);
      this.#change(job.job_id, () => ({ status: 'queued', message: 'Continues after a restart', attempt }));
    }
    return jobs.length;
  }

  /** Runs a claimed job to its end. Never rejects. */
  async execute(jobId: string, signal: AbortSignal): Promise<void> {
    const { store, photos, folders, limits, threads, log, runJob } = this.#setup;
    try {
      const job = store.get(jobId);
      const assignment = {
        ...{ jobId, options: job.options, outputFolder: folders.output(jobId) },
        photos: photos.list(jobId).map(({ file, name }) => ({ path: join(folders.images(jobId), file), name })),
        ...(threads === undefined ? {} : { threads }),
      };
      const outputLog = join(folders.logs(jobId), 'process.log');
      await runJob(assignment, { limits, signal, outputLog, onEvent: (event) => this.#onEvent(jobId, event) });
      const artifactBytes = await publishArtifacts(folders, jobId);
      await this.#end(jobId, { status: 'completed', message: 'Done', progress: 100, artifact_bytes: artifactBytes });
    } catch (error) {
      await this.#failed(jobId, error, signal).catch((failure: unknown) => {
        // The job was deleted meanwhile, or the disk is full: it is found as `processing` at the next start.
        log.error('job-end-not-recorded', { jobId, error: String(failure) });
      });
    } finally {
      this.#lastProgressAt.delete(jobId);
    }
  }

  async #failed(jobId: string, error: unknown, signal: AbortSignal): Promise<void> {
    const { store, log, crashRetries } = this.#setup;
    if (signal.aborted && signal.reason === SERVICE_STOPPING) {
      const attempt = Math.max(0, store.get(jobId).attempt - 1);
      this.#change(jobId, () => ({ status: 'queued', message: 'Continues after a restart', attempt }));
      return;
    }
    if (signal.aborted && signal.reason === CANCELLED_BY_USER) {
      await this.#end(jobId, { status: 'cancelled', message: 'Cancelled' });
      return;
    }
    const studioError = error instanceof StudioError ? error : new StudioError('INTERNAL', { cause: error });
    log.warn('job-failed', { jobId, code: studioError.code, cause: String(studioError.cause ?? '') });
    const { attempt } = store.get(jobId);
    if (RETRIED_CODES.includes(studioError.code) && attempt <= crashRetries) {
      const message = `Trying again after a crash (${attempt} of ${crashRetries})`;
      this.#change(jobId, () => ({ status: 'queued', message }));
      return;
    }
    await this.#end(jobId, { status: 'failed', message: studioError.message, error: studioError.toJSON() });
  }

  async #end(jobId: string, change: Partial<JobRecord>): Promise<void> {
    const { folders, onEnded } = this.#setup;
    const workspaceBytes = await folderBytes(folders.workspace(jobId));
    const job = this.#change(jobId, () => ({
      ...{ finished_at: new Date().toISOString(), eta_seconds: null, workspace_bytes: workspaceBytes, ...change },
    }));
    onEnded(job);
  }

  #onEvent(jobId: string, event: RunEvent): void {
    const { store, events } = this.#setup;
    const job = store.find(jobId);
    if (!job || hasEnded(job.status)) return;
    if (event.type === 'preview') events.publish(jobId, 'preview', { stage: event.stage, ...event.event });
    else if (event.type === 'warning') {
      this.#change(jobId, ({ warnings }) => ({
        warnings: [...warnings, { ...event.warning, photos: [...(event.warning.photos ?? [])] }],
      }));
    } else if (event.type === 'stage-started') {
      this.#change(jobId, () => ({ stage: event.stage, message: STAGE_TITLES[event.stage] }));
    } else if (event.type === 'progress') this.#onProgress(jobId, event);
  }

  #onProgress(jobId: string, event: RunEvent & { readonly type: 'progress' }): void {
    const now = performance.now();
    if (now - (this.#lastProgressAt.get(jobId) ?? Number.NEGATIVE_INFINITY) < PROGRESS_INTERVAL_MS) return;
    this.#lastProgressAt.set(jobId, now);
    this.#change(jobId, (job) => ({
      // 100 is said only when the artifacts are there.
      progress: Math.max(job.progress, Math.min(99, Math.round(event.fraction * 1000) / 10)),
      message: event.note ? `${STAGE_TITLES[event.stage]}: ${event.note}` : STAGE_TITLES[event.stage],
      eta_seconds: event.etaSeconds === undefined ? null : Math.round(event.etaSeconds),
    }));
  }

  #change(jobId: string, change: (job: JobRecord) => Partial<JobRecord>): JobRecord {
    const job = this.#setup.store.update(jobId, change);
    this.#setup.mirror.write(job);
    this.#setup.events.publish(jobId, 'status', job);
    return job;
  }
}
