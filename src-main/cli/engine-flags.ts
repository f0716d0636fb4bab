import type { Command } from 'commander';

/** Whose programs make the model: `atlas reconstruct` and `atlas remote submit` ask alike. */
export function addEngineFlags(command: Command): Command {
  return command
    .option('--engine <engine>', 'whose programs: auto (built in), builtin, colmap or openmvg-openmvs', 'auto')
    .option('--sfm <engine>', 'who solves the cameras, if not that engine: builtin, colmap, openmvg, openmvg-global')
    .option(
      '--dense <engine>',
      'who computes the dense points, likewise: builtin, colmap, or openmvs for mesh and texture too',
    );
}
