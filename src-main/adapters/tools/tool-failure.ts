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

/**
 * What programs print when they get no memory: their only sign of it. The C++ library, the system; OpenCV (`Insufficient memory`);
 * under a limit of address space also threads without a stack and libraries that cannot be mapped.
 */
const ALLOCATION_FAILED =
  /std::bad_alloc|out of memory|cannot allocate memory|insufficient memory|pthread_create has failed|failed to map segment/i;
/** What the loader of Linux prints, before the program begins. */
const LIBRARY_MISSING = /error while loading shared libraries: (\S+): cannot open/;
const DRIVER_LIBRARY = /^libcuda\.so/;
/** What Linux says of a program for other processors, and container runtimes hand on. */
const WRONG_PROCESSOR = /exec format error/i;
/** 128 + SIGKILL: how shells and containers tell that the process was killed. */
const KILLED_EXIT_CODE = 137;

/** Whether the last lines tell why a program did not run: exit codes alone would say that it is not there. */
export const tellWhy = (lastLines: readonly string[]): boolean =>
  [ALLOCATION_FAILED, LIBRARY_MISSING, WRONG_PROCESSOR].some((reason) => lastLines.some((line) => reason.test(line)));

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
  const library = lastLines.map((line) => LIBRARY_MISSING.exec(line)?.[1]).find((name) => name !== undefined);
  if (library !== undefined) {
    return new StudioError('TOOL_FAILED', {
      message: `${program} cannot start: the library ${library} is missing.`,
      hint: DRIVER_LIBRARY.test(library)
        ? 'It comes with the driver of an NVIDIA GPU: this build needs one. Use a build without CUDA (`atlas doctor`).'
        : 'Install that library or the program once more, or use its container image (`atlas doctor`).',
      details,
    });
  }
  if (lastLines.some((line) => WRONG_PROCESSOR.test(line))) {
    return new StudioError('TOOL_FAILED', {
      message: `${program} is for another kind of processor than this computer's.`,
      hint: 'Docker Desktop can run such images; on Linux that takes QEMU (the package qemu-user-static). The built-in engine runs anywhere.',
      details,
    });
  }
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${exitCode ?? 'unknown'}`;
  return new StudioError('TOOL_FAILED', { message: `${program} ${how}.`, details });
}
