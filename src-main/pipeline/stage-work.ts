import { QUALITY_TIERS, type QualityTier } from '../../src-shared/pipeline/quality-tiers.js';
import type { StageId } from '../../src-shared/pipeline/stages.js';

export interface PhotoSize {
  readonly width: number;
  readonly height: number;
}

/** How much a stage has to do, in units of its own: what its time grows with. */
export type StageWork = (stage: StageId) => number;

/** Pixels that stages look at, millions, all photos together. */
export interface WorkloadPixels {
  readonly full: number;
  /** Where features are found. */
  readonly feature: number;
  /** Where depth is computed. */
  readonly depth: number;
}

export function workloadPixels(photos: readonly PhotoSize[], tier: QualityTier): WorkloadPixels {
  const { featureMaxDimensionPx, depthMaxPixels } = QUALITY_TIERS[tier];
  let [full, feature, depth] = [0, 0, 0];
  for (const { width, height } of photos) {
    const pixels = width * height;
    const shrink = Math.min(1, featureMaxDimensionPx / Math.max(width, height, 1));
    full += pixels / 1e6;
    feature += (pixels * shrink * shrink) / 1e6;
    depth += Math.min(pixels, depthMaxPixels) / 1e6;
  }
  return { full, feature, depth };
}

/** Painting goes over the texture's pixels; baking a normal map as well is several times that (premium, measured: 6). */
const BAKING_FACTOR = 6;
/** Photos count less than the texture where both are gone through. */
const PHOTO_SHARE = 0.1;

/** The work of all stages of a run. */
export function stageWork(photos: readonly PhotoSize[], tier: QualityTier): StageWork {
  const { full, feature, depth } = workloadPixels(photos, tier);
  const { textureSizePx, bakeNormalMap } = QUALITY_TIERS[tier];
  const texture = (textureSizePx / 1024) ** 2 * (bakeNormalMap ? BAKING_FACTOR : 1) + PHOTO_SHARE * full;
  const work: Readonly<Record<StageId, number>> = {
    import: full,
    features: feature,
    matching: feature,
    'two-view': feature,
    mapping: feature,
    views: full,
    depth,
    fusion: depth,
    surface: depth,
    simplify: depth,
    texture,
    export: textureSizePx / 1024 + PHOTO_SHARE * full,
  };
  return (stage) => work[stage];
}
