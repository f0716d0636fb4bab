import type { StudioError } from '../../src-shared/errors/studio-error.js';
import type { ErrorRecord } from '../../src-shared/pipeline/run-event.js';

/** Details that are for the log: stacks and where things lie on this machine. */
const PRIVATE_DETAILS: ReadonlySet<string> = new Set(['stack', 'cause', 'path', 'paths', 'log', 'host', 'pid']);

/** An error of a job as its record keeps it and clients see it. */
export function publicError(error: StudioError): ErrorRecord {
  const { details, ...rest } = error.toJSON();
  const visible = Object.entries(details).filter(([name]) => !PRIVATE_DETAILS.has(name));
  return { ...rest, details: Object.fromEntries(visible) };
}
