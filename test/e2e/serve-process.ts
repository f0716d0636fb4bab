import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Database from 'libsql';
import { z } from 'zod';
import { AtlasClient } from '#main/client/atlas-client.js';

const MAIN = createRequire(import.meta.url).resolve('#main/cli/main.js');

/** `atlas serve` in a process of its own. */
export interface ServeProcess {
  readonly url: string;
  readonly token: string;
  readonly client: AtlasClient;
  readonly child: ChildProcess;
  /** Ends it by a signal and waits for its end. @returns its exit code, or the signal that it died of */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | NodeJS.Signals | null>;
}

/** Starts the service on a storage folder and waits until it listens. @param port 0 takes a free one */
export async function startServe(
  storage: string,
  settings: Record<string, string> = {},
  port = 0,
): Promise<ServeProcess> {
  const env = { ...process.env, XDG_CACHE_HOME: '/nonexistent', ATLAS_MIN_FREE_DISK_BYTES: '1', ...settings };
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', String(port), '--storage', storage], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const closed = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    const look = (data: Buffer) => {
      output += data.toString();
      const found = /Atlas listens on (\S+)/.exec(output)?.[1];
      if (found !== undefined && /Token: /.test(output)) resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => reject(new Error(`The service ended: ${output}`)));
  });
  const token = readFileSync(join(storage, 'token'), 'utf8').trim();
  return {
    ...{ url, token, child, client: new AtlasClient({ url, token }) },
    async stop(signal) {
      child.kill(signal);
      return closed;
    },
  };
}

const LockSchema = z.object({ pid: z.number() });

/** Process id of the run that holds a job's folder, or held it when it was killed. */
export function jobProcessId(storage: string, jobId: string): number | undefined {
  try {
    const file = join(storage, 'workspaces', jobId, 'output', 'work', 'lock.json');
    return LockSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).pid;
  } catch {
    return undefined;
  }
}

/** Ends a process at once. @returns whether it was there */
export function killNow(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 'SIGKILL');
  } catch {
    return false; // It has ended by itself.
  }
}

/** What SQLite says about the whole store: `ok`, or what is wrong with it. Opened while the service is down. */
export function checkStore(storage: string): string {
  const database = new Database(join(storage, 'jobs.db'));
  try {
    const rows = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    return rows.map(({ integrity_check }) => integrity_check).join('; ');
  } finally {
    database.close();
  }
}

/** How often a job's record said `completed`, from the events that are kept for replay. */
export function timesCompleted(storage: string, jobId: string): number {
  const database = new Database(join(storage, 'jobs.db'), { readonly: true });
  try {
    const rows = database.prepare(`SELECT data FROM events WHERE job_id = ? AND type = 'status'`).all(jobId);
    return (rows as { data: string }[]).filter(({ data }) => /"status":"completed"/.test(data)).length;
  } finally {
    database.close();
  }
}

/** Files that a service killed in the middle of writing leaves in its storage, and its next start does not need. */
export function strayFiles(storage: string): readonly string[] {
  return readdirSync(join(storage, 'artifacts')).filter((name) => name.endsWith('.tmp'));
}
