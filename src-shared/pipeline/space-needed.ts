import { QUALITY_TIERS, type QualityTier } from './quality-tiers.js';

/**
 * What a run writes, measured on 20 runs of 8 to 47 photos in all tiers (within 30 %): maps of depth, normals and confidence by the
 * pixels where depth is computed, features and matches by photo, meshes and textures once.
 */
const BYTES_PER_DEPTH_PIXEL = 28;
const BYTES_PER_PHOTO = 1.2e6;
const BYTES_PER_RUN = 20e6;
/** A texture with its normal map, before and after it is encoded. */
const BYTES_PER_TEXEL = 3.5;
/** So much more a run may need than is usual. */
const SAFETY = 1.5;

/** @param depthPixels of all photos together @returns bytes that a run usually writes */
export function usualSpace(photoCount: number, depthPixels: number, tier: QualityTier): number {
  const texture = BYTES_PER_TEXEL * QUALITY_TIERS[tier].textureSizePx ** 2;
  return BYTES_PER_RUN + texture + photoCount * BYTES_PER_PHOTO + depthPixels * BYTES_PER_DEPTH_PIXEL;
}

/** Upper estimate of what a run writes before the size of its photos is known, bytes. */
export const spaceNeeded = (photoCount: number, tier: QualityTier): number =>
  SAFETY * usualSpace(photoCount, photoCount * QUALITY_TIERS[tier].depthMaxPixels, tier);
