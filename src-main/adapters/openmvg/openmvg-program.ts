import { createHash } from 'node:crypto';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { linesOfTool } from '../tools/run-tool.js';
import type { ToolPlace } from '../tools/tool-command.js';

/** An OpenMVG that was found. */
export interface OpenMvgProgram {
  readonly place: ToolPlace;
  /** Its programs do not tell a version: a mark of their help text, e.g. `2.x (5f3a1c)`. */
  readonly version: string;
}

/**
 * Asks an OpenMVG for its help. Since version 2 one program has all solvers, which is what the adapter knows to drive.
 *
 * @throws TOOL_NOT_FOUND, TOOL_NOT_CAPABLE, DOCKER_NOT_RUNNING, IMAGE_MISSING; see `runTool`
 */
export async function findOpenMvg(place: ToolPlace, signal: AbortSignal): Promise<OpenMvgProgram> {
  const listing = await helpOf('SfMInit_ImageListing', place, signal);
  let solver: string[];
  try {
    solver = await helpOf('SfM', place, signal);
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'TOOL_NOT_FOUND') throw error;
    throw new StudioError('TOOL_NOT_CAPABLE', {
      message: 'This OpenMVG is older than version 2: it has no openMVG_main_SfM.',
      details: { program: 'openMVG_main_SfM' },
    });
  }
  // Paths and lines of the sources change from build to build and mean nothing.
  const text = [...listing, ...solver].map((line) => line.replace(/^\w+: \[[^\]]*\] |Usage: \S*/g, ''));
  const mark = createHash('sha256').update(text.join('\n')).digest('hex').slice(0, 6);
  return { place, version: `2.x (${mark})` };
}

/** The help ends as if it were a failure. */
const helpOf = (name: string, place: ToolPlace, signal: AbortSignal) =>
  linesOfTool(
    { program: `openMVG_main_${name}`, args: ['--help'], folders: [], acceptedExitCodes: [0, 1] },
    place,
    signal,
  );
