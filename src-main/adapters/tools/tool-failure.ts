import { StudioError } from '../../../src-shared/errors/studio-error.js';

/** How a tool's process ended. */
export interface ToolEnd {
  readonly exitCode?: number;
  /** The signal that ended it, e.g. `SIGSEGV`. */
  readonly signal?: string;
  /** The system says that it ended for lack of memory. */
  readonly isOutOfMemory?: boolean;
  readonly lastLines: readonly string[];
}

/** What C++ programs print when an allocation fails: their only sign of it. */
const ALLOCATION_FAILED = /std::bad_alloc|out of memory|cannot allocate memory/i;
/** 128 + SIGKILL: how shells and containers tell that the process was killed. */
const KILLED_EXIT_CODE = 137;

/**
 * The error of a tool that ended otherwise than it should. A process that something else killed without a word has nearly always
 * met the kernel's out-of-memory killer.
 */
export function toolFailure(program: string, end: ToolEnd): StudioError {
  const { exitCode, signal, lastLines } = end;
  const details = {
    program,
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal ? { signal } : {}),
    lastLines,
  };
  const wasKilled = signal === 'SIGKILL' || exitCode === KILLED_EXIT_CODE;
  if (end.isOutOfMemory || wasKilled || lastLines.some((line) => ALLOCATION_FAILED.test(line))) {
    return new StudioError('TOOL_OUT_OF_MEMORY', { message: `${program} ran out of memory.`, details });
  }
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${exitCode ?? 'unknown'}`;
  return new StudioError('TOOL_FAILED', { message: `${program} ${how}.`, details });
}
