import type { StageId } from './stages.js';

/**
 * How far the bar has come when a part of the run ends. People know these from the first Atlas: sparse 30 %, dense 60 %,
 * post-processing 80 %, export 90 %. Within a part the stages share it by their cost.
 */
export const MILESTONES: readonly { readonly end: number; readonly stages: readonly StageId[] }[] = [
  { end: 0.1, stages: ['import', 'features'] },
  { end: 0.3, stages: ['matching', 'two-view', 'mapping'] },
  { end: 0.6, stages: ['views', 'depth', 'fusion'] },
  { end: 0.8, stages: ['surface', 'simplify', 'texture'] },
  { end: 1, stages: ['export'] },
];
