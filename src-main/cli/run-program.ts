import { type Command, CommanderError } from 'commander';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { STANDARD_OUTPUT } from './output.js';
import { printError } from './print-error.js';

/** Runs the command line. @returns the exit code; errors are printed, never thrown */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? EXIT_CODES.done);
  } catch (error) {
    // Help and version end this way too, with 0; commander has printed what is wrong already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.badInput;
    const known =
      error instanceof StudioError ? error : new StudioError('INTERNAL', { details: { cause: String(error) } });
    printError(STANDARD_OUTPUT, known.toJSON());
    return exitCodeOf(known.code);
  }
}
