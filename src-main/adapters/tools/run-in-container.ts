import { randomBytes } from 'node:crypto';
import { constants, tmpdir } from 'node:os';
import { execa } from 'execa';
import { z } from 'zod';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { containerArguments, containerName } from './container-arguments.js';
import { askEngine, ownerOfThisProcess, removeContainer, requireEngine, requireImage } from './container-engine.js';
import { OutputLines } from './output-lines.js';
import type { ContainerEngine, ContainerPlace, ToolCommand, ToolRun } from './tool-command.js';
import { tellWhy, toolFailure } from './tool-failure.js';

/** What the engine tells of a container that has ended, or (podman) that did not start: it stays `created`, with exit code 0. */
const StateSchema = z.object({
  Status: z.string().optional(),
  ExitCode: z.number(),
  OOMKilled: z.boolean().default(false),
});
/** Rootless podman copies an image once, under the own user's ids: some gigabytes. */
const CREATE_TIMEOUT_MS = 15 * 60_000;
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
    const created = await askEngine(engine, containerArguments(command, place, identity), CREATE_TIMEOUT_MS);
    if (!created.isDone) throw await notCreated(command, engine, created.errorOutput);
    run.signal.throwIfAborted();
    const lastLines = await follow(engine, name, run);
    run.signal.throwIfAborted();
    await checkEnd(command, place, name, lastLines);
  } finally {
    await removeContainer(engine, name);
  }
}

function userOfThisProcess() {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? {} : { user: { uid, gid } };
}

/** @returns the last lines that the program printed */
async function follow(engine: ContainerEngine, name: string, run: ToolRun): Promise<readonly string[]> {
  const lines = new OutputLines(run.onLine);
  const attached = execa(engine.command, ['start', '--attach', name], {
    buffer: false,
    reject: false,
    stdin: 'ignore',
    // Podman's monitor leaves a file `oom` where it was started, when the program runs out of memory.
    cwd: tmpdir(),
  });
  lines.follow(attached.stdout);
  lines.follow(attached.stderr);
  // Removing it kills it; the client that follows it then ends by itself, or is ended.
  let removal: Promise<unknown> | undefined;
  const cancel = () => {
    removal = removeContainer(engine, name).finally(() => attached.kill());
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
  const { Status: status, ExitCode: exitCode, OOMKilled: isOutOfMemory } = StateSchema.parse(JSON.parse(output));
  if (status === 'created' && exitCode === 0) throw notStarted(command, image, lastLines);
  if ((command.acceptedExitCodes ?? [0]).includes(exitCode)) return;
  if (NOT_RUNNABLE_EXIT_CODES.includes(exitCode) && !tellWhy(lastLines)) throw notInImage(program, image, lastLines);
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

/**
 * Podman gives no code for a program that its image lacks, other than for all else that can go wrong at a start. But it says what the
 * runtime said, and that names the program if it is the reason.
 */
function notStarted({ program }: ToolCommand, image: string, lastLines: readonly string[]): StudioError {
  if (lastLines.some((line) => line.includes(program))) return notInImage(program, image, lastLines);
  return new StudioError('TOOL_FAILED', {
    message: `The container of ${program} could not be started.`,
    details: { program, lastLines },
  });
}

async function notCreated(command: ToolCommand, engine: ContainerEngine, errorOutput: string): Promise<StudioError> {
  await requireEngine(engine);
  return new StudioError('TOOL_FAILED', {
    message: `The container of ${command.program} could not be made.`,
    details: { program: command.program, lastLines: errorOutput.split('\n').filter((line) => line !== '') },
  });
}
