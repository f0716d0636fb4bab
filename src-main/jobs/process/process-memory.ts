import { readdirSync, readFileSync } from 'node:fs';

/**
 * Resident memory of this process and, on Linux, of the programs that it has started, in bytes. Where the system does not tell
 * of those, they are left to their own limits.
 */
export function jobMemoryBytes(): number {
  const started = descendants(process.pid).reduce((sum, pid) => sum + residentBytes(pid), 0);
  return process.memoryUsage.rss() + started;
}

/** Processes that a process has started, and theirs: see proc_pid_task(5). */
function descendants(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
      .filter((text) => text !== '')
      .flatMap((text) => [Number(text), ...descendants(Number(text))]);
  } catch {
    return []; // Another system, or it has just ended.
  }
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
