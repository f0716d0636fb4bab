import { ERROR_CODES, type ErrorCode } from './error-codes.js';

export interface StudioErrorOptions {
  /** Replaces the table's sentence where the case at hand can be said more precisely. */
  readonly message?: string;
  readonly hint?: string;
  /** JSON values for machines: photo names, counts, limits. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class of Atlas: a stable code, a sentence that says what happened and a hint that says what to do. */
export class StudioError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, options: StudioErrorOptions = {}) {
    super(
      options.message ?? ERROR_CODES[code].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'StudioError';
    this.code = code;
    this.hint = options.hint ?? ERROR_CODES[code].hint;
    this.details = options.details ?? {};
  }

  /** The form in which an error travels between processes, over IPC and in logs. */
  toJSON(): { code: ErrorCode; message: string; hint: string; details: Readonly<Record<string, unknown>> } {
    return { code: this.code, message: this.message, hint: this.hint, details: this.details };
  }
}
