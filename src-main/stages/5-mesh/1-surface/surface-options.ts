import type { IslandLimits } from './clean-surface.js';
import type { MergeOptions } from './merge-points.js';

export interface SurfaceOptions {
  readonly merge: MergeOptions;
  /** Expected error of a vertex along the line of sight, in pixels at the vertex: visibility softens over three of it. */
  readonly sigmaPx: number;
  /** How far behind a vertex matter is assumed, in sigmas. */
  readonly thicknessSigmas: number;
  /** Weight of the shape of facets against one view's line of sight. */
  readonly qualityWeight: number;
  readonly carving: CarvingOptions;
  readonly cleaning: CleaningOptions;
}

/** Silhouettes: what lies outside the masks of several views is empty. */
export interface CarvingOptions {
  /** Views whose mask must exclude a place. */
  readonly minViews: number;
  /** And as a share of the views that see the place: masks may have holes in some views. */
  readonly minShare: number;
  /** Pixels that a mask may be too tight, as a share of the longer side of the view. */
  readonly marginShare: number;
  /** Weight per excluding view, against one view's line of sight. */
  readonly weight: number;
}

export interface CleaningOptions extends IslandLimits {
  /** Triangles with an edge longer than this many pixels span places without points, */
  readonly maxEdgePx: number;
  /** unless points had to be merged over longer distances: it is at least this many of those. */
  readonly minStretch: number;
  /** Regions of such triangles are kept up to this share of the supported area: they fill holes. */
  readonly maxHoleShare: number;
  /** The same with masks, whose silhouettes bound what is unseen: an object's underside is closed. */
  readonly maxMaskedHoleShare: number;
  /** Keeps all of them, so that the largest unseen regions are closed too. */
  readonly closeHoles: boolean;
  /** Vertices farther from the middle of their neighbours than these by this factor are tips of needles and moved there. */
  readonly maxSharpness: number;
  /** Pairs of smoothing steps, and their size (0..1). */
  readonly smoothingIterations: number;
  readonly smoothingStep: number;
}

export const SURFACE_DEFAULTS: SurfaceOptions = {
  merge: { mergeDistancePx: 1, maxVertices: 250_000, isolationPx: 10, minNeighbors: 3, maxViewsPerVertex: 8 },
  sigmaPx: 1.5,
  thicknessSigmas: 1,
  qualityWeight: 1,
  carving: { minViews: 2, minShare: 0.3, marginShare: 0.004, weight: 32 },
  cleaning: {
    maxEdgePx: 20,
    minStretch: 8,
    maxHoleShare: 0.01,
    maxMaskedHoleShare: 0.15,
    closeHoles: false,
    minIslandShare: 0.02,
    maxDistanceRatio: 3,
    maxComponents: 8,
    maxSharpness: 1.2,
    smoothingIterations: 5,
    smoothingStep: 0.5,
  },
};
