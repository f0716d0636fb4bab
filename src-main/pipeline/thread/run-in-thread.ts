import { Worker } from 'node:worker_threads';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import type { ErrorRecord, RunEvent } from '../../../src-shared/pipeline/run-event.js';
import type { ReconstructRequest } from '../reconstruct.js';

export type ThreadMessage =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'done'; readonly report: QaReport }
  | { readonly kind: 'failed'; readonly error: ErrorRecord };

/** How long a cancelled run may take to end by itself; then it is ended. Its files are whole at any time. */
const GRACE_MS = 600;

/**
 * Runs the pipeline in a thread of its own, so that this one can draw and hear Ctrl-C however busy the pipeline is. (A thread
 * and not a process: `kill` then ends all of it, and nothing goes on unseen.)
 *
 * @param signal cancels: the run ends within a second, whatever it is doing
 * @throws StudioError; CANCELLED
 */
export async function runInThread(
  request: ReconstructRequest,
  signal: AbortSignal,
  onEvent: (event: RunEvent) => void,
): Promise<QaReport> {
  const thread = new Worker(new URL('./reconstruct-thread.js', import.meta.url), { workerData: request });
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    thread.postMessage('cancel');
    timer = setTimeout(() => thread.emit('error', new StudioError('CANCELLED')), GRACE_MS);
  };
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  try {
    return await new Promise<QaReport>((resolve, reject) => {
      thread.on('message', (message: ThreadMessage) => {
        if (message.kind === 'event') onEvent(message.event);
        else if (message.kind === 'done') resolve(message.report);
        else reject(new StudioError(message.error.code, message.error));
      });
      thread.on('error', (error) => reject(threadError(error)));
      thread.on('exit', (code) => reject(new StudioError('WORKER_CRASHED', { details: { exitCode: code } })));
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

function threadError(error: Error): StudioError {
  if (error instanceof StudioError) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new StudioError('OUT_OF_MEMORY', { cause: error });
  return new StudioError('WORKER_CRASHED', { cause: error, details: { cause: String(error) } });
}
