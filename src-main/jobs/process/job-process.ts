import { setTimeout as delay } from 'node:timers/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { typed } from '../../pipeline/stage-runner.js';
import { runInThread } from '../../pipeline/thread/run-in-thread.js';
import { Workspace } from '../../workspace/workspace.js';
import { isLocked } from '../../workspace/workspace-lock.js';
import type { JobAssignment, MessageFromJob, MessageToJob } from './job-messages.js';
import { killGroup } from './process-group.js';
import { jobMemoryBytes } from './process-memory.js';

// The process in which one job runs: the pipeline in a thread of its own, so that this one hears a cancel and the end of the
// service however busy the pipeline is. It knows its assignment and whom to report to.
const MEMORY_INTERVAL_MS = 500;
/** The process of an earlier attempt ends within moments after its service; until then it holds the folder. */
const FREE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

const controller = new AbortController();
const send = (message: MessageFromJob): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};

let hasReported = false;
process.on('disconnect', () => {
  // The service is gone. What was computed is on disk and whole at any time; its next start continues there.
  if (!hasReported) killGroup(process.pid);
  process.exit();
});
process.on('message', (message: MessageToJob) => {
  if (message.type === 'cancel') controller.abort(new StudioError('CANCELLED'));
  else void run(message.assignment);
});
// Ctrl-C in the service's terminal reaches its children too: the service decides what becomes of them.
process.on('SIGINT', () => {});

setInterval(() => send({ type: 'memory', rssBytes: jobMemoryBytes() }), MEMORY_INTERVAL_MS).unref();

async function run({ photos, masksFolder, outputFolder, options, threads }: JobAssignment): Promise<void> {
  try {
    await untilFree(new Workspace(outputFolder).lockFile);
    const request = {
      ...{ photos, folder: outputFolder, options, threads },
      ...(masksFolder === undefined ? {} : { masks: masksFolder }),
    };
    await runInThread(request, controller.signal, (event) => send({ type: 'event', event }));
    send({ type: 'completed' });
  } catch (error) {
    if (controller.signal.aborted) send({ type: 'cancelled' });
    else send({ type: 'failed', error: typed(error).toJSON() });
  }
  hasReported = true;
  // Leaves when the last message has been handed over.
  process.disconnect();
}

async function untilFree(lockFile: string): Promise<void> {
  const until = performance.now() + FREE_WITHIN_MS;
  while (performance.now() < until && (await isLocked(lockFile))) {
    await delay(LOOK_EVERY_MS, undefined, { signal: controller.signal });
  }
}
