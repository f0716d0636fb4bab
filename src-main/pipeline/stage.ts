import type { PreviewEvent } from '../../src-shared/pipeline/preview-event.js';
import type { KernelPool } from '../kernels/pool/kernel-pool.js';
import type { Log } from '../logging/log.js';
import type { StageFolder } from '../workspace/stage-folder.js';

/**
 * One step of the pipeline: inputs and options in, output out. A stage knows nothing of jobs, HTTP, Electron or other stages.
 *
 * Input, options and output are JSON values; bulk data lives in files (`src-main/formats/arrays`) that the output names by
 * {@link WorkspacePath}. Given the same input and options, a stage writes the same bytes, whatever the number of workers.
 */
export interface Stage<Input, Options, Output> {
  readonly id: string;
  /** Part of the cache key: raise it when the output changes meaning. */
  readonly revision: number;
  readonly defaults: Options;
  run(input: Input, options: Options, context: StageContext): Promise<Output>;
}

/** All that a stage may use besides its input and options. */
export interface StageContext {
  /** Call `signal.throwIfAborted()` between steps and per image or iteration. */
  readonly signal: AbortSignal;
  /** @param fraction of this stage, 0..1, never backwards; @param note what is being done, for people */
  progress(fraction: number, note?: string): void;
  readonly log: Log;
  /** Something to show while it is computed. */
  preview(event: PreviewEvent): void;
  /** Worker threads for the kernels. */
  readonly kernels: KernelPool;
  /** Seed for every random choice (`src-main/geometry/random.ts`). */
  readonly seed: number;
  /**
   * The stage's own folder. It survives an interrupted run with the same input and options: an item that is already there
   * (files appear only when complete) need not be computed again.
   */
  readonly folder: StageFolder;
}
