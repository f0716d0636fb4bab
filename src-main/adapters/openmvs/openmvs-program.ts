import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { linesOfTool } from '../tools/run-tool.js';
import type { ToolPlace } from '../tools/tool-command.js';

export const OPENMVS_PROGRAMS = ['DensifyPointCloud', 'ReconstructMesh', 'RefineMesh', 'TextureMesh'] as const;
export type OpenMvsProgramName = (typeof OPENMVS_PROGRAMS)[number];

/** An OpenMVS that was found, and what it can be asked. */
export interface OpenMvsProgram {
  readonly place: ToolPlace;
  /** E.g. `2.3.0`; `2.1`, `2.0` or `1.1` for those that do not tell theirs. */
  readonly version: string;
  /** Long names of the options that each program knows. */
  readonly options: Readonly<Record<OpenMvsProgramName, readonly string[]>>;
  /** Scenes stay in the form for exchange, with points and meshes in files beside them: since version 2.3. */
  readonly keepsInterface: boolean;
  /** Depth is not computed outside of masks that the scene names: since version 2.0. */
  readonly knowsMasks: boolean;
}

/**
 * Asks the programs of OpenMVS for their help, which ends as if it were a failure.
 *
 * @throws TOOL_NOT_FOUND, TOOL_NOT_CAPABLE, DOCKER_NOT_RUNNING, IMAGE_MISSING; see `runTool`
 */
export async function findOpenMvs(place: ToolPlace, signal: AbortSignal): Promise<OpenMvsProgram> {
  // Each writes a log into its working folder, which would be the user's own.
  const folder = await mkdtemp(join(tmpdir(), 'atlas-openmvs-'));
  const quietly = place.kind === 'native' ? ['--working-folder', folder] : [];
  try {
    const helps: string[] = [];
    for (const program of OPENMVS_PROGRAMS) {
      const command = { program, args: [...quietly, '--help'], folders: [], acceptedExitCodes: [0, 1] };
      helps.push((await linesOfTool(command, place, signal)).join('\n'));
    }
    return { place, ...readHelp(helps) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * All versions take a mesh to refine or to texture, but hide the option in their help until 2.2 (`options_description hidden` in
 * apps/RefineMesh/RefineMesh.cpp and apps/TextureMesh/TextureMesh.cpp of v0.7 to v2.2.0; listed in v2.3.0).
 */
const HIDDEN_OPTIONS: Readonly<Partial<Record<OpenMvsProgramName, readonly string[]>>> = {
  RefineMesh: ['mesh-file'],
  TextureMesh: ['mesh-file'],
};

/**
 * Versions before 2.2.0 do not print theirs (`Util::LogBuild` in libs/Common/Util.cpp), but options of DensifyPointCloud came with
 * them: newest first.
 */
const OPTIONS_OF_VERSIONS: readonly (readonly [version: string, option: string])[] = [
  ['2.1', 'sub-resolution-levels'],
  ['2.0', 'ignore-mask-label'],
  ['1.1', 'fusion-mode'],
  ['1.0', 'filter-point-cloud'],
];

/** @param helps of the four programs in their order. @throws TOOL_NOT_CAPABLE for programs that are not OpenMVS's */
export function readHelp(helps: readonly string[]): Omit<OpenMvsProgram, 'place'> {
  const optionsOf = (name: OpenMvsProgramName) => {
    const help = helps[OPENMVS_PROGRAMS.indexOf(name)] ?? '';
    const listed = [...help.matchAll(/^ {2}(?:-\w \[ )?--([\w-]+)/gm)].map((match) => match[1]!);
    if (!['input-file', 'output-file', 'working-folder'].every((option) => listed.includes(option))) {
      throw new StudioError('TOOL_NOT_CAPABLE', {
        message: `The help of ${name} is not that of OpenMVS.`,
        details: { program: name, lastLines: help.split('\n').slice(-KEPT_LINES) },
      });
    }
    return [...new Set([...listed, ...(HIDDEN_OPTIONS[name] ?? [])])];
  };
  const options = {
    DensifyPointCloud: optionsOf('DensifyPointCloud'),
    ReconstructMesh: optionsOf('ReconstructMesh'),
    RefineMesh: optionsOf('RefineMesh'),
    TextureMesh: optionsOf('TextureMesh'),
  };
  const [densify = ''] = helps;
  const known = options.DensifyPointCloud;
  const version =
    /OpenMVS x?\d* ?v(\d[\w.]*)/.exec(densify)?.[1] ??
    OPTIONS_OF_VERSIONS.find(([, option]) => known.includes(option))?.[0] ??
    'unknown';
  return {
    version,
    options,
    keepsInterface: /-1-interface/.test(densify.replace(/\s+/g, ' ')),
    knowsMasks: known.includes('ignore-mask-label'),
  };
}

/** Lines that an error tells. */
const KEPT_LINES = 20;
