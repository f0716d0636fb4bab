import type { JobDatabase } from './open-database.js';

/** The few things about the service as a whole that outlive it: a name and a text each. */
export class StateStore {
  readonly #database: JobDatabase;

  constructor(database: JobDatabase) {
    this.#database = database;
  }

  get(name: string): string | undefined {
    const row = this.#database.prepare('SELECT value FROM service_state WHERE name = ?').get(name) as
      | { value: string }
      | undefined;
    return row?.value;
  }

  set(name: string, value: string): void {
    this.#database.transaction(() =>
      this.#database.prepare('INSERT OR REPLACE INTO service_state (name, value) VALUES (?, ?)').run(name, value),
    );
  }
}
