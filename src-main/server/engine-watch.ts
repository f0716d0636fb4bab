import type { Capabilities, EngineResource } from '../../src-shared/api/capability-schemas.js';
import {
  DENSE_ENGINES,
  ENGINES,
  type EngineChoice,
  SFM_ENGINES,
  stageEngines,
} from '../../src-shared/pipeline/engines.js';
import { type EngineStatus, engineStatuses } from '../adapters/engine-status.js';
import { type ContainerStatus, containerStatus } from '../adapters/tools/container-status.js';

/** Programs are installed rarely; who just did so waits no longer than this. */
const FRESH_MS = 60_000;

/** What is known of the engines on this computer: asked when wanted, and again when that is old. */
export class EngineWatch {
  #asked = Number.NEGATIVE_INFINITY;
  #statuses: Promise<readonly EngineStatus[]> | undefined;
  #containers: Promise<ContainerStatus | undefined> | undefined;

  /** @param isForced asks again at once */
  statuses(isForced = false): Promise<readonly EngineStatus[]> {
    this.#forgetOld(isForced);
    this.#statuses ??= engineStatuses(process.env);
    return this.#statuses;
  }

  /** What runs containers here. */
  containers(): Promise<ContainerStatus | undefined> {
    this.#forgetOld(false);
    this.#containers ??= containerStatus();
    return this.#containers;
  }

  /** Something was installed or pulled: who asks next is told how it is then. */
  forget(): void {
    this.#asked = performance.now();
    this.#statuses = undefined;
    this.#containers = undefined;
  }

  #forgetOld(isForced: boolean): void {
    if (isForced || performance.now() - this.#asked > FRESH_MS) this.forget();
  }
}

export const toEngineResource = (status: EngineStatus): EngineResource => ({
  ...{ name: status.name, title: status.title, available: status.isAvailable },
  ...{ version: status.version ?? null, place: status.place ?? null, folder: status.folder ?? null },
  ...{ image: status.image ?? null, missing_image: status.missingImage ?? null },
  ...{ image_digest: status.imageDigest ?? null, image_bytes: status.imageBytes ?? null },
  ...{ sfm: status.canSolveCameras, dense: status.canComputeDense },
  ...{ reason: status.reason ?? null, hint: status.hint ?? null },
});

export const toContainersResource = (status: ContainerStatus | undefined): Capabilities['containers'] =>
  status === undefined ? null : { engine: status.engine.kind, running: status.isRunning };

/** Whether each value of the options can be done here. */
export function engineChoices(statuses: readonly EngineStatus[]): Capabilities['choices'] {
  const choice = (value: string, options: EngineChoice) => {
    const { sfm, dense, isDenseOptional } = stageEngines(options);
    const missing = [
      lackOf(statuses, sfm, 'canSolveCameras'),
      ...(isDenseOptional ? [] : [lackOf(statuses, dense, 'canComputeDense')]),
    ].filter((reason) => reason !== undefined);
    return { value, available: missing.length === 0, reason: missing[0] ?? null };
  };
  return {
    engine: ENGINES.map((engine) => choice(engine, { engine })),
    sfm: SFM_ENGINES.map((sfm) => choice(sfm, { engine: 'builtin', sfm })),
    dense: DENSE_ENGINES.map((dense) => choice(dense, { engine: 'builtin', dense })),
  };
}

function lackOf(
  statuses: readonly EngineStatus[],
  name: string,
  ability: 'canSolveCameras' | 'canComputeDense',
): string | undefined {
  const status = statuses.find((candidate) => candidate.name === name);
  return status?.[ability] ? undefined : (status?.reason ?? 'Its programs were not found.');
}
