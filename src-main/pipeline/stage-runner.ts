import { join, relative } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { PreviewEvent } from '../../src-shared/pipeline/preview-event.js';
import type { RunEvent } from '../../src-shared/pipeline/run-event.js';
import type { StageId } from '../../src-shared/pipeline/stages.js';
import type { Warning } from '../../src-shared/scene/photo.js';
import type { KernelPool } from '../kernels/pool/kernel-pool.js';
import type { Log } from '../logging/log.js';
import type { StageFolder } from '../workspace/stage-folder.js';
import type { Workspace } from '../workspace/workspace.js';
import { diskError } from '../workspace/write-atomic.js';
import type { MemoryMeter } from './memory-meter.js';
import { retractFrom } from './published-files.js';
import { RunProgress } from './run-progress.js';
import type { Stage, StageContext } from './stage.js';
import { placeOf, type Sourced, type Sources, stageKey } from './stage-key.js';
import { prepareStageFolder, readStageRecord, type StageRecord, writeStageRecord } from './stage-record.js';
import type { StageWork } from './stage-work.js';
import type { TimeEstimate } from './time-estimate.js';

/** What a finished stage gives, computed now or by an earlier run. */
export interface StageResult<Output> {
  readonly stage: StageId;
  readonly key: string;
  readonly output: Output;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly cached: boolean;
}

/** A part of a stage's output as input of another. */
export function take<Output, Name extends keyof Output & string>(
  { key, output }: StageResult<Output>,
  name: Name,
): Sourced<Output[Name]> {
  return { value: output[name], key: `${key}.${name}` };
}

/** How a stage is run that may be run in two ways. */
export interface StageAttempt {
  /** Name of another way: its files lie beside the stage's own and go when those begin anew. */
  readonly variant?: string;
  /** Warnings are kept back, for a better attempt may follow: {@link StageRunner.warn} tells them. */
  readonly isTrial?: boolean;
  /** Told until the stage has something to tell itself. */
  readonly note?: string;
}

export interface StageRunnerSetup {
  readonly workspace: Workspace;
  /** The stages that will run, in order: for the progress. */
  readonly stages: readonly StageId[];
  readonly seed: number;
  readonly kernels: KernelPool;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly memory: MemoryMeter;
  readonly estimate: TimeEstimate;
  readonly onEvent: (event: RunEvent) => void;
}

/** No more than this many progress events a second: a terminal and a browser show no more. */
const PROGRESS_INTERVAL_MS = 100;

/**
 * Runs stages one after another: each is looked up by the key of its inputs and options, computed when it is not there, and
 * recorded when it has finished. A stage that was interrupted finds its own files again.
 */
export class StageRunner {
  readonly #setup: StageRunnerSetup;
  readonly #progress: RunProgress;
  #running: StageId | undefined;

  constructor(setup: StageRunnerSetup) {
    this.#setup = setup;
    this.#progress = new RunProgress(setup.stages);
  }

  /** The stage that runs, or failed. */
  get runningStage(): StageId | undefined {
    return this.#running;
  }

  /** Tells how much there is to do, as soon as it is known: for the ETA. */
  setWork(work: StageWork): void {
    this.#setup.estimate.setWork(work);
  }

  /** Tells that stages will run once more: for the ETA. */
  repeat(stages: readonly StageId[]): void {
    this.#setup.estimate.repeat(stages);
  }

  /**
   * @param sources the stage's input, each property with its source ({@link take}, `given`, `located`)
   * @param options that differ from the stage's defaults
   * @param attempt when the stage is tried in more than one way
   * @throws the signal's reason; what the stage threw; DISK_FULL, OUTPUT_NOT_WRITABLE
   */
  async run<Input, Options, Output>(
    stage: Stage<Input, Options, Output> & { readonly id: string },
    sources: Sources<Input>,
    options: Partial<Options> = {},
    { variant, isTrial = false, note }: StageAttempt = {},
  ): Promise<StageResult<Output>> {
    const { signal, seed, workspace, log, estimate, onEvent } = this.#setup;
    const id = stage.id as StageId;
    signal.throwIfAborted();
    this.#running = id;

    const allOptions: Options = { ...stage.defaults, ...options };
    const named = sources as Readonly<Record<string, Sourced<unknown>>>;
    const key = stageKey({ id, revision: stage.revision, options: allOptions, seed, sources: named });
    const place = placeOf(named);
    const stageFolder = workspace.stageFolder(id, variant);
    const folder = stageFolder.root;

    onEvent({ type: 'stage-started', stage: id });
    if (note !== undefined) {
      this.#progress.advance(id, 0);
      this.#report(id, note, undefined);
    }
    const found = await readStageRecord(folder, key);
    const cached = found !== undefined && found.place === place;
    let record: StageRecord;
    if (cached) {
      record = found;
      estimate.finish(id);
      // Who looks on sees the same, whether it is computed now or was before.
      const preview = movePath(found.preview, (path) => join(folder, path));
      if (preview) onEvent({ type: 'preview', stage: id, event: preview });
    } else {
      if (await prepareStageFolder(folder, key)) {
        await retractFrom(id, workspace);
        if (variant === undefined) await workspace.removeVariants(id);
      }
      const input = Object.fromEntries(Object.entries(named).map(([name, { value }]) => [name, value])) as Input;
      const { output, seconds, peakMemoryBytes, resumed, shown } = await this.#compute(
        id,
        stage,
        input,
        allOptions,
        stageFolder,
      );
      const preview = movePath(shown, (path) => relative(folder, path));
      record = await writeStageRecord(folder, { key, place, seconds, peakMemoryBytes, output, preview });
      estimate.finish(id, resumed ? undefined : seconds);
    }

    this.#progress.advance(id, 1);
    this.#report(id, undefined, undefined);
    if (!isTrial) this.warn(id, record.output);
    const { seconds, peakMemoryBytes } = record;
    log.info('stage-finished', { stage: id, cached, seconds, peakMemoryBytes, report: reportOf(record.output) });
    onEvent({ type: 'stage-finished', stage: id, cached, seconds, peakMemoryBytes });
    return { stage: id, key, output: record.output as Output, seconds, peakMemoryBytes, cached };
  }

  /** Tells the warnings of a stage's output. */
  warn(stage: StageId, output: unknown): void {
    for (const warning of warningsOf(output)) this.#setup.onEvent({ type: 'warning', stage, warning });
  }

  async #compute<Input, Options, Output>(
    id: StageId,
    stage: Stage<Input, Options, Output>,
    input: Input,
    options: Options,
    folder: StageFolder,
  ) {
    const { signal, kernels, seed, workspace, memory, log } = this.#setup;
    memory.restart();
    const start = performance.now();
    let lastReport = 0;
    // A stage that starts far in has found the items of an interrupted run.
    let startFraction: number | undefined;
    let shown: PreviewEvent | undefined;
    const context: StageContext = {
      signal,
      kernels,
      seed,
      folder,
      log: withStage(log, id),
      preview: (event) => {
        shown = event;
        this.#setup.onEvent({ type: 'preview', stage: id, event });
      },
      progress: (fraction, note) => {
        startFraction ??= fraction;
        this.#progress.advance(id, fraction);
        const now = performance.now();
        if (now - lastReport < PROGRESS_INTERVAL_MS) return;
        lastReport = now;
        this.#report(id, note, { elapsedSeconds: (now - start) / 1000, startFraction });
      },
    };
    log.info('stage-started', { stage: id });
    try {
      const output = await stage.run(input, options, context);
      signal.throwIfAborted();
      const seconds = (performance.now() - start) / 1000;
      const resumed = (startFraction ?? 0) > RESUMED_FRACTION;
      return { output, seconds, peakMemoryBytes: memory.peakBytes, resumed, shown };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw typed(diskError(error, workspace.root));
    } finally {
      await kernels.renew();
    }
  }

  #report(
    stage: StageId,
    note: string | undefined,
    pace: { elapsedSeconds: number; startFraction: number } | undefined,
  ): void {
    const { fraction, stageFraction } = this.#progress;
    const { elapsedSeconds = 0, startFraction = 0 } = pace ?? {};
    const etaSeconds = this.#setup.estimate.remainingSeconds(stage, stageFraction, elapsedSeconds, startFraction);
    this.#setup.onEvent({
      type: 'progress',
      stage,
      fraction,
      stageFraction,
      ...(note === undefined ? {} : { note }),
      ...(etaSeconds === undefined ? {} : { etaSeconds }),
    });
  }
}

/** A first report above this share of the stage means that it went on where an earlier run had stopped. */
const RESUMED_FRACTION = 0.15;

/** Every failure has a code: one without is a fault of Atlas. */
export function typed(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  // V8's only sign that an array or a WebAssembly memory could not be had is this class; stack overflow shares it.
  if (error instanceof RangeError && !error.message.includes('call stack')) {
    return new StudioError('OUT_OF_MEMORY', { cause: error });
  }
  return new StudioError('INTERNAL', { cause: error, details: { cause: String(error) } });
}

/** The event with its file, where it has one, named in another way. */
const movePath = (event: PreviewEvent | undefined, move: (path: string) => string): PreviewEvent | undefined =>
  event && 'path' in event ? { ...event, path: move(event.path) } : event;

function withStage(log: Log, stage: StageId): Log {
  return {
    debug: (event, fields) => log.debug(event, { stage, ...fields }),
    info: (event, fields) => log.info(event, { stage, ...fields }),
    warn: (event, fields) => log.warn(event, { stage, ...fields }),
    error: (event, fields) => log.error(event, { stage, ...fields }),
  };
}

function warningsOf(output: unknown): readonly Warning[] {
  const warnings = (output as { warnings?: unknown } | null)?.warnings;
  return Array.isArray(warnings) ? (warnings as readonly Warning[]) : [];
}

const reportOf = (output: unknown): unknown => (output as { report?: unknown } | null)?.report;
