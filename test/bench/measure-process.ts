import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

export interface MeasuredProcess {
  readonly exitCode: number;
  readonly stderr: string;
  readonly wallSeconds: number;
  /** Largest resident memory of the process and its children together, sampled from outside. */
  readonly peakMemoryBytes: number;
}

const MEMORY_INTERVAL_MS = 500;

export function measureProcess(command: string, args: readonly string[]): Promise<MeasuredProcess> {
  return new Promise((resolve) => {
    const start = performance.now();
    let peakMemoryBytes = 0;
    const child = execFile(command, args, { maxBuffer: 1 << 28 }, (error, _, stderr) => {
      clearInterval(timer);
      const wallSeconds = (performance.now() - start) / 1000;
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), stderr, wallSeconds, peakMemoryBytes });
    });
    const timer = setInterval(async () => {
      peakMemoryBytes = Math.max(peakMemoryBytes, await treeMemoryBytes(child.pid ?? 0));
    }, MEMORY_INTERVAL_MS);
  });
}

/** Resident memory of a process and all below it; 0 where the system has no /proc. */
async function treeMemoryBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const own = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  const below = await Promise.all((await childrenOf(pid)).map(treeMemoryBytes));
  return below.reduce((sum, bytes) => sum + bytes, own);
}

/** A process's children are listed with the thread that started each. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''));
  return (await Promise.all(lists)).flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}
