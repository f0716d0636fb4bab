import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { QualityTier } from '../../src-shared/pipeline/quality-tiers.js';
import { spaceNeeded } from '../../src-shared/pipeline/space-needed.js';
import { freeBytes } from '../workspace/free-space.js';

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
