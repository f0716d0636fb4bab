import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { linesOfTool } from '../tools/run-tool.js';
import type { ToolPlace } from '../tools/tool-command.js';

export const OPENMVS_PROGRAMS = ['DensifyPointCloud', 'ReconstructMesh', 'RefineMesh', 'TextureMesh'] as const;
export type OpenMvsProgramName = (typeof OPENMVS_PROGRAMS)[number];

/** An OpenMVS that was found, and what it can be asked. */
export interface OpenMvsProgram {
  readonly place: ToolPlace;
  /** E.g. `2.3.0`. */
  readonly version: string;
  /** Long names of the options that each program knows. */
  readonly options: Readonly<Record<OpenMvsProgramName, readonly string[]>>;
  /** Scenes stay in the form for exchange, with points and meshes in files beside them: since version 2. */
  readonly keepsInterface: boolean;
}

/**
 * Asks the programs of OpenMVS for their help, which ends as if it were a failure.
 *
 * @throws TOOL_NOT_FOUND, TOOL_NOT_CAPABLE, DOCKER_NOT_RUNNING, IMAGE_MISSING; see `runTool`
 */
export async function findOpenMvs(place: ToolPlace, signal: AbortSignal): Promise<OpenMvsProgram> {
  const helps: string[] = [];
  for (const program of OPENMVS_PROGRAMS) {
    const command = { program, args: ['--help'], folders: [], acceptedExitCodes: [0, 1] };
    helps.push((await linesOfTool(command, place, signal)).join('\n'));
  }
  return { place, ...readHelp(helps) };
}

/** @param helps of the four programs in their order. @throws TOOL_NOT_CAPABLE for one that textures no given mesh */
export function readHelp(helps: readonly string[]): Omit<OpenMvsProgram, 'place'> {
  const optionsOf = (help: string) => [...help.matchAll(/^ {2}(?:-\w \[ )?--([\w-]+)/gm)].map((match) => match[1]!);
  const [densify = '', reconstruct = '', refine = '', texture = ''] = helps;
  const version = /OpenMVS x?\d* ?v(\d[\w.]*)/.exec(densify)?.[1] ?? 'unknown';
  const options = {
    DensifyPointCloud: optionsOf(densify),
    ReconstructMesh: optionsOf(reconstruct),
    RefineMesh: optionsOf(refine),
    TextureMesh: optionsOf(texture),
  };
  if (!options.TextureMesh.includes('mesh-file')) {
    throw new StudioError('TOOL_NOT_CAPABLE', {
      message: `OpenMVS ${version} cannot texture a mesh that it is given.`,
      details: { program: 'TextureMesh', version },
    });
  }
  return { version, options, keepsInterface: /-1-interface/.test(densify.replace(/\s+/g, ' ')) };
}
