import { requireDiskNotFull } from './full-disk.js';
import { runInContainer } from './run-in-container.js';
import { runNatively } from './run-natively.js';
import type { ToolCommand, ToolPlace, ToolRun } from './tool-command.js';

/**
 * Runs another program to its end. After an abort the program, and its container, are gone when this returns.
 *
 * @throws the signal's reason; TOOL_NOT_FOUND, TOOL_FAILED, TOOL_OUT_OF_MEMORY, DISK_FULL; in containers also
 *   DOCKER_NOT_RUNNING, IMAGE_MISSING
 */
export async function runTool(command: ToolCommand, place: ToolPlace, run: ToolRun): Promise<void> {
  run.signal.throwIfAborted();
  try {
    if (place.kind === 'native') await runNatively(command, place, run);
    else await runInContainer(command, place, run);
  } catch (error) {
    run.signal.throwIfAborted();
    await requireDiskNotFull(command, error);
    throw error;
  }
  await requireDiskNotFull(command, undefined);
}

/** Runs a program and gives all the lines it printed: for help and versions. */
export async function linesOfTool(command: ToolCommand, place: ToolPlace, signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  await runTool(command, place, { signal, onLine: (line) => lines.push(line) });
  return lines;
}
