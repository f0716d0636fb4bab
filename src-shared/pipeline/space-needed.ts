import { QUALITY_TIERS, type QualityTier } from './quality-tiers.js';

/** Per pixel of a view: colour 3, mask 1, depth 4, normal 12, confidence 4, twice for the geometric passes. */
const BYTES_PER_DEPTH_PIXEL = 48;
/** Features of a photo: 10,000 of 147 bytes, and its matches. */
const BYTES_PER_PHOTO = 3e6;
/** Meshes, textures, the model and its report. */
const BYTES_PER_RUN = 100e6;

/** Upper estimate of what a run writes, bytes. */
export function spaceNeeded(photoCount: number, tier: QualityTier): number {
  return BYTES_PER_RUN + photoCount * (BYTES_PER_PHOTO + BYTES_PER_DEPTH_PIXEL * QUALITY_TIERS[tier].depthMaxPixels);
}
