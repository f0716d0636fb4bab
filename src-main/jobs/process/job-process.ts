import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { reconstruct } from '../../pipeline/reconstruct.js';
import { typed } from '../../pipeline/stage-runner.js';
import type { JobAssignment, MessageFromJob, MessageToJob } from './job-messages.js';

// The process in which one job runs. It knows its assignment and whom to report to; when the service is gone, so is the job:
// what it has computed is on disk, and the service's next start continues it.
const MEMORY_INTERVAL_MS = 500;

const controller = new AbortController();
const send = (message: MessageFromJob): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};

process.on('disconnect', () => process.exit());
process.on('message', (message: MessageToJob) => {
  if (message.type === 'cancel') controller.abort(new StudioError('CANCELLED'));
  else void run(message.assignment);
});
// Ctrl-C in the service's terminal reaches its children too: the service decides what becomes of them.
process.on('SIGINT', () => {});

setInterval(() => send({ type: 'memory', rssBytes: process.memoryUsage.rss() }), MEMORY_INTERVAL_MS).unref();

async function run({ photos, outputFolder, options, threads }: JobAssignment): Promise<void> {
  try {
    await reconstruct(
      {
        photos: photos.map(({ path }) => path),
        folder: outputFolder,
        options,
        ...(threads === undefined ? {} : { threads }),
      },
      { signal: controller.signal, onEvent: (event) => send({ type: 'event', event }) },
    );
    send({ type: 'completed' });
  } catch (error) {
    if (controller.signal.aborted) send({ type: 'cancelled' });
    else send({ type: 'failed', error: typed(error).toJSON() });
  }
  // Leaves when the last message has been handed over.
  process.disconnect();
}
