/** Long enough to notice a mistake. */
export const UNDO_SECONDS = 8;

/**
 * Things that are to be removed and can still be taken back: what is asked for happens when its time is up, or at once when the
 * page goes.
 */
export class DelayedRemoval {
  readonly #pending = new Map<string, { readonly timer: ReturnType<typeof setTimeout>; readonly remove: () => void }>();

  schedule(id: string, remove: () => void): void {
    this.cancel(id);
    const timer = setTimeout(() => this.#finish(id), UNDO_SECONDS * 1000);
    this.#pending.set(id, { timer, remove });
  }

  /** @returns whether there was something to take back */
  cancel(id: string): boolean {
    const entry = this.#pending.get(id);
    if (entry) clearTimeout(entry.timer);
    return this.#pending.delete(id);
  }

  /** Does now what was asked for. */
  finishAll(): void {
    for (const id of [...this.#pending.keys()]) this.#finish(id);
  }

  #finish(id: string): void {
    const entry = this.#pending.get(id);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.#pending.delete(id);
    entry.remove();
  }
}
