import type { ErrorCode } from '../../../src-shared/errors/error-codes.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';

interface TaskModule {
  run(input: unknown): unknown;
}

/** What a task ends with; a StudioError travels as data, because structured clone keeps no class and no code. */
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
  const module = (await import(task)) as TaskModule;
  try {
    return { output: await module.run(input) };
  } catch (error) {
    if (error instanceof StudioError) return { error: error.toJSON() };
    throw error;
  }
}
