import { parentPort, workerData } from 'node:worker_threads';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { type ReconstructRequest, reconstruct } from '../reconstruct.js';
import { typed } from '../stage-runner.js';
import type { ThreadMessage } from './run-in-thread.js';

// The thread in which `runInThread` runs the pipeline. It only knows its request, one order (to stop) and where to report to.
const controller = new AbortController();
parentPort?.once('message', () => controller.abort(new StudioError('CANCELLED')));
const post = (message: ThreadMessage) => parentPort?.postMessage(message);

try {
  const request = workerData as ReconstructRequest;
  const report = await reconstruct(request, {
    signal: controller.signal,
    onEvent: (event) => post({ kind: 'event', event }),
  });
  post({ kind: 'done', report });
} catch (error) {
  post({ kind: 'failed', error: typed(error).toJSON() });
}
// The listener would keep the thread alive.
parentPort?.close();
