import { type ChildProcess, fork } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { RunEvent } from '../../../src-shared/pipeline/run-event.js';
import { outsideArchive } from '../../kernels/pool/outside-archive.js';
import type { JobAssignment, MessageFromJob, MessageToJob } from './job-messages.js';
import { nodeProgram } from './node-program.js';
import { HAS_PROCESS_GROUPS, killGroup } from './process-group.js';

export interface JobProcessLimits {
  /** Resident memory of the process, with the programs that it has started, above which it is ended with OUT_OF_MEMORY. */
  readonly memoryBytes: number;
  /** Nice value, 0..19: higher leaves more of the processor to others. */
  readonly niceness: number;
  /** After a cancel, how long the process may take to end by itself. */
  readonly cancelGraceMs: number;
}

export const JOB_PROCESS_LIMITS: JobProcessLimits = {
  memoryBytes: 6 * 1024 ** 3,
  niceness: 10,
  cancelGraceMs: 700,
};

const JOB_PROCESS_FILE = new URL(outsideArchive(new URL('./job-process.js', import.meta.url).href));

/**
 * Runs one job in a child process of its own, so that a crash, an out-of-memory or a kill ends that job alone. However it ends,
 * the programs that it has started (COLMAP, OpenMVS) end with it: the next attempt works on the same files.
 *
 * @param signal ends the process within `cancelGraceMs`
 * @param outputLog file to which the process's own stdout and stderr are appended
 * @throws the signal's reason; what the job failed with; OUT_OF_MEMORY, JOB_PROCESS_CRASHED
 */
export async function runJobProcess(
  assignment: JobAssignment,
  setup: {
    readonly limits: JobProcessLimits;
    readonly signal: AbortSignal;
    readonly outputLog: string;
    readonly onEvent: (event: RunEvent) => void;
  },
): Promise<void> {
  const { limits, signal, outputLog, onEvent } = setup;
  signal.throwIfAborted();
  await mkdir(dirname(outputLog), { recursive: true });
  const child = fork(JOB_PROCESS_FILE, {
    ...nodeProgram(),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    detached: HAS_PROCESS_GROUPS,
  });
  const { pid } = child;
  if (pid !== undefined) {
    lowerPriority(pid, limits.niceness);
    child.once('exit', () => killGroup(pid));
  }
  const log = createWriteStream(outputLog, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });

  try {
    await settle(child, assignment, limits, signal, onEvent);
  } finally {
    log.end();
  }
}

function settle(
  child: ChildProcess,
  assignment: JobAssignment,
  limits: JobProcessLimits,
  signal: AbortSignal,
  onEvent: (event: RunEvent) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let outcome: { readonly error?: unknown } | undefined;
    let graceTimer: NodeJS.Timeout | undefined;

    const cancel = () => {
      outcome ??= { error: signal.reason };
      send(child, { type: 'cancel' });
      graceTimer = setTimeout(() => child.kill('SIGKILL'), limits.cancelGraceMs);
    };
    signal.addEventListener('abort', cancel, { once: true });

    child.on('message', (message: MessageFromJob) => {
      if (message.type === 'event') onEvent(message.event);
      else if (message.type === 'completed') outcome ??= {};
      else if (message.type === 'failed') outcome ??= { error: new StudioError(message.error.code, message.error) };
      else if (message.type === 'memory' && message.rssBytes > limits.memoryBytes) {
        outcome ??= { error: new StudioError('OUT_OF_MEMORY', { details: { rssBytes: message.rssBytes } }) };
        child.kill('SIGKILL');
      }
    });
    child.once('error', (error) => {
      outcome ??= { error: new StudioError('JOB_PROCESS_CRASHED', { cause: error }) };
    });
    child.once('close', (exitCode, exitSignal) => {
      signal.removeEventListener('abort', cancel);
      clearTimeout(graceTimer);
      outcome ??= { error: new StudioError('JOB_PROCESS_CRASHED', { details: { exitCode, exitSignal } }) };
      if ('error' in outcome) reject(outcome.error);
      else resolve();
    });
    // Aborted while the process was being made: nobody tells a listener that comes later.
    if (signal.aborted) cancel();
    else send(child, { type: 'start', assignment });
  });
}

/** Sends unless the process has gone already; its end is then reported by its `close` event. */
function send(child: ChildProcess, message: MessageToJob): void {
  if (child.connected) child.send(message, () => {});
}

function lowerPriority(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // Not every system allows it, and the job runs as well without.
  }
  try {
    // Linux weighs sessions against each other before it weighs their processes, see sched(7): this one's weight too.
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // Another system, or one without.
  }
}
