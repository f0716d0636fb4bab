import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { findContainerEngine, removeLeftovers } from '../tools/container-engine.js';
import type { ToolPlace } from '../tools/tool-command.js';

/** Where COLMAP is to be found, as the user set it. */
export interface ColmapSettings {
  /** Folder of the program; PATH when absent. */
  readonly binFolder?: string;
  /** Run in a container of this image instead. */
  readonly image?: string;
}

/** Reads `ATLAS_COLMAP_FOLDER` and `ATLAS_COLMAP_IMAGE`. */
export function colmapSettings(environment: NodeJS.ProcessEnv): ColmapSettings {
  const { ATLAS_COLMAP_FOLDER: binFolder, ATLAS_COLMAP_IMAGE: image } = environment;
  return { ...(binFolder ? { binFolder } : {}), ...(image ? { image } : {}) };
}

/**
 * Where COLMAP runs; containers that killed runs left are removed on the way.
 *
 * @throws TOOL_NOT_FOUND when an image is set but there is neither docker nor podman
 */
export async function colmapPlace({ binFolder, image }: ColmapSettings): Promise<ToolPlace> {
  if (image === undefined) return { kind: 'native', ...(binFolder === undefined ? {} : { binFolder }) };
  const engine = await findContainerEngine();
  if (engine === undefined) {
    throw new StudioError('TOOL_NOT_FOUND', {
      message: 'A container image is set for COLMAP, but neither docker nor podman was found.',
      details: { program: 'docker', image },
    });
  }
  await removeLeftovers(engine);
  return { kind: 'container', engine, image, ...(binFolder === undefined ? {} : { binFolder }) };
}
