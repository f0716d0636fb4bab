import { openSync } from 'node:fs';
import { destination, pino } from 'pino';
import type { Log, LogFields } from './log.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A log that is appended to a file, one JSON object a line. Lines are written at once, so a killed run keeps them. */
export interface FileLog extends Log {
  /** The same file, with these fields in every line. */
  with(fields: LogFields): FileLog;
}

/**
 * Opens the log file. Later failures to write (disk full, file removed) are ignored: they must not end a run; what the run
 * itself cannot write is reported as such.
 *
 * @param level lowest level that is written
 */
export function openFileLog(path: string, level: LogLevel = 'info'): FileLog {
  const stream = destination({ fd: openSync(path, 'a'), sync: true });
  stream.on('error', () => {});
  return wrap(
    pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        messageKey: 'event',
        formatters: { level: (label) => ({ level: label }) },
      },
      stream,
    ),
  );
}

function wrap(logger: pino.Logger): FileLog {
  return {
    debug: (event, fields = {}) => logger.debug(fields, event),
    info: (event, fields = {}) => logger.info(fields, event),
    warn: (event, fields = {}) => logger.warn(fields, event),
    error: (event, fields = {}) => logger.error(fields, event),
    with: (fields) => wrap(logger.child(fields)),
  };
}
