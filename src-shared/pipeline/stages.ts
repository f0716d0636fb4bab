import type { DenseEngine } from './engines.js';

/** Every stage of the main job in order: its id, and what people read while it runs. */
export const STAGE_TITLES = {
  import: 'Reading the photos',
  features: 'Finding features',
  matching: 'Matching photos',
  'two-view': 'Checking pairs',
  mapping: 'Solving the cameras',
  views: 'Preparing views',
  depth: 'Computing depth',
  fusion: 'Fusing points',
  surface: 'Building the surface',
  simplify: 'Simplifying the mesh',
  texture: 'Painting the texture',
  export: 'Writing the model',
} as const;

export type StageId = keyof typeof STAGE_TITLES;

export const STAGE_IDS = Object.keys(STAGE_TITLES) as readonly StageId[];

/** Where a run may end early, and the last stage of each. */
export const LAST_STAGES = { sfm: 'mapping', dense: 'fusion', mesh: 'simplify' } as const satisfies Record<
  string,
  StageId
>;

export type Until = keyof typeof LAST_STAGES;

/** The stages that another program, or an imported model, does as one with `mapping`. */
const BUILTIN_SPARSE_STAGES: readonly StageId[] = ['features', 'matching', 'two-view'];
/** The stages that another program does as one: COLMAP with `fusion`. */
const BUILTIN_DENSE_STAGES: Readonly<Record<DenseEngine, readonly StageId[]>> = {
  builtin: [],
  colmap: ['depth'],
  openmvs: [],
};

/** Who does the stages of a run; an imported model counts as foreign cameras. */
export interface StagePlan {
  readonly isSparseForeign?: boolean;
  readonly dense?: DenseEngine;
}

/**
 * The stages that run, in order.
 *
 * @param until where to end; all stages when undefined
 */
export function stagesUntil(until?: Until, { isSparseForeign = false, dense = 'builtin' }: StagePlan = {}) {
  const stages = until === undefined ? STAGE_IDS : STAGE_IDS.slice(0, STAGE_IDS.indexOf(LAST_STAGES[until]) + 1);
  const done = [...(isSparseForeign ? BUILTIN_SPARSE_STAGES : []), ...BUILTIN_DENSE_STAGES[dense]];
  return stages.filter((id) => !done.includes(id));
}
