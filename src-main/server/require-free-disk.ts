import { StudioError } from '../../src-shared/errors/studio-error.js';
import { freeBytes } from '../workspace/free-space.js';
import type { ServiceParts } from './service.js';

/** Refuses new work while the disk is nearly full, before anything is sent. @throws DISK_FULL */
export async function requireFreeDisk({ folders, config }: Pick<ServiceParts, 'folders' | 'config'>): Promise<void> {
  const free = await freeBytes(folders.root);
  if (free === undefined || free >= config.minFreeDiskBytes) return;
  throw new StudioError('DISK_FULL', {
    hint: 'Delete jobs that are no longer needed, or wait until retention removes old ones.',
    details: { freeBytes: free, neededBytes: config.minFreeDiskBytes },
  });
}
