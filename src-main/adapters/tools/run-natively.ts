import { execa } from 'execa';
import { findProgram } from './find-program.js';
import { OutputLines } from './output-lines.js';
import type { NativePlace, ToolCommand, ToolRun } from './tool-command.js';
import { toolFailure } from './tool-failure.js';

/** A program that has not ended so long after it was asked to is killed: sooner than a cancelled run ends without it. */
const PATIENCE_MS = 400;

/** Runs a program as a child process, which ends with this one. @throws see {@link runTool} */
export async function runNatively(command: ToolCommand, place: NativePlace, run: ToolRun): Promise<void> {
  const program = await findProgram(command.program, place.binFolder);
  const args = command.args.map((argument) => (typeof argument === 'string' ? argument : argument.path));
  const lines = new OutputLines(run.onLine);
  const child = execa(program, args, {
    buffer: false,
    cancelSignal: run.signal,
    forceKillAfterDelay: PATIENCE_MS,
    reject: false,
    stdin: 'ignore',
    ...(command.env === undefined ? {} : { env: command.env }),
  });
  lines.follow(child.stdout);
  lines.follow(child.stderr);
  const { exitCode, signal, cause } = await child;
  run.signal.throwIfAborted();
  if (exitCode !== undefined && (command.acceptedExitCodes ?? [0]).includes(exitCode)) return;
  // Neither code nor signal: the system could not start it, and only the cause says why.
  const why = exitCode === undefined && signal === undefined && cause instanceof Error ? [cause.message] : [];
  throw toolFailure(command.program, {
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
    lastLines: [...lines.last, ...why],
  });
}
