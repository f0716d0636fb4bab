/** So many crashes within the time, and loading the page again is no longer tried without asking. */
const MOST_RELOADS = 3;
const WITHIN_MS = 60_000;

/** Why a page's process ended, in Electron's words. */
export type GoneReason =
  | 'clean-exit'
  | 'abnormal-exit'
  | 'killed'
  | 'crashed'
  | 'oom'
  | 'launch-failed'
  | 'integrity-failure'
  | 'memory-eviction';

/** Decides what becomes of a page whose process has ended. The service and its jobs are in other processes and go on. */
export class CrashRecovery {
  readonly #crashes: number[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns `reload` at once; `ask` the person, for it does not get better; `nothing` where the page left as it should */
  onGone(reason: GoneReason): 'reload' | 'ask' | 'nothing' {
    if (reason === 'clean-exit') return 'nothing';
    if (reason === 'launch-failed' || reason === 'integrity-failure') return 'ask';
    const now = this.#now();
    this.#crashes.push(now);
    while ((this.#crashes[0] ?? now) < now - WITHIN_MS) this.#crashes.shift();
    return this.#crashes.length < MOST_RELOADS ? 'reload' : 'ask';
  }

  /** The person has said to try again. */
  forget(): void {
    this.#crashes.length = 0;
  }
}
