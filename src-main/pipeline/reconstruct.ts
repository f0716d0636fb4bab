import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { SfmEngine } from '../../src-shared/pipeline/engines.js';
import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import {
  type ReconstructOptions,
  type ReconstructOptionsInput,
  ReconstructOptionsSchema,
} from '../../src-shared/pipeline/reconstruct-options.js';
import type { RunEvent } from '../../src-shared/pipeline/run-event.js';
import { type StageId, stagesUntil } from '../../src-shared/pipeline/stages.js';
import { ATLAS_VERSION } from '../../src-shared/pipeline/versions.js';
import { KernelPool } from '../kernels/pool/kernel-pool.js';
import { type FileLog, openFileLog } from '../logging/file-log.js';
import { Workspace } from '../workspace/workspace.js';
import { acquireLock } from '../workspace/workspace-lock.js';
import { diskError } from '../workspace/write-atomic.js';
import type { RunFailure } from './build-qa-report.js';
import { checkFreeSpace } from './check-free-space.js';
import { type EngineSources, findEngineSources } from './engine-sources.js';
import { enginesUsed } from './engines-used.js';
import { timesVariant } from './estimate-run.js';
import { MemoryMeter } from './memory-meter.js';
import { findPhotoSources, type GivenPhotos, type PhotoSources } from './photo-sources.js';
import { type PhotogrammetryResults, photogrammetry } from './photogrammetry.js';
import { StageRunner, typed } from './stage-runner.js';
import { StageTimes } from './stage-times.js';
import { TimeEstimate } from './time-estimate.js';
import { writeReports } from './write-reports.js';

/** A whole run: which photos, where to, and how. JSON, so that it travels to another thread or process. */
export interface ReconstructRequest {
  /** Folders and files, or stored photos with their names. */
  readonly photos: GivenPhotos;
  /** Folder of masks, a PNG a photo. */
  readonly masks?: string;
  /** Absolute path of a COLMAP model that takes the place of the sparse stage, whatever the engine. */
  readonly sparse?: string;
  /** The output folder; an earlier run in it is continued. */
  readonly folder: string;
  readonly options: ReconstructOptionsInput;
  /** Worker threads; all processors by default. Has no influence on the result. */
  readonly threads?: number;
}

export interface ReconstructHost {
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/**
 * Runs the main job in its folder: 1. checks options, photos, folder and space, 2. runs the stages, 3. writes qa.json and
 * report.html, also when it failed or was cancelled. Ends within a second of an abort as far as this thread is free.
 *
 * @throws StudioError; the signal's reason
 */
export async function reconstruct(
  request: ReconstructRequest,
  { signal, onEvent }: ReconstructHost,
): Promise<QaReport> {
  const options = parseOptions(request.options);
  const engines = await findEngineSources(options, request, signal);
  const sources = await findPhotoSources(request.photos, request.masks, signal);
  const workspace = new Workspace(resolve(request.folder));
  const lock = await acquireLock(workspace.lockFile);
  try {
    await checkFreeSpace(workspace.root, sources.photos.value.length, options.tier, await workspace.usedBytes());
    const log = await openLog(workspace);
    const run = new ReconstructRun(request, options, engines, workspace, log, { signal, onEvent });
    return await run.run(sources);
  } finally {
    lock.release();
  }
}

class ReconstructRun {
  readonly #start = performance.now();
  readonly #results: PhotogrammetryResults = {};
  readonly #threads: number;
  readonly #stages: readonly StageId[];
  readonly #times = new StageTimes();

  constructor(
    request: ReconstructRequest,
    private readonly options: ReconstructOptions,
    private readonly engines: EngineSources,
    private readonly workspace: Workspace,
    private readonly log: FileLog,
    private readonly host: ReconstructHost,
  ) {
    this.#threads = request.threads ?? availableParallelism();
    const isSparseForeign = [engines.modelFolder, engines.colmap, engines.openmvg].some(
      (source) => source !== undefined,
    );
    this.#stages = stagesUntil(options.until, { isSparseForeign, dense: engines.dense });
  }

  async run(sources: PhotoSources): Promise<QaReport> {
    const { options, workspace, log } = this;
    await this.#times.load();
    log.info('run-started', { atlas: ATLAS_VERSION, node: process.version, options, threads: this.#threads });
    this.#emit({ type: 'run-started', folder: workspace.root, stages: this.#stages });
    const failure = await this.#runStages(sources);
    const report = await this.#writeReports(failure);
    if (failure) {
      this.#emit({ type: 'run-failed', ...(failure.stage && { stage: failure.stage }), error: failure.error.toJSON() });
      throw failure.error;
    }
    await this.#times.save();
    const seconds = this.#seconds;
    log.info('run-finished', { seconds });
    this.#emit({ type: 'run-finished', seconds, files: await workspace.userFiles() });
    return report;
  }

  /** @returns what went wrong, if anything; an abort is a failure with the code CANCELLED */
  async #runStages(sources: PhotoSources): Promise<RunFailure | undefined> {
    const { options, engines, workspace, log, host } = this;
    const kernels = new KernelPool(this.#threads);
    const memory = new MemoryMeter();
    const runner = new StageRunner({
      workspace,
      stages: this.#stages,
      seed: options.seed,
      kernels,
      signal: host.signal,
      log,
      memory,
      estimate: new TimeEstimate(
        this.#times,
        this.#stages,
        timesVariant(options.tier, this.#threads, { sfm: sfmOf(engines), dense: engines.dense }),
      ),
      onEvent: (event) => this.#emit(event),
    });
    try {
      await photogrammetry({ runner, sources, engines, options, workspace, results: this.#results });
      return undefined;
    } catch (error) {
      if (host.signal.aborted) return { stage: runner.runningStage, error: new StudioError('CANCELLED') };
      const failed = typed(diskError(error, workspace.root));
      log.error('run-failed', { ...failed.toJSON(), stage: runner.runningStage, stack: stacksOf(failed) });
      return { stage: runner.runningStage, error: failed };
    } finally {
      memory.stop();
      await kernels.close();
    }
  }

  /** A report that cannot be written does not hide why the run failed. */
  async #writeReports(failure: RunFailure | undefined): Promise<QaReport> {
    const { options, workspace, log } = this;
    const engines = enginesUsed(this.engines, options);
    const outcome = {
      ...{ options, engines, threads: this.#threads, results: this.#results, wallSeconds: this.#seconds, failure },
    };
    try {
      return await writeReports(outcome, workspace);
    } catch (error) {
      log.error('report-failed', { stack: stacksOf(error) });
      throw failure?.error ?? error;
    }
  }

  get #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  #emit(event: RunEvent): void {
    if (event.type === 'warning') this.log.warn('warning', { stage: event.stage, code: event.warning.code });
    this.host.onEvent(event);
  }
}

/** Who solves the cameras, as times are remembered. */
function sfmOf({ colmap, openmvg }: EngineSources): SfmEngine {
  if (openmvg) return 'openmvg';
  return colmap ? 'colmap' : 'builtin';
}

function parseOptions(input: ReconstructOptionsInput): ReconstructOptions {
  const parsed = ReconstructOptionsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new StudioError('INPUT_OPTION_INVALID', { message: problems.join('; '), details: { problems } });
}

async function openLog(workspace: Workspace): Promise<FileLog> {
  try {
    return openFileLog(workspace.path('log'));
  } catch (error) {
    throw diskError(error, workspace.path('log'));
  }
}

/** The stack of an error and of all its causes, for the log only. */
function stacksOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.stack ?? error.message, ...(error.cause === undefined ? [] : stacksOf(error.cause))];
}
