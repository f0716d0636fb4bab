import { execa } from 'execa';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { requireEngine } from './container-engine.js';
import { OutputLines } from './output-lines.js';
import { PullProgress, type PullState } from './pull-progress.js';
import type { ContainerEngine, ToolRun } from './tool-command.js';

export interface PullRun extends Pick<ToolRun, 'signal'> {
  readonly onProgress: (state: PullState) => void;
}

/**
 * Gets an image from its registry: the one thing that Atlas downloads for other engines, and only when it is asked to. After an abort
 * the layers that are complete stay, and the next pull goes on from them.
 *
 * An image that there is none of for this computer's processor (ARM, as in Macs) is got for x86-64, which Docker Desktop can run as well.
 *
 * @throws DOCKER_NOT_RUNNING, also when it stops in the middle; DISK_FULL, REGISTRY_UNREACHABLE, IMAGE_PULL_FAILED; the signal's reason
 */
export async function pullImage(
  engine: ContainerEngine,
  image: string,
  { signal, onProgress }: PullRun,
): Promise<void> {
  await requireEngine(engine);
  signal.throwIfAborted();
  const progress = new PullProgress();
  const lines = new OutputLines((line) => onProgress(progress.take(line)));
  const pull = async (...options: readonly string[]) => {
    const running = execa(engine.command, ['pull', ...options, image], {
      ...{ buffer: false, cancelSignal: signal, reject: false, stdin: 'ignore' },
    });
    lines.follow(running.stdout);
    lines.follow(running.stderr);
    const { exitCode } = await running;
    signal.throwIfAborted();
    return exitCode === 0;
  };
  if (await pull()) return;
  if (lines.last.some((line) => NOT_FOR_THIS_PROCESSOR.test(line)) && (await pull('--platform', 'linux/amd64'))) return;
  await requireEngine(engine);
  throw pullFailure(engine, image, lines.last);
}

/** What docker and podman say of an image that is for other processors alone. */
const NOT_FOR_THIS_PROCESSOR = /no matching manifest for|no image found in (image index|manifest list) for/i;
/** What the system says, through docker and podman alike: neither has an exit code for it. */
const NO_SPACE = /no space left on device|disk quota exceeded/i;
/** What the network stack says of both, which are written in Go. */
const NO_CONNECTION =
  /dial tcp|no such host|connection (refused|reset)|i\/o timeout|handshake timeout|network is unreachable|no route to host|Client\.Timeout|unexpected EOF|Temporary failure in name resolution/i;

function pullFailure(engine: ContainerEngine, image: string, lastLines: readonly string[]): StudioError {
  const details = { image, lastLines };
  if (lastLines.some((line) => NO_SPACE.test(line))) {
    return new StudioError('DISK_FULL', {
      message: `There is no space left where ${engine.kind} keeps its images.`,
      hint: `Free some space (\`${engine.kind} system df\` tells what it uses), then try again: finished layers are kept.`,
      details,
    });
  }
  if (lastLines.some((line) => NO_CONNECTION.test(line))) {
    return new StudioError('REGISTRY_UNREACHABLE', {
      message: `The registry of the container image ${image} cannot be reached.`,
      details,
    });
  }
  return new StudioError('IMAGE_PULL_FAILED', {
    message: `The container image ${image} could not be downloaded.`,
    details,
  });
}
