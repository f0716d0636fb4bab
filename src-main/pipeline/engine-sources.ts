import { join } from 'node:path';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { colmapPlace, colmapSettings } from '../adapters/colmap/colmap-place.js';
import { type ColmapProgram, findColmap } from '../adapters/colmap/colmap-program.js';
import { hashFile } from './photo-sources.js';
import { canonicalJson, located, type Sourced, sha256 } from './stage-key.js';

/** What the sparse stage needs from outside besides the photos, where it is not the built-in one. */
export interface EngineSources {
  /** Folder of a COLMAP text model that takes the place of the sparse stage, whatever the engine. */
  readonly modelFolder?: Sourced<string>;
  readonly colmap?: Sourced<ColmapProgram>;
}

/**
 * Finds the programs and models of a run before it starts, so that what is missing is told at once. A program counts as the same
 * wherever it is, as long as its version is.
 *
 * @param sparse absolute path of the model to import, if any
 * @throws TOOL_NOT_FOUND, DOCKER_NOT_RUNNING, IMAGE_MISSING
 */
export async function findEngineSources(
  { engine }: ReconstructOptions,
  sparse: string | undefined,
  signal: AbortSignal,
): Promise<EngineSources> {
  if (sparse !== undefined) {
    const files = ['cameras.txt', 'images.txt', 'points3D.txt'].map((name) => join(sparse, name));
    return { modelFolder: located(sparse, sha256(canonicalJson(await Promise.all(files.map(hashFile))))) };
  }
  if (engine !== 'colmap') return {};
  const colmap = await findColmap(await colmapPlace(colmapSettings(process.env)), signal);
  return { colmap: located(colmap, sha256(canonicalJson(['colmap', colmap.version, colmap.hasCuda]))) };
}
