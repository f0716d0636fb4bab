import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../workspace/write-atomic.js';

const HistorySchema = z.object({
  version: z.literal(2),
  secondsPerUnit: z.record(z.string(), z.number().positive()),
});

/** The newest run counts this much, so that a few runs replace a wrong figure and one slow run does not. */
const NEWEST_SHARE = 0.4;

/**
 * Seconds per unit of work (`stage-work.ts`) that stages took on this machine, by tier and threads; a small file of the user. It
 * only feeds the estimate before a run and the ETA in it.
 */
export class StageTimes {
  #rates = new Map<string, number>();

  /** @param path of the file; none: nothing is remembered */
  constructor(readonly path: string | undefined = defaultPath()) {}

  async load(): Promise<void> {
    if (this.path === undefined) return;
    try {
      const history = HistorySchema.parse(JSON.parse(await readFile(this.path, 'utf8')));
      this.#rates = new Map(Object.entries(history.secondsPerUnit));
    } catch {
      // No history yet, or one of another version: start afresh.
    }
  }

  rate(name: string): number | undefined {
    return this.#rates.get(name);
  }

  /** All that is known, by name. */
  rates(): ReadonlyMap<string, number> {
    return this.#rates;
  }

  learn(name: string, secondsPerUnit: number): void {
    if (!(secondsPerUnit > 0)) return;
    const known = this.#rates.get(name) ?? secondsPerUnit;
    this.#rates.set(name, known + NEWEST_SHARE * (secondsPerUnit - known));
  }

  /** An ETA is not worth an error: a history that cannot be written is not. */
  async save(): Promise<void> {
    if (this.path === undefined) return;
    const history = { version: 2, secondsPerUnit: Object.fromEntries(this.#rates) };
    await writeAtomic(this.path, JSON.stringify(history, null, 2)).catch(() => undefined);
  }
}

function defaultPath(): string {
  const base =
    process.env.XDG_CACHE_HOME ||
    (process.platform === 'win32' && process.env.LOCALAPPDATA) ||
    (process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'));
  return join(base, 'atlas-studio', 'stage-times.json');
}
