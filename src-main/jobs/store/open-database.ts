import Database from 'libsql';
import { MIGRATIONS } from './migrations.js';

/**
 * Opens the job database, made or brought up to date: SQLite in WAL mode, every commit flushed, so that a job that was
 * accepted survives a crash of process or machine. Calls are synchronous and take well under a millisecond, a commit a few.
 *
 * @param file path of the database, or `:memory:`
 */
export function openDatabase(file: string): Database.Database {
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
  return database;
}
