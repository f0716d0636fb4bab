import type { ErrorCode } from '../errors/error-codes.js';
import type { Warning } from '../scene/photo.js';
import type { PreviewEvent } from './preview-event.js';
import type { StageId } from './stages.js';

/** An error as it travels between processes and in files: see `StudioError`. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What a run tells while it goes on, in this order; `atlas reconstruct --json` prints one a line. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly folder: string; readonly stages: readonly StageId[] }
  | { readonly type: 'stage-started'; readonly stage: StageId }
  | {
      readonly type: 'progress';
      readonly stage: StageId;
      /** Of the whole run, 0..1; never goes back. */
      readonly fraction: number;
      /** Of the stage, 0..1. */
      readonly stageFraction: number;
      readonly note?: string;
      /** Seconds left; absent while nothing is known. */
      readonly etaSeconds?: number;
    }
  | { readonly type: 'warning'; readonly stage: StageId; readonly warning: Warning }
  | { readonly type: 'preview'; readonly stage: StageId; readonly event: PreviewEvent }
  | {
      readonly type: 'stage-finished';
      readonly stage: StageId;
      /** Whether an earlier run had done it already. */
      readonly cached: boolean;
      /** What it took when it was computed. */
      readonly seconds: number;
      readonly peakMemoryBytes: number;
    }
  | {
      readonly type: 'run-finished';
      readonly seconds: number;
      readonly files: Readonly<Partial<Record<string, string>>>;
    }
  | { readonly type: 'run-failed'; readonly stage?: StageId; readonly error: ErrorRecord };
