import { execa } from 'execa';
import { z } from 'zod';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { identityOfThisProcess, isRunning } from '../../workspace/process-identity.js';
import { OWNER_LABEL } from './container-arguments.js';
import { findProgram } from './find-program.js';
import type { ContainerEngine } from './tool-command.js';

/** A daemon that does not answer in this time is not there. */
const ANSWER_TIMEOUT_MS = 20_000;

interface Answer {
  readonly isDone: boolean;
  readonly output: string;
  readonly errorOutput: string;
}

/** Asks the engine something short. Not cancelled with the run, for it also cleans up after one. */
export async function askEngine(
  engine: ContainerEngine,
  args: readonly string[],
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Answer> {
  const result = await execa(engine.command, args, { reject: false, stdin: 'ignore', timeout: timeoutMs });
  return { isDone: result.exitCode === 0, output: result.stdout, errorOutput: result.stderr };
}

/** The container engines of this computer, docker before podman; `ATLAS_CONTAINER_ENGINE` names one of them. */
async function installedEngines(): Promise<readonly ContainerEngine[]> {
  const wanted = process.env.ATLAS_CONTAINER_ENGINE;
  const engines: ContainerEngine[] = [];
  for (const kind of ['docker', 'podman'] as const) {
    if (wanted && wanted !== kind) continue;
    const command = await findProgram(kind).catch(() => undefined);
    if (command !== undefined) engines.push({ kind, command });
  }
  return engines;
}

/**
 * The container engine to use, if any: where there are docker and podman the first that answers. One that is alone is not asked whether
 * it runs.
 */
export async function findContainerEngine(): Promise<ContainerEngine | undefined> {
  const engines = await installedEngines();
  if (engines.length < 2) return engines[0];
  for (const engine of engines) {
    if (await doesRun(engine)) return engine;
  }
  return engines[0];
}

/** Whether its daemon answers (podman has none), and this user may use it. */
export const doesRun = async (engine: ContainerEngine): Promise<boolean> =>
  (await askEngine(engine, ['version'])).isDone;

/** @throws DOCKER_NOT_RUNNING */
export async function requireEngine(engine: ContainerEngine): Promise<void> {
  const { isDone, errorOutput } = await askEngine(engine, ['version']);
  if (isDone) return;
  throw new StudioError('DOCKER_NOT_RUNNING', {
    message: `${engine.kind} is not running, or may not be used by this user.`,
    details: { engine: engine.kind, cause: errorOutput.split('\n')[0] ?? '' },
  });
}

/** Whether an image is on this computer; `false` too where the engine does not answer. */
export async function hasImage(engine: ContainerEngine, image: string): Promise<boolean> {
  return (await askEngine(engine, ['image', 'inspect', image])).isDone;
}

/** @throws IMAGE_MISSING, DOCKER_NOT_RUNNING */
export async function requireImage(engine: ContainerEngine, image: string): Promise<void> {
  await requireEngine(engine);
  if (await hasImage(engine, image)) return;
  throw new StudioError('IMAGE_MISSING', {
    message: `The container image ${image} is not on this computer.`,
    hint: `Get it once with \`${engine.kind} pull ${image}\`.`,
    details: { image },
  });
}

/** Kills a container, if it runs, and removes it. Podman would first give its program ten seconds. */
export const removeContainer = (engine: ContainerEngine, name: string): Promise<Answer> =>
  askEngine(engine, ['rm', '--force', '--volumes', ...(engine.kind === 'podman' ? ['--time', '0'] : []), name]);

/** {@link removeLeftovers} of every engine that is here: for the start of a service, and after jobs that were killed. */
export async function sweepContainers(): Promise<number> {
  let removed = 0;
  for (const engine of await installedEngines()) removed += await removeLeftovers(engine);
  return removed;
}

const OwnerSchema = z.object({ host: z.string(), pid: z.number(), startTicks: z.string().optional() });

/** Label of the containers of this process. */
export const ownerOfThisProcess = (): string => JSON.stringify(identityOfThisProcess());

/**
 * Removes the containers of processes that are gone. Those of other computers that share the daemon stay.
 *
 * @returns how many were removed
 */
export async function removeLeftovers(engine: ContainerEngine): Promise<number> {
  const list = await askEngine(engine, ['ps', '--all', '--quiet', '--filter', `label=${OWNER_LABEL}`]);
  let removed = 0;
  for (const id of list.isDone ? list.output.split('\n').filter((line) => line !== '') : []) {
    // Asked one by one, for the engines' lists do not tell a label in the same way.
    const format = `{{index .Config.Labels "${OWNER_LABEL}"}}`;
    const label = await askEngine(engine, ['inspect', '--format', format, id]);
    if (!label.isDone || isOwned(label.output)) continue;
    if ((await removeContainer(engine, id)).isDone) removed++;
  }
  return removed;
}

/** Whether the process of a label still runs. A label that cannot be read is not ours to judge. */
function isOwned(label: string): boolean {
  try {
    const { startTicks, ...owner } = OwnerSchema.parse(JSON.parse(label));
    return isRunning({ ...owner, ...(startTicks === undefined ? {} : { startTicks }) });
  } catch {
    return true;
  }
}
