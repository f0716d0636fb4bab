import { execa } from 'execa';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { requireEngine } from './container-engine.js';
import { OutputLines } from './output-lines.js';
import { PullProgress } from './pull-progress.js';
import type { ContainerEngine, ToolRun } from './tool-command.js';

export interface PullRun extends Pick<ToolRun, 'signal'> {
  /** @param fraction of the image's layers that are here, 0..1, never backwards */
  readonly onProgress: (fraction: number) => void;
}

/**
 * Gets an image from its registry: the one thing that Atlas downloads for other engines, and only when it is asked to. After an abort
 * the layers that are complete stay, and the next pull goes on from them.
 *
 * @throws DOCKER_NOT_RUNNING, IMAGE_PULL_FAILED; the signal's reason
 */
export async function pullImage(
  engine: ContainerEngine,
  image: string,
  { signal, onProgress }: PullRun,
): Promise<void> {
  await requireEngine(engine);
  const progress = new PullProgress();
  const lines = new OutputLines((line) => onProgress(progress.take(line)));
  const pull = execa(engine.command, ['pull', image], {
    ...{ buffer: false, cancelSignal: signal, reject: false, stdin: 'ignore' },
  });
  lines.follow(pull.stdout);
  lines.follow(pull.stderr);
  const { exitCode } = await pull;
  signal.throwIfAborted();
  if (exitCode === 0) return;
  throw new StudioError('IMAGE_PULL_FAILED', {
    message: `The container image ${image} could not be downloaded.`,
    details: { image, lastLines: lines.last },
  });
}
