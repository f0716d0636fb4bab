/** Where a command writes: given to it, so that a test or another program can take the place of the terminal. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
  /** A line of the result, to the standard output. */
  line(text: string): void;
  /** A line about what goes on, to the standard error output. */
  error(text: string): void;
}

export const STANDARD_OUTPUT: Output = {
  get isTerminal() {
    return process.stdout.isTTY === true && process.env.TERM !== 'dumb' && process.env.CI === undefined;
  },
  get columns() {
    return process.stdout.columns ?? 80;
  },
  line: (text) => process.stdout.write(`${text}\n`),
  error: (text) => process.stderr.write(`${text}\n`),
};
