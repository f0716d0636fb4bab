/** Fields of a log line: JSON values. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A structured logger: a line is an event name and fields. Per image at debug, per stage at info; no user paths above debug. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Swallows everything: for tests and tools that do not log. */
export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };
