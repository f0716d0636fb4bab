import Database from 'libsql';
import { MIGRATIONS } from './migrations.js';

/**
 * How sure a change must be: `flushed` survives a crash of the machine (a flush to disk, some milliseconds); `lazy` survives
 * one of the process, which is enough for what the next progress report replaces.
 */
export type Durability = 'flushed' | 'lazy';

/** The job database: SQLite in WAL mode with synchronous calls. Statements are prepared once; transactions may be nested. */
export class JobDatabase {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  #isInTransaction = false;
  readonly #rollbackListeners: (() => void)[] = [];

  /** @param database with an up-to-date schema */
  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Tells when a transaction has failed: what was worked out from its changes is void. */
  onRollback(listener: () => void): void {
    this.#rollbackListeners.push(listener);
  }

  prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs the body as one transaction: all of it happens or nothing. Inside of another one it is a part of that. */
  transaction<T>(body: () => T, durability: Durability = 'flushed'): T {
    if (this.#isInTransaction) return body();
    this.#isInTransaction = true;
    if (durability === 'lazy') this.#database.pragma('synchronous = NORMAL');
    try {
      return this.#database.transaction(body).immediate();
    } catch (error) {
      for (const listener of this.#rollbackListeners) listener();
      throw error;
    } finally {
      this.#isInTransaction = false;
      if (durability === 'lazy') this.#database.pragma('synchronous = FULL');
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

/**
 * Opens the job database, made or brought up to date. Every commit is flushed unless it says otherwise, so that a job that was
 * accepted survives a crash of process or machine.
 *
 * @param file path of the database, or `:memory:`
 */
export function openDatabase(file: string): JobDatabase {
  const database = new Database(file);
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) database.pragma(pragma);
  const { user_version: applied } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  for (const [version, sql] of MIGRATIONS.entries()) {
    if (version < applied) continue;
    database.transaction(() => {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${version + 1}`);
    })();
  }
  return new JobDatabase(database);
}
