import { doesRun, findContainerEngine } from './container-engine.js';
import type { ContainerEngine } from './tool-command.js';

/** The container engine of this computer. */
export interface ContainerStatus {
  readonly engine: ContainerEngine;
  /** Its daemon answers (podman has none), and this user may use it. */
  readonly isRunning: boolean;
}

/** @returns `undefined` where there is neither docker nor podman */
export async function containerStatus(): Promise<ContainerStatus | undefined> {
  const engine = await findContainerEngine();
  return engine && { engine, isRunning: await doesRun(engine) };
}
