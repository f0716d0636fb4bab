import { basename, join } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { type DenseEngine, stageEngines } from '../../src-shared/pipeline/engines.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { type ColmapProgram, findColmap, whyNoDepth } from '../adapters/colmap/colmap-program.js';
import { findOpenMvg, type OpenMvgProgram } from '../adapters/openmvg/openmvg-program.js';
import { findOpenMvs, type OpenMvsProgram } from '../adapters/openmvs/openmvs-program.js';
import { TOOL_KITS } from '../adapters/tools/tool-kits.js';
import { findToolPlace, toolSettings } from '../adapters/tools/tool-place.js';
import { MODEL_TABLES, modelFormOf } from '../formats/colmap/read-colmap-model.js';
import { hashFile } from './photo-sources.js';
import { canonicalJson, located, type Sourced, sha256 } from './stage-key.js';

/** What the stages need from outside besides the photos, where they are not the built-in ones. */
export interface EngineSources {
  /** Folder of a COLMAP model that takes the place of the sparse stage, whatever the engine. */
  readonly modelFolder?: Sourced<string>;
  /** Solves the cameras. */
  readonly colmap?: Sourced<ColmapProgram>;
  readonly openmvg?: Sourced<OpenMvgProgram>;
  /** Who does the dense stages. */
  readonly dense: DenseEngine;
  /** Computes depth and points; there when `dense` is `colmap`. */
  readonly denseColmap?: Sourced<ColmapProgram>;
  /** Does all from depth to texture; there when `dense` is `openmvs`. */
  readonly openmvs?: Sourced<OpenMvsProgram>;
}

/** A run's own folder and imported model, as absolute paths. */
export interface EngineRequest {
  readonly folder: string;
  readonly sparse?: string;
}

/**
 * Finds the programs and models of a run before it starts, so that what is missing is told at once. A program counts as the same
 * wherever it is, as long as its version is.
 *
 * @throws INPUT_OPTION_INVALID for choices that contradict each other; TOOL_NOT_FOUND, TOOL_NOT_CAPABLE, DOCKER_NOT_RUNNING,
 *   IMAGE_MISSING
 */
export async function findEngineSources(
  options: ReconstructOptions,
  { folder, sparse }: EngineRequest,
  signal: AbortSignal,
): Promise<EngineSources> {
  const { sfm, dense, isDenseOptional } = stageEngines(options);
  checkChoices(options, sparse);
  const usesColmap = (sparse === undefined && sfm === 'colmap') || (dense === 'colmap' && options.until !== 'sfm');
  const colmap = usesColmap ? await sourceOfColmap(basename(folder), signal) : undefined;
  const cameras =
    sparse === undefined
      ? {
          ...(sfm === 'colmap' && colmap ? { colmap } : {}),
          ...(sfm === 'openmvg' ? { openmvg: await sourceOfOpenMvg(basename(folder), signal) } : {}),
        }
      : { modelFolder: await sourceOfModel(sparse) };
  if (dense === 'openmvs' && options.until !== 'sfm') {
    return { ...cameras, dense, openmvs: await sourceOfOpenMvs(basename(folder), signal) };
  }
  if (dense !== 'colmap' || colmap === undefined) return { ...cameras, dense: dense === 'colmap' ? 'builtin' : dense };
  if (colmap.value.usesGpu) return { ...cameras, dense, denseColmap: colmap };
  if (isDenseOptional) return { ...cameras, dense: 'builtin' };
  throw new StudioError('TOOL_NOT_CAPABLE', {
    message: `COLMAP ${colmap.value.version} cannot compute depth. ${whyNoDepth(colmap.value)}.`,
    hint: 'Leave --dense colmap out: the built-in engine computes depth from its cameras. Or use a COLMAP with CUDA and an NVIDIA GPU.',
    details: { program: 'colmap', version: colmap.value.version },
  });
}

function checkChoices({ sfm }: ReconstructOptions, sparse: string | undefined): void {
  if (sparse === undefined || sfm === undefined || sfm === 'auto') return;
  throw new StudioError('INPUT_OPTION_INVALID', {
    message: `--sparse gives the cameras and --sfm ${sfm} would solve them: only one of them can be used.`,
  });
}

async function sourceOfColmap(job: string, signal: AbortSignal): Promise<Sourced<ColmapProgram>> {
  const kit = TOOL_KITS.colmap;
  const colmap = await findColmap(await findToolPlace(kit, toolSettings(kit, process.env), job), signal);
  return located(colmap, sha256(canonicalJson(['colmap', colmap.version, colmap.hasCuda])));
}

async function sourceOfOpenMvg(job: string, signal: AbortSignal): Promise<Sourced<OpenMvgProgram>> {
  const kit = TOOL_KITS.openmvg;
  const openmvg = await findOpenMvg(await findToolPlace(kit, toolSettings(kit, process.env), job), signal);
  return located(openmvg, sha256(canonicalJson(['openmvg', openmvg.version])));
}

async function sourceOfOpenMvs(job: string, signal: AbortSignal): Promise<Sourced<OpenMvsProgram>> {
  const kit = TOOL_KITS.openmvs;
  const openmvs = await findOpenMvs(await findToolPlace(kit, toolSettings(kit, process.env), job), signal);
  return located(openmvs, sha256(canonicalJson(['openmvs', openmvs.version])));
}

async function sourceOfModel(folder: string): Promise<Sourced<string>> {
  const form = modelFormOf(folder);
  const hashes = await Promise.all(MODEL_TABLES.map((name) => hashFile(join(folder, `${name}.${form}`))));
  return located(folder, sha256(canonicalJson(hashes)));
}
