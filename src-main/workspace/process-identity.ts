import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for good: process ids are used again, so its start is part of it. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process, as Linux tells them; elsewhere unknown. */
  readonly startTicks?: string;
}

export function identityOfThisProcess(): ProcessIdentity {
  const startTicks = startTicksOf(process.pid);
  return { host: hostname(), pid: process.pid, ...(startTicks === undefined ? {} : { startTicks }) };
}

/** Whether that very process still runs. One of another computer is taken to run: it cannot be asked. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const startTicks = startTicksOf(identity.pid);
  return startTicks === undefined || identity.startTicks === undefined || startTicks === identity.startTicks;
}

function startTicksOf(pid: number): string | undefined {
  try {
    // The second field is the command in parentheses and may hold spaces; `starttime` is field 22 (man 5 proc).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, only its parent has not noticed yet.
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
