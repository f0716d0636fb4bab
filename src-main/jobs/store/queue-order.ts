import type { JobDatabase } from './open-database.js';

interface Turn {
  readonly jobId: string;
  readonly priority: number;
}

/**
 * The order in which waiting jobs get their turn: higher priority first; among equals those whose place a person has chosen, in
 * that order; then the clients take turns (a client's n-th job, running ones counted, comes after the (n-1)-th of everyone),
 * beginning with the client that was served longest ago; then who came first.
 */
export class QueueOrder {
  readonly #database: JobDatabase;
  /** Worked out anew after a job has come, gone or changed its state. */
  #turns: ReadonlyMap<string, { readonly position: number; readonly priority: number }> | undefined;

  constructor(database: JobDatabase) {
    this.#database = database;
    database.onRollback(() => this.changed());
  }

  /** Call after a job has entered or left the queue, or started. */
  changed(): void {
    this.#turns = undefined;
  }

  /** Ids of the waiting jobs, the next one first. */
  ids(): readonly string[] {
    return [...this.#now().keys()];
  }

  first(): string | undefined {
    const [first] = this.#now().keys();
    return first;
  }

  /** Jobs ahead of a waiting one, 0 for the next. */
  position(jobId: string): number | undefined {
    return this.#now().get(jobId)?.position;
  }

  /**
   * Fixes the whole order as it is now, with one job at another place. Jobs that come later wait behind, unless their priority
   * is higher; those that run now would continue before all others if they came back.
   *
   * @param jobId of a waiting job
   * @param position its new one, 0 for the next; beyond the end is the end
   * @returns the priority that the job needs there: its own, or that of the neighbour which is closest to it
   */
  move(jobId: string, position: number): number {
    const turns = this.#now();
    const rest = [...turns.keys()].filter((id) => id !== jobId);
    const ids = [...rest.slice(0, position), jobId, ...rest.slice(position)];
    const place = this.#database.prepare('UPDATE jobs SET place = ? WHERE job_id = ?');
    this.#database.transaction(() => {
      this.#database.prepare(`UPDATE jobs SET place = 0 WHERE state = 'processing'`).run();
      for (const [index, id] of ids.entries()) place.run(index + 1, id);
    });
    this.changed();
    const index = ids.indexOf(jobId);
    const priorityAt = (at: number) => turns.get(ids[at] ?? '')?.priority;
    const own = turns.get(jobId)?.priority ?? 0;
    return Math.min(Math.max(own, priorityAt(index + 1) ?? own), priorityAt(index - 1) ?? Number.POSITIVE_INFINITY);
  }

  #now() {
    if (this.#turns) return this.#turns;
    const rows = this.#database
      .prepare(
        `WITH served AS (
           SELECT client, max(claimed_at) AS last_at, count(*) FILTER (WHERE state = 'processing') AS running
           FROM jobs GROUP BY client)
         SELECT job_id AS jobId, priority FROM jobs JOIN served USING (client) WHERE state = 'queued'
         ORDER BY priority DESC, place NULLS LAST,
           running + row_number() OVER (PARTITION BY client, priority ORDER BY queued_at, sequence),
           last_at, queued_at, sequence`,
      )
      .all() as readonly Turn[];
    this.#turns = new Map(rows.map(({ jobId, priority }, position) => [jobId, { position, priority }]));
    return this.#turns;
  }
}
