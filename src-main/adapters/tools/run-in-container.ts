import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { execa } from 'execa';
import { z } from 'zod';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { containerArguments, containerName } from './container-arguments.js';
import { askEngine, ownerOfThisProcess, requireEngine, requireImage } from './container-engine.js';
import { OutputLines } from './output-lines.js';
import type { ContainerEngine, ContainerPlace, ToolCommand, ToolRun } from './tool-command.js';
import { toolFailure } from './tool-failure.js';

/** What the engine tells of a container that has ended. */
const StateSchema = z.object({ ExitCode: z.number(), OOMKilled: z.boolean().default(false) });
/** What container runtimes give when the program cannot be run, or is not there. */
const NOT_RUNNABLE_EXIT_CODES = [126, 127];

/**
 * Runs a program in a container of its own: 1. create, 2. start and follow its output, 3. ask how it ended, 4. remove. Created
 * first and started then, so that an abort at any moment finds it by name and removes it.
 *
 * @throws see {@link runTool}
 */
export async function runInContainer(command: ToolCommand, place: ContainerPlace, run: ToolRun): Promise<void> {
  const { engine } = place;
  await requireImage(engine, place.image);
  const name = containerName(command.program, place.job, randomBytes(4).toString('hex'));
  const identity = { name, owner: ownerOfThisProcess(), ...userOfThisProcess() };
  run.signal.throwIfAborted();
  try {
    const created = await askEngine(engine, containerArguments(command, place, identity));
    if (!created.isDone) throw await notCreated(command, engine, created.errorOutput);
    run.signal.throwIfAborted();
    const lastLines = await follow(engine, name, run);
    run.signal.throwIfAborted();
    await checkEnd(command, place, name, lastLines);
  } finally {
    await remove(engine, name);
  }
}

function userOfThisProcess() {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? {} : { user: { uid, gid } };
}

const remove = (engine: ContainerEngine, name: string) => askEngine(engine, ['rm', '--force', '--volumes', name]);

/** @returns the last lines that the program printed */
async function follow(engine: ContainerEngine, name: string, run: ToolRun): Promise<readonly string[]> {
  const lines = new OutputLines(run.onLine);
  const attached = execa(engine.command, ['start', '--attach', name], {
    buffer: false,
    reject: false,
    stdin: 'ignore',
  });
  lines.follow(attached.stdout);
  lines.follow(attached.stderr);
  // Removing it kills it; the client that follows it then ends by itself, or is ended.
  let removal: Promise<unknown> | undefined;
  const cancel = () => {
    removal = remove(engine, name).finally(() => attached.kill());
  };
  run.signal.addEventListener('abort', cancel, { once: true });
  try {
    await attached;
  } finally {
    run.signal.removeEventListener('abort', cancel);
    // The client may end before its container is gone, and a second removal would not wait for the first.
    await removal;
  }
  return lines.last;
}

async function checkEnd(
  command: ToolCommand,
  { engine, image }: ContainerPlace,
  name: string,
  lastLines: readonly string[],
): Promise<void> {
  const { program } = command;
  const { isDone, output } = await askEngine(engine, ['inspect', '--format', '{{json .State}}', name]);
  if (!isDone) {
    // The container is gone while we follow it: the daemon was stopped, or somebody removed it.
    await requireEngine(engine);
    throw toolFailure(program, { lastLines });
  }
  const { ExitCode: exitCode, OOMKilled: isOutOfMemory } = StateSchema.parse(JSON.parse(output));
  if ((command.acceptedExitCodes ?? [0]).includes(exitCode)) return;
  if (NOT_RUNNABLE_EXIT_CODES.includes(exitCode)) throw notInImage(program, image, lastLines);
  throw toolFailure(program, { exitCode, ...signalOf(exitCode), isOutOfMemory, lastLines });
}

/** Runtimes tell a signal as 128 and its number. */
function signalOf(exitCode: number): { signal?: string } {
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128) ?? [];
  return signal === undefined ? {} : { signal };
}

const notInImage = (program: string, image: string, lastLines: readonly string[]) =>
  new StudioError('TOOL_NOT_FOUND', {
    message: `The program ${program} is not in the container image ${image}.`,
    details: { program, image, lastLines },
  });

async function notCreated(command: ToolCommand, engine: ContainerEngine, errorOutput: string): Promise<StudioError> {
  await requireEngine(engine);
  return new StudioError('TOOL_FAILED', {
    message: `The container of ${command.program} could not be made.`,
    details: { program: command.program, lastLines: errorOutput.split('\n').filter((line) => line !== '') },
  });
}
