import type { ErrorCode } from '../../src-shared/errors/error-codes.js';

/** What the `atlas` command ends with; documented in the README. */
export const EXIT_CODES = { done: 0, badInput: 2, failed: 3, cancelled: 130 } as const;

/** What the user gave cannot be worked with, whatever the photos show. Every other failure is one of the reconstruction. */
const BAD_INPUT: ReadonlySet<ErrorCode> = new Set([
  'INPUT_NOT_FOUND',
  'INPUT_NO_PHOTOS',
  'INPUT_TOO_FEW_PHOTOS',
  'INPUT_OPTION_INVALID',
  'MASK_MISSING',
  'MODEL_UNREADABLE',
  'MODEL_NOT_OF_PHOTOS',
  'RUN_NOT_FINISHED',
  'OUTPUT_NOT_WRITABLE',
  'OUTPUT_IN_USE',
  'API_UNAUTHORIZED',
  'API_INVALID_REQUEST',
  'API_IDEMPOTENCY_MISMATCH',
  'JOB_NOT_FOUND',
  'JOB_STATE_CONFLICT',
  'CONFIG_INVALID',
]);

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'CANCELLED') return EXIT_CODES.cancelled;
  return BAD_INPUT.has(code) ? EXIT_CODES.badInput : EXIT_CODES.failed;
}
