/** Whose programs do the work: one choice for all, in `--engine`. `auto` picks the built-in engine. */
export const ENGINES = ['auto', 'builtin', 'openmvg-openmvs', 'colmap'] as const;
/** Who solves the cameras, in `--sfm`; `auto` is what the engine says. OpenMVG has a second solver, for all photos at once. */
export const SFM_ENGINES = ['auto', 'builtin', 'colmap', 'openmvg', 'openmvg-global'] as const;
/** Who computes the dense points (OpenMVS: mesh and texture too), in `--dense`; `auto` is what the engine says. */
export const DENSE_ENGINES = ['auto', 'builtin', 'colmap', 'openmvs'] as const;

export type Engine = (typeof ENGINES)[number];
export type SfmEngine = Exclude<(typeof SFM_ENGINES)[number], 'auto' | 'openmvg-global'>;
export type DenseEngine = Exclude<(typeof DENSE_ENGINES)[number], 'auto'>;
/** A set of programs, each found or missing on a computer by itself. */
export type EngineName = SfmEngine | DenseEngine;

export interface EngineChoice {
  readonly engine: Engine;
  readonly sfm?: (typeof SFM_ENGINES)[number] | undefined;
  readonly dense?: (typeof DENSE_ENGINES)[number] | undefined;
}

export interface StageEngines {
  readonly sfm: SfmEngine;
  readonly dense: DenseEngine;
  /** The dense stages were not asked of their engine by name: where it cannot do them, the built-in ones go on. */
  readonly isDenseOptional: boolean;
  /** OpenMVG solves all photos at once instead of one after another. */
  readonly isSfmGlobal: boolean;
}

const ENGINE_PARTS: Readonly<Record<Engine, Pick<StageEngines, 'sfm' | 'dense'>>> = {
  auto: { sfm: 'builtin', dense: 'builtin' },
  builtin: { sfm: 'builtin', dense: 'builtin' },
  'openmvg-openmvs': { sfm: 'openmvg', dense: 'openmvs' },
  colmap: { sfm: 'colmap', dense: 'colmap' },
};

/**
 * Who does what: the engine's parts, where no stage was given to another. COLMAP computes depth only where it was built with CUDA;
 * with `engine: 'colmap'` alone the built-in stages go on from its cameras elsewhere.
 */
export function stageEngines({ engine, sfm = 'auto', dense = 'auto' }: EngineChoice): StageEngines {
  const parts = ENGINE_PARTS[engine];
  return {
    sfm: sfm === 'auto' ? parts.sfm : sfm === 'openmvg-global' ? 'openmvg' : sfm,
    dense: dense === 'auto' ? parts.dense : dense,
    isDenseOptional: dense === 'auto' && parts.dense === 'colmap',
    isSfmGlobal: sfm === 'openmvg-global',
  };
}
