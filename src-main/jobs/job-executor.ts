import { availableParallelism } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../src-shared/job/job-record.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { RunEvent } from '../../src-shared/pipeline/run-event.js';
import { STAGE_TITLES } from '../../src-shared/pipeline/stages.js';
import type { Log } from '../logging/log.js';
import { folderBytes } from '../storage/folder-bytes.js';
import { publishArtifacts, publishReports } from '../storage/job-artifacts.js';
import type { ServiceFolders } from '../storage/service-folders.js';
import type { JobChanges } from './job-changes.js';
import { jobProgress } from './job-progress.js';
import type { JobAssignment } from './process/job-messages.js';
import { JOB_PROCESS_LIMITS, type runJobProcess } from './process/run-job-process.js';
import { publicError } from './public-error.js';
import { CANCELLED_BY_USER, SERVICE_STOPPING } from './queue/embedded-queue.js';
import type { JobStore } from './store/job-store.js';
import type { PhotoStore } from './store/photo-store.js';

export interface JobExecutorConfig {
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  /** Of each job; its share of the processors when absent. */
  readonly threads?: number | undefined;
  /** Memory above which a job is ended. */
  readonly jobMemoryBytes: number;
  readonly niceness: number;
  /** Automatic retries of a job whose process crashed or ran out of memory. */
  readonly crashRetries: number;
}

export interface JobExecutorSetup {
  readonly store: JobStore;
  readonly photos: PhotoStore;
  readonly folders: ServiceFolders;
  readonly changes: JobChanges;
  readonly log: Log;
  /** Read at each start and each end of a job: it may change meanwhile. */
  readonly config: JobExecutorConfig;
  /** Runs the job; replaced where jobs run elsewhere. */
  readonly runJob: typeof runJobProcess;
  /** Told within the transaction that records the end of a job. */
  readonly onEnded: (job: JobRecord) => void;
  /** Told how long a stage took when it was computed. */
  readonly onStageFinished: (stage: string, seconds: number) => void;
}

/** Progress is stored and sent at most so often: pollers and screens need no more. */
const PROGRESS_INTERVAL_MS = 500;
/** Until the end of a job that could not be recorded (a full disk) is tried again. */
const RECORD_AGAIN_MS = 5000;

const RETRIED_CODES: readonly string[] = ['JOB_PROCESS_CRASHED', 'WORKER_CRASHED', 'OUT_OF_MEMORY'];

/** Runs claimed jobs and records how they go. */
export class JobExecutor {
  readonly #setup: JobExecutorSetup;
  readonly #lastProgressAt = new Map<string, number>();
  readonly #lastFraction = new Map<string, number>();

  constructor(setup: JobExecutorSetup) {
    this.#setup = setup;
  }

  /** Takes the next queued job. */
  claim(): string | undefined {
    const { store, changes } = this.#setup;
    const job = store.nextQueued();
    if (!job) return undefined;
    changes.apply(job.job_id, ({ started_at, attempt }) => ({
      ...{ status: 'processing', message: 'Starting', attempt: attempt + 1 },
      started_at: started_at ?? new Date().toISOString(),
    }));
    return job.job_id;
  }

  /** Puts jobs that ran when the service ended back in the queue, where their age puts them before later ones. */
  recover(): number {
    const { jobs } = this.#setup.store.list(['processing'], Number.MAX_SAFE_INTEGER - 1);
    for (const job of jobs) this.#backToQueue(job.job_id);
    return jobs.length;
  }

  /** Runs a claimed job to its end and records it. Never rejects. */
  async execute(jobId: string, signal: AbortSignal): Promise<void> {
    const { store, log } = this.#setup;
    const failure = await this.#run(jobId, signal).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    this.#lastProgressAt.delete(jobId);
    this.#lastFraction.delete(jobId);
    for (;;) {
      try {
        if (failure) await this.#failed(jobId, failure.error, signal);
        else await this.#completed(jobId);
        return;
      } catch (error) {
        log.error('job-end-not-recorded', { jobId, error: String(error) });
        // Ended while it still counts as running: a restart of the service, or another try, puts that right.
        if (signal.aborted || !this.#isThere(store, jobId)) return;
        await delay(RECORD_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #isThere(store: JobStore, jobId: string): boolean {
    try {
      return store.find(jobId) !== undefined;
    } catch {
      return true; // The database cannot be read now; that says nothing about the job.
    }
  }

  async #run(jobId: string, signal: AbortSignal): Promise<void> {
    const { store, photos, folders, config, runJob } = this.#setup;
    const { concurrency, threads, jobMemoryBytes: memoryBytes, niceness } = config;
    const { options } = store.get(jobId);
    const stored = photos.list(jobId).filter(({ leftOut }) => !leftOut);
    const assignment: JobAssignment = {
      ...{ jobId, options, outputFolder: folders.output(jobId) },
      photos: stored.map(({ file, name }) => ({ path: join(folders.images(jobId), file), name })),
      ...(stored.some(({ maskSha256 }) => maskSha256 !== undefined) ? { masksFolder: folders.masks(jobId) } : {}),
      threads: threads ?? Math.max(1, Math.floor(availableParallelism() / concurrency)),
    };
    const limits = { ...JOB_PROCESS_LIMITS, memoryBytes, niceness };
    const outputLog = join(folders.logs(jobId), 'process.log');
    await runJob(assignment, { limits, signal, outputLog, onEvent: (event) => this.#onEvent(jobId, event) });
  }

  async #completed(jobId: string): Promise<void> {
    const artifactBytes = await publishArtifacts(this.#setup.folders, jobId);
    const artifacts_from = new Date().toISOString();
    await this.#end(jobId, {
      ...{ status: 'completed', message: 'Done', progress: 100, artifact_bytes: artifactBytes, artifacts_from },
      finished_at: artifacts_from,
    });
  }

  async #failed(jobId: string, error: unknown, signal: AbortSignal): Promise<void> {
    const { store, log, config, folders, changes } = this.#setup;
    const { crashRetries } = config;
    if (signal.aborted && signal.reason === SERVICE_STOPPING) {
      this.#backToQueue(jobId);
      return;
    }
    if (signal.aborted && signal.reason === CANCELLED_BY_USER) {
      await this.#end(jobId, { status: 'cancelled', message: 'Cancelled' });
      return;
    }
    const studioError = error instanceof StudioError ? error : new StudioError('INTERNAL', { cause: error });
    log.warn('job-failed', { jobId, ...studioError.toJSON(), cause: String(studioError.cause ?? '') });
    const { attempt, artifacts_from } = store.get(jobId);
    if (RETRIED_CODES.includes(studioError.code) && attempt <= crashRetries) {
      const message = `Trying again after a crash (${attempt} of ${crashRetries})`;
      changes.apply(jobId, () => ({ status: 'queued', message }));
      return;
    }
    // A model that is there already is worth more than the report of how another was not made.
    const kept = artifacts_from === null ? { artifact_bytes: await publishReports(folders, jobId) } : {};
    const { message } = studioError;
    await this.#end(jobId, { status: 'failed', message, error: publicError(studioError), ...kept });
  }

  /** The attempt was not the job's fault: it does not count. */
  #backToQueue(jobId: string): void {
    this.#setup.changes.apply(jobId, ({ attempt }) => ({
      ...{ status: 'queued', message: 'Continues after a restart', attempt: Math.max(0, attempt - 1) },
    }));
  }

  async #end(jobId: string, change: Partial<JobRecord>): Promise<void> {
    const { folders, changes, onEnded } = this.#setup;
    const workspaceBytes = await folderBytes(folders.workspace(jobId));
    const finished_at = new Date().toISOString();
    changes.apply(jobId, () => ({ finished_at, eta_seconds: null, workspace_bytes: workspaceBytes, ...change }), {
      alongside: onEnded,
    });
  }

  /** An event that cannot be stored must not end the job, nor the service. */
  #onEvent(jobId: string, event: RunEvent): void {
    try {
      this.#record(jobId, event);
    } catch (error) {
      this.#setup.log.warn('event-not-recorded', { jobId, type: event.type, error: String(error) });
    }
  }

  #record(jobId: string, event: RunEvent): void {
    const { store, changes, onStageFinished } = this.#setup;
    const status = store.find(jobId)?.status;
    if (status === undefined || hasEnded(status)) return;
    if (event.type === 'preview') this.#onPreview(jobId, event);
    else if (event.type === 'warning') {
      changes.apply(jobId, ({ warnings }) => ({
        warnings: [...warnings, { ...event.warning, photos: [...(event.warning.photos ?? [])] }],
      }));
    } else if (event.type === 'stage-started') {
      // Where the stage before it has ended: its last report may have come too soon after another.
      const reached = jobProgress(this.#lastFraction.get(jobId) ?? 0);
      const { stage } = event;
      changes.apply(
        jobId,
        ({ progress }) => ({ stage, message: STAGE_TITLES[stage], progress: Math.max(progress, reached) }),
        LAZY,
      );
    } else if (event.type === 'stage-finished') {
      if (!event.cached) onStageFinished(event.stage, event.seconds);
    } else if (event.type === 'progress') this.#onProgress(jobId, event);
  }

  #onPreview(jobId: string, { stage, event }: RunEvent & { readonly type: 'preview' }): void {
    const { folders, changes } = this.#setup;
    if (!('path' in event)) {
      changes.preview(jobId, { stage, ...event }, undefined);
      return;
    }
    const { path, ...visible } = event;
    const below = relative(folders.output(jobId), path);
    const isInside = below !== '' && !below.startsWith('..') && !isAbsolute(below);
    changes.preview(jobId, { stage, ...visible }, isInside ? path : undefined);
  }

  #onProgress(jobId: string, event: RunEvent & { readonly type: 'progress' }): void {
    this.#lastFraction.set(jobId, event.fraction);
    const now = performance.now();
    if (now - (this.#lastProgressAt.get(jobId) ?? Number.NEGATIVE_INFINITY) < PROGRESS_INTERVAL_MS) return;
    this.#lastProgressAt.set(jobId, now);
    const title = STAGE_TITLES[event.stage];
    const change = (job: JobRecord) => ({
      progress: Math.max(job.progress, jobProgress(event.fraction)),
      message: event.note ? `${title}: ${event.note}` : title,
      eta_seconds: event.etaSeconds === undefined ? null : Math.round(event.etaSeconds),
    });
    this.#setup.changes.apply(jobId, change, LAZY);
  }
}

const LAZY = { durability: 'lazy' } as const;
