import { StudioError } from '../../src-shared/errors/studio-error.js';
import { QUALITY_TIERS, type QualityTier } from '../../src-shared/pipeline/quality-tiers.js';
import { freeBytes } from '../workspace/free-space.js';

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

/** @throws DISK_FULL with both figures, before hours of work have gone into a run that cannot end well */
export async function checkFreeSpace(
  folder: string,
  photoCount: number,
  tier: QualityTier,
  usedBytes = 0,
): Promise<void> {
  const needed = spaceNeeded(photoCount, tier) - usedBytes;
  const free = await freeBytes(folder);
  if (free === undefined || free >= needed) return;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
  throw new StudioError('DISK_FULL', {
    message: `There is not enough space on the disk: about ${megabytes(needed)} are needed, ${megabytes(free)} are free.`,
    hint: 'Free some space, choose a folder on another disk, or a lower quality (--tier preview).',
    details: { neededBytes: needed, freeBytes: free },
  });
}
