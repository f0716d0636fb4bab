import type { ReconstructOptions } from '../../../src-shared/pipeline/reconstruct-options.js';
import type { ErrorRecord, RunEvent } from '../../../src-shared/pipeline/run-event.js';

/** What a job process is asked to do. */
export interface JobAssignment {
  readonly jobId: string;
  /** Absolute paths, in capture order. */
  readonly photos: readonly { readonly path: string; readonly name: string }[];
  readonly masksFolder?: string;
  /** Absolute path of the output folder, which may hold an earlier attempt's work. */
  readonly outputFolder: string;
  readonly options: ReconstructOptions;
  readonly threads: number;
}

/** From the service to the job process. */
export type MessageToJob = { readonly type: 'start'; readonly assignment: JobAssignment } | { readonly type: 'cancel' };

/** From the job process to the service. */
export type MessageFromJob =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'memory'; readonly rssBytes: number }
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly error: ErrorRecord }
  | { readonly type: 'cancelled' };
