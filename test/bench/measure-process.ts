import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

export interface MeasuredProcess {
  readonly exitCode: number;
  readonly stderr: string;
  readonly wallSeconds: number;
  /** Largest resident memory of the process and its children together, sampled from outside. */
  readonly peakMemoryBytes: number;
}

const MEMORY_INTERVAL_MS = 200;

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
async function treeMemoryBytes(root: number): Promise<number> {
  const processes = new Map<number, { readonly parent: number; readonly bytes: number }>();
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const field = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    processes.set(Number(name), { parent: field('PPid'), bytes: field('VmRSS') * 1024 });
  }
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(processes.get(pid)?.parent ?? 0));
  return [...processes].reduce((sum, [pid, { bytes }]) => (isBelow(pid) ? sum + bytes : sum), 0);
}
