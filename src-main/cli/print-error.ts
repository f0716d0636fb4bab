import { existsSync } from 'node:fs';
import colors from 'picocolors';
import type { ErrorRecord } from '../../src-shared/pipeline/run-event.js';
import type { Output } from './output.js';

/** How many photos an error lists before it refers to the report. */
const LISTED_PHOTOS = 8;
/** Of what another program printed at its end. */
const LAST_LINES = 5;

/** What happened, why as far as it is known, what to do. Never a stack: that is in the log. */
export function printError(output: Output, { code, message, hint, details }: ErrorRecord): void {
  if (code === 'CANCELLED') {
    output.error(`${message} ${hint}`);
    return;
  }
  const lines = [`${colors.red('error')} ${colors.bold(message)} ${colors.dim(code)}`];
  for (const why of reasons(message, details)) lines.push(`  ${colors.dim('why')}     ${why}`);
  lines.push(`  ${colors.dim('do')}      ${hint}`);
  if (typeof details.log === 'string' && existsSync(details.log))
    lines.push(`  ${colors.dim('log')}     ${details.log}`);
  output.error(lines.join('\n'));
}

function reasons(message: string, details: Readonly<Record<string, unknown>>): string[] {
  const { photos, path, cause, rejected, lastLines } = details;
  const lines: string[] = [];
  if (typeof cause === 'string') lines.push(cause);
  if (typeof path === 'string' && path !== '' && !message.includes(path)) lines.push(path);
  if (Array.isArray(photos) && photos.length > 0) lines.push(`photos: ${list(photos.map(String))}`);
  if (Array.isArray(lastLines)) lines.push(...lastLines.slice(-LAST_LINES).map(String));
  if (Array.isArray(rejected)) lines.push(...rejectedLines(rejected as readonly unknown[]));
  return lines;
}

function rejectedLines(rejected: readonly unknown[]): string[] {
  const lines = rejected.flatMap((item) => {
    const { name, reason } = item as { name?: unknown; reason?: unknown };
    return typeof name === 'string' && typeof reason === 'string' ? [`${name}: ${reason}`] : [];
  });
  return lines.length > LISTED_PHOTOS
    ? [...lines.slice(0, LISTED_PHOTOS), `and ${lines.length - LISTED_PHOTOS} more`]
    : lines;
}

function list(names: readonly string[]): string {
  const rest = names.length - LISTED_PHOTOS;
  return rest > 0 ? `${names.slice(0, LISTED_PHOTOS).join(', ')} and ${rest} more` : names.join(', ');
}
