import { linesOfTool } from '../tools/run-tool.js';
import type { ToolCommand, ToolPlace } from '../tools/tool-command.js';

/** A COLMAP that was found, and how it wants to be asked. */
export interface ColmapProgram {
  readonly place: ToolPlace;
  /** E.g. `3.8`. */
  readonly version: string;
  readonly hasCuda: boolean;
  /** Prefix of the options that later versions share between kinds of features. */
  readonly extractionGroup: 'SiftExtraction' | 'FeatureExtraction';
  readonly matchingGroup: 'SiftMatching' | 'FeatureMatching';
}

/** Without a display, Qt (which COLMAP starts even for its commands) would end the program. */
export const HEADLESS = { QT_QPA_PLATFORM: 'offscreen' } as const;

/** Some versions end their help as if it were a failure. */
const help = (...args: string[]): ToolCommand => ({
  ...{ program: 'colmap', args, folders: [], env: HEADLESS, acceptedExitCodes: [0, 1] },
});

/**
 * Asks a COLMAP for its version and which names its options have.
 *
 * @throws TOOL_NOT_FOUND, DOCKER_NOT_RUNNING, IMAGE_MISSING; see `runTool`
 */
export async function findColmap(place: ToolPlace, signal: AbortSignal): Promise<ColmapProgram> {
  const about = (await linesOfTool(help('help'), place, signal)).join('\n');
  const extraction = (await linesOfTool(help('feature_extractor', '--help'), place, signal)).join('\n');
  const matching = (await linesOfTool(help('exhaustive_matcher', '--help'), place, signal)).join('\n');
  return {
    place,
    version: /COLMAP (\d[\w.-]*)/.exec(about)?.[1] ?? 'unknown',
    hasCuda: /\bwith CUDA\b/.test(about),
    extractionGroup: extraction.includes('FeatureExtraction.use_gpu') ? 'FeatureExtraction' : 'SiftExtraction',
    matchingGroup: matching.includes('FeatureMatching.use_gpu') ? 'FeatureMatching' : 'SiftMatching',
  };
}
