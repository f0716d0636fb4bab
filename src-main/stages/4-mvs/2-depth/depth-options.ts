import { PATCH_DEFAULTS, type PatchOptions } from '../../../kernels/patch-match/index.js';

/** Sweeps at one scale. */
export interface LevelSweeps {
  /** Times the image is halved. */
  readonly level: number;
  /** Sweeps that also choose the views, and then sweeps that keep them. */
  readonly selecting: number;
  readonly refining: number;
  /** Largest random displacement of the first sweep in a source, pixels of this scale; it halves from sweep to sweep. */
  readonly pixels: number;
}

/** What is done for every view before the next pass begins, which uses the views' depths as guides. */
export interface PassOptions {
  readonly levels: readonly LevelSweeps[];
  /** Whether the planes must agree with the neighbours' depths of the pass before. */
  readonly geometric: boolean;
}

export interface DepthOptions {
  readonly patch: PatchOptions;
  readonly passes: readonly PassOptions[];
  /** Most views that a pixel uses, and random planes tried per visit. */
  readonly maxViewsPerPixel: number;
  readonly selectingRounds: number;
  readonly refiningRounds: number;
  /** Neighbours' planes tried per visit of a refining sweep. */
  readonly maxCandidates: number;
  /** Samples of the far strips of the sampling pattern. */
  readonly farSteps: number;
  /** Pixels whose patch at the coarsest scale has a standard deviation below this (0..255) are not estimated: empty background. */
  readonly minDeviation: number;
  readonly filter: FilterOptions;
}

export interface FilterOptions {
  /** Highest cost (1 - NCC, without the geometric term) of a depth that is kept. */
  readonly maxCost: number;
  /** Forward-backward reprojection error and relative difference of depth within which a source confirms a depth. */
  readonly maxReprojectionErrorPx: number;
  readonly maxDepthDifference: number;
  /** Sources that must confirm. */
  readonly minConfirming: number;
  /** Smaller connected pieces are dropped. */
  readonly minSegmentPixels: number;
  /** Relative difference of depth between neighbours of one piece. */
  readonly segmentDepthDifference: number;
  /** Flat fringes along strong edges, see `findFlatFringes`. Deviations and differences of intensity 0..255. */
  readonly fringe: {
    readonly flatDeviation: number;
    readonly minFlatRatio: number;
    readonly edgeDeviation: number;
    readonly edgeRadiusPx: number;
    readonly growRadiusPx: number;
    readonly growDifference: number;
  };
}

export const DEPTH_DEFAULTS: DepthOptions = {
  patch: PATCH_DEFAULTS,
  passes: [
    {
      levels: [
        { level: 2, selecting: 3, refining: 0, pixels: 2 },
        { level: 1, selecting: 1, refining: 2, pixels: 1 },
      ],
      geometric: false,
    },
    {
      levels: [
        { level: 1, selecting: 1, refining: 0, pixels: 0.5 },
        { level: 0, selecting: 0, refining: 2, pixels: 0.5 },
      ],
      geometric: true,
    },
    { levels: [{ level: 0, selecting: 0, refining: 1, pixels: 0.25 }], geometric: true },
  ],
  maxViewsPerPixel: 4,
  selectingRounds: 3,
  refiningRounds: 3,
  maxCandidates: 4,
  farSteps: 6,
  minDeviation: 1.5,
  filter: {
    maxCost: 0.7,
    maxReprojectionErrorPx: 1.5,
    maxDepthDifference: 0.01,
    minConfirming: 2,
    minSegmentPixels: 60,
    segmentDepthDifference: 0.01,
    fringe: {
      flatDeviation: 2,
      minFlatRatio: 0.002,
      edgeDeviation: 12,
      edgeRadiusPx: 7,
      growRadiusPx: 3,
      growDifference: 8,
    },
  },
};
