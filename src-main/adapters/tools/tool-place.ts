import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { findContainerEngine, hasImage, removeLeftovers } from './container-engine.js';
import { findProgram } from './find-program.js';
import { canHaveGpu } from './gpu.js';
import type { ContainerPlace, ToolPlace } from './tool-command.js';
import { folderInImage, type ToolKit } from './tool-kits.js';

/** Where a kit is to be found, as the user set it. */
export interface ToolSettings {
  /** Folder of the programs, on this computer or in the image. */
  readonly binFolder?: string;
  /** Name with tag or digest: run in a container of this image. */
  readonly image?: string;
  /** Most processors of a container. */
  readonly cpus?: number;
  /** Most memory of a container, swap included. */
  readonly memoryBytes?: number;
}

/** Reads `ATLAS_<KIT>_FOLDER` and `ATLAS_<KIT>_IMAGE`, and for all kits `ATLAS_CONTAINER_CPUS` and `ATLAS_CONTAINER_MEMORY_MB`. */
export function toolSettings(kit: ToolKit, environment: NodeJS.ProcessEnv): ToolSettings {
  const variable = `ATLAS_${kit.name.toUpperCase()}`;
  const { [`${variable}_FOLDER`]: binFolder, [`${variable}_IMAGE`]: image } = environment;
  const cpus = positive(environment.ATLAS_CONTAINER_CPUS);
  const memoryMb = positive(environment.ATLAS_CONTAINER_MEMORY_MB);
  return {
    ...(binFolder ? { binFolder } : {}),
    ...(image ? { image } : {}),
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryMb === undefined ? {} : { memoryBytes: Math.round(memoryMb * 1024 ** 2) }),
  };
}

/** The image that a kit runs in, or would if it were here; `undefined` where programs in a folder of this computer are set. */
export function imageOfKit(kit: ToolKit, { binFolder, image }: ToolSettings): string | undefined {
  return image ?? (binFolder === undefined ? kit.defaultImage : undefined);
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text || 'none');
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/**
 * Where a kit runs: in a container of the image that is set; natively in the folder that is set, or on PATH; else in a container of
 * the default image, if that is on this computer. Containers that killed runs left are removed on the way.
 *
 * @param job name of the run, for the names and labels of containers
 * @throws TOOL_NOT_FOUND; DOCKER_NOT_RUNNING, IMAGE_MISSING only when it runs
 */
export async function findToolPlace(kit: ToolKit, settings: ToolSettings, job?: string): Promise<ToolPlace> {
  const { binFolder, image } = settings;
  if (image !== undefined) return containerPlace(kit, settings, image, job);
  const native: ToolPlace = { kind: 'native', ...(binFolder === undefined ? {} : { binFolder }) };
  try {
    await findProgram(kit.program, binFolder);
    return native;
  } catch (error) {
    const engine = binFolder === undefined ? await findContainerEngine() : undefined;
    if (engine !== undefined && (await hasImage(engine, kit.defaultImage))) {
      return containerPlace(kit, settings, kit.defaultImage, job);
    }
    throw new StudioError('TOOL_NOT_FOUND', {
      message: `${kit.title} was not found${binFolder === undefined ? '' : ` in ${binFolder}`}.`,
      hint:
        `Install it, set ATLAS_${kit.name.toUpperCase()}_FOLDER, or get its container image with ` +
        `\`atlas engines pull ${kit.name}\`; the built-in engine does without it.`,
      details: { program: kit.program, image: kit.defaultImage },
      cause: error,
    });
  }
}

async function containerPlace(
  kit: ToolKit,
  { binFolder = undefined, cpus, memoryBytes }: ToolSettings,
  image: string,
  job: string | undefined,
): Promise<ContainerPlace> {
  const engine = await findContainerEngine();
  if (engine === undefined) {
    throw new StudioError('TOOL_NOT_FOUND', {
      message: `A container image is set for ${kit.title}, but neither docker nor podman was found.`,
      details: { program: 'docker', image },
    });
  }
  await removeLeftovers(engine);
  const folder = binFolder ?? folderInImage(kit, image);
  const place: ContainerPlace = {
    ...{ kind: 'container', engine, image },
    ...(folder === undefined ? {} : { binFolder: folder }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(job === undefined ? {} : { job }),
  };
  return kit.mayUseGpu && (await canHaveGpu(place)) ? { ...place, usesGpu: true } : place;
}
