import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JOB_PROCESS_LIMITS, type JobProcessLimits, runJobProcess } from '#main/jobs/process/run-job-process.js';
import { ReconstructOptionsSchema } from '#shared/pipeline/reconstruct-options.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-job-process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a job in a real process. */
const run = (
  signal: AbortSignal,
  limits: Partial<JobProcessLimits> = {},
  photos = [{ path: '/none.jpg', name: 'a' }],
) =>
  runJobProcess(
    {
      jobId: 'j',
      photos,
      outputFolder: join(folder, 'output'),
      options: ReconstructOptionsSchema.parse({}),
      threads: 1,
    },
    { limits: { ...JOB_PROCESS_LIMITS, ...limits }, signal, outputLog: join(folder, 'log'), onEvent: () => {} },
  );

it.each([0, 1, 20, 150])('a cancel %d ms after the start ends the process', async (afterMs) => {
  const controller = new AbortController();
  const running = run(controller.signal, {}, [{ path: '/dev/zero', name: 'endless' }]);
  const ended = expect(running).rejects.toBe('stop');
  if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
  controller.abort('stop');
  await ended;
  expect(await childProcesses()).toEqual([]);
});

it('bad input fails with its code', async () => {
  await expect(run(new AbortController().signal)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
});

it('a process above its memory limit is ended', async () => {
  const running = run(new AbortController().signal, { memoryBytes: 1000 }, [{ path: '/dev/zero', name: 'endless' }]);
  await expect(running).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
});

it.skipIf(process.platform !== 'linux')(
  'all its threads have the priority given (read from /proc: on Linux)',
  async () => {
    const controller = new AbortController();
    const running = run(controller.signal, { niceness: 7 }, [{ path: '/dev/zero', name: 'endless' }]);
    const ended = expect(running).rejects.toBe('stop');
    let threads: readonly Thread[] = [];
    // Until the thread that computes is there.
    while (!threads.some(({ isMain, ticks }) => !isMain && ticks > 10)) {
      await delay(20);
      threads = threadsOf((await childProcesses())[0]);
    }
    controller.abort('stop');
    await ended;
    expect(new Set(threads.map(({ niceness }) => niceness))).toEqual(new Set([7]));
  },
);

/** Runs a job whose process starts a program, as an engine's tools are started. @param program JavaScript */
async function runWithTool(
  program: string,
  limits: Partial<JobProcessLimits> = {},
): Promise<{ running: Promise<void> }> {
  const pidFile = join(folder, 'tool-pid');
  await rm(pidFile, { force: true });
  const startTool = `
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread && process.argv[1]?.endsWith('job-process.js')) {
      const env = { ...process.env, NODE_OPTIONS: '' };
      const { pid } = spawn(process.execPath, ['-e', ${JSON.stringify(program)}], { stdio: 'inherit', env });
      writeFileSync(${JSON.stringify(pidFile)}, String(pid));
    }`;
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = `--import "data:text/javascript,${encodeURIComponent(startTool)}"`;
  const running = run(new AbortController().signal, limits, [{ path: '/dev/zero', name: 'endless' }]);
  running.catch(() => {});
  while (!existsSync(pidFile)) await delay(20);
  if (before === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = before;
  return { running };
}

const toolPid = (): number => Number(readFileSync(join(folder, 'tool-pid'), 'utf8'));

it.skipIf(process.platform === 'win32')(
  'programs that it has started end with it when it is killed (not on Windows)',
  async () => {
    const { running } = await runWithTool('setInterval(() => {}, 1000)');
    const [jobProcess] = await childProcesses();
    process.kill(jobProcess ?? 0, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'JOB_PROCESS_CRASHED' });
    while (isThere(toolPid())) await delay(20);
  },
);

it.skipIf(process.platform !== 'linux')(
  'programs that it has started count for its memory limit (on Linux)',
  async () => {
    const memoryBytes = 600_000_000;
    const { running } = await runWithTool('globalThis.kept = Buffer.alloc(700e6, 1); setInterval(() => {}, 1000)', {
      memoryBytes,
    });
    await expect(running).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    while (isThere(toolPid())) await delay(20);
  },
);

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Process ids of the job processes that this process has started. */
async function childProcesses(): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes('job-process.js'))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) => (pid !== undefined && parent === process.pid ? [pid] : []));
}

interface Thread {
  readonly isMain: boolean;
  readonly niceness: number;
  /** Processor time so far. */
  readonly ticks: number;
}

/** The threads that a process has now; none when there is no such process. */
function threadsOf(pid: number | undefined): Thread[] {
  try {
    const folder = `/proc/${pid}/task`;
    return readdirSync(folder).map((thread) => {
      const fields =
        readFileSync(join(folder, thread, 'stat'), 'utf8')
          .split(') ')
          .at(-1)
          ?.split(' ') ?? [];
      return { isMain: thread === String(pid), niceness: Number(fields[16]), ticks: Number(fields[11]) };
    });
  } catch {
    return [];
  }
}
