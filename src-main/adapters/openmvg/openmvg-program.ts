import { createHash } from 'node:crypto';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { linesOfTool } from '../tools/run-tool.js';
import type { ToolPlace } from '../tools/tool-command.js';

/** An OpenMVG that was found. */
export interface OpenMvgProgram {
  readonly place: ToolPlace;
  /** Its programs do not tell a version: `2.0`, or `2.1` and later, with a mark of their help text, e.g. `2.1+ (5f3a1c)`. */
  readonly version: string;
  /** Writes scenes for OpenMVS with masks, and images named relative to them: since version 2.1. */
  readonly makesScenes: boolean;
}

/**
 * Asks an OpenMVG for its help. Since version 2 one program has all solvers, which is what the adapter knows to drive: v1.6 has
 * `openMVG_main_IncrementalSfM` and `openMVG_main_GlobalSfM` (src/software/SfM), and neither PairGenerator nor GeometricFilter.
 *
 * @throws TOOL_NOT_FOUND, TOOL_NOT_CAPABLE, DOCKER_NOT_RUNNING, IMAGE_MISSING; see `runTool`
 */
export async function findOpenMvg(place: ToolPlace, signal: AbortSignal): Promise<OpenMvgProgram> {
  const listing = await helpOf('SfMInit_ImageListing', place, signal);
  const solver = await helpIfThere('SfM', place, signal);
  if (solver !== undefined) return { place, ...readOpenMvgHelp(listing, solver) };
  const isOne = (await helpIfThere('IncrementalSfM', place, signal)) !== undefined;
  throw new StudioError('TOOL_NOT_CAPABLE', {
    message: isOne
      ? 'This is OpenMVG 1: version 2.0 or later is needed.'
      : 'This OpenMVG is not complete: openMVG_main_SfM is missing.',
    hint: isOne
      ? 'Install OpenMVG 2.0 or later, or solve the cameras with another engine (--sfm builtin, --sfm colmap).'
      : 'Install OpenMVG 2.0 or later with all its programs in one folder, or use another engine (--sfm builtin).',
    details: { program: 'openMVG_main_SfM' },
  });
}

/**
 * What the help tells. The solver `STELLAR` came with version 2.1 (06c4266a of February 2023), as did what `makesScenes` needs: in
 * v2.0, main_openMVG2openMVS.cpp writes no masks, and images by absolute names.
 */
export function readOpenMvgHelp(
  listing: readonly string[],
  solver: readonly string[],
): Pick<OpenMvgProgram, 'version' | 'makesScenes'> {
  const makesScenes = solver.some((line) => /^\s*STELLAR\b/.test(line));
  // Paths and lines of the sources change from build to build and mean nothing.
  const text = [...listing, ...solver].map((line) => line.replace(/^\w+: \[[^\]]*\] |Usage: \S*/g, ''));
  const mark = createHash('sha256').update(text.join('\n')).digest('hex').slice(0, 6);
  return { version: `${makesScenes ? '2.1+' : '2.0'} (${mark})`, makesScenes };
}

async function helpIfThere(name: string, place: ToolPlace, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    return await helpOf(name, place, signal);
  } catch (error) {
    if (error instanceof StudioError && error.code === 'TOOL_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The help ends as if it were a failure. */
const helpOf = (name: string, place: ToolPlace, signal: AbortSignal) =>
  linesOfTool(
    { program: `openMVG_main_${name}`, args: ['--help'], folders: [], acceptedExitCodes: [0, 1] },
    place,
    signal,
  );
