import { hasGpu } from '../tools/gpu.js';
import { linesOfTool } from '../tools/run-tool.js';
import type { ToolCommand, ToolPlace } from '../tools/tool-command.js';

/** A COLMAP that was found. */
export interface ColmapProgram {
  readonly place: ToolPlace;
  /** E.g. `3.8`. */
  readonly version: string;
  /** It was built to compute on an NVIDIA GPU, */
  readonly hasCuda: boolean;
  /** and there is one for it: features are found on it, and depth can be computed. */
  readonly usesGpu: boolean;
  /** Its commands, e.g. `mapper`; versions differ in them. */
  readonly commands: readonly string[];
}

/** Why it cannot compute depth; `undefined` when it can. */
export function whyNoDepth({ place, hasCuda, usesGpu }: ColmapProgram): string | undefined {
  if (usesGpu) return undefined;
  if (!hasCuda) return 'Built without CUDA';
  if (place.kind === 'native') return 'No NVIDIA GPU was found';
  return 'Its container has no NVIDIA GPU; where the computer has one, the NVIDIA Container Toolkit lets containers use it';
}

/** Without a display, Qt (which COLMAP starts even for its commands) would end the program. */
export const HEADLESS = { QT_QPA_PLATFORM: 'offscreen' } as const;

/** Some versions end their help as if it were a failure. */
const help = (...args: string[]): ToolCommand => ({
  ...{ program: 'colmap', args, folders: [], env: HEADLESS, acceptedExitCodes: [0, 1] },
});

/**
 * Asks a COLMAP what it is.
 *
 * @throws TOOL_NOT_FOUND, DOCKER_NOT_RUNNING, IMAGE_MISSING; see `runTool`
 */
export async function findColmap(place: ToolPlace, signal: AbortSignal): Promise<ColmapProgram> {
  const lines = await linesOfTool(help('help'), place, signal);
  const about = lines.join('\n');
  const first = lines.findIndex((line) => line.startsWith('Available commands')) + 1;
  const hasCuda = /\bwith CUDA\b/.test(about);
  return {
    place,
    version: /COLMAP (\d[\w.-]*)/.exec(about)?.[1] ?? 'unknown',
    hasCuda,
    usesGpu: hasCuda && (place.kind === 'native' ? await hasGpu() : place.usesGpu === true),
    commands: first === 0 ? [] : lines.slice(first).map((line) => line.trim()),
  };
}

/**
 * The options of one of COLMAP's commands: versions rename and move them, and end with an error at one that they do not know.
 *
 * @returns names without dashes, e.g. `Mapper.num_threads`
 */
export async function optionsOfCommand(
  { place }: ColmapProgram,
  command: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const lines = await linesOfTool(help(command, '--help'), place, signal);
  return new Set(lines.flatMap((line) => /^\s*(?:-\w \[ )?--([\w.]+)/.exec(line)?.[1] ?? []));
}
