import type { ContainerEngine } from '#main/adapters/tools/tool-command.js';
import type { ImageContent } from './import-image.js';

/** A real container engine for a test file, with images and containers of its own. */
export interface TestEngine {
  readonly engine: ContainerEngine;
  /** Makes an image of programs of this computer; it is gone after {@link stop}. @returns its name */
  importImage(name: string, content: ImageContent): Promise<string>;
  /** Names of all containers, ended ones too. */
  containers(): Promise<string[]>;
  /** Command lines of the processes that watch over running containers, as the system tells them: what an engine might have lost. */
  runningContainers(): Promise<string[]>;
  stop(): Promise<void>;
}
