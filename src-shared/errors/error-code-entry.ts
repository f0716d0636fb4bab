/** A row of the table of errors. */
export interface ErrorCodeEntry {
  /** What happened, for people. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly httpStatus: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
}

/** Checks a part of the table and keeps the codes' names. */
export const defineErrorCodes = <Codes extends Record<string, ErrorCodeEntry>>(codes: Codes): Readonly<Codes> => codes;
