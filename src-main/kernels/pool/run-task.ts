import type { ErrorCode } from '../../../src-shared/errors/error-codes.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { diskError } from '../../workspace/write-atomic.js';

interface TaskModule {
  run(input: unknown): unknown;
}

/** What a task ends with; an error travels as data, because structured clone keeps no class and no code. */
export type TaskOutcome =
  | { readonly output: unknown }
  | { readonly error: { code: ErrorCode; message: string; hint: string; details: Readonly<Record<string, unknown>> } };

/** Entry of every worker: loads the task module (once a thread; the loader caches it) and runs it. */
export async function runTask({
  task,
  input,
}: {
  readonly task: string;
  readonly input: unknown;
}): Promise<TaskOutcome> {
  try {
    const module = (await import(task)) as TaskModule;
    return { output: await module.run(input) };
  } catch (error) {
    return { error: toStudioError(error).toJSON() };
  }
}

function toStudioError(error: unknown): StudioError {
  const known = diskError(error, '');
  if (known instanceof StudioError) return known;
  // V8 throws a RangeError when an array or a WebAssembly memory cannot be had; a stack overflow shares the class.
  if (error instanceof RangeError && !error.message.includes('call stack')) return new StudioError('OUT_OF_MEMORY');
  const stack = error instanceof Error ? error.stack : String(error);
  return new StudioError('INTERNAL', { details: { cause: String(error), stack } });
}
