import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { type FileLog, openFileLog } from '../logging/file-log.js';
import { diskError } from '../workspace/write-atomic.js';
import type { ServiceConfig } from './config.js';

/**
 * Makes the storage folder where it is missing, for its owner alone, and opens the service's log in it: the first thing that a service
 * writes, so that storage of another user is found out here.
 *
 * @throws OUTPUT_NOT_WRITABLE, DISK_FULL
 */
export function openServiceLog({ storage, logLevel }: Pick<ServiceConfig, 'storage' | 'logLevel'>): FileLog {
  try {
    mkdirSync(storage, { recursive: true, mode: 0o700 });
    return openFileLog(join(storage, 'service.ndjson'), logLevel);
  } catch (cause) {
    const known = diskError(cause, storage);
    if (known instanceof StudioError && known.code === 'DISK_FULL') throw known;
    const uid = process.getuid?.();
    throw new StudioError('OUTPUT_NOT_WRITABLE', {
      message: `The storage folder ${storage} cannot be written${uid === undefined ? '' : ` by this user (uid ${uid})`}.`,
      hint: 'Make that user its owner (in a container: of the volume), or choose another folder by --storage or ATLAS_STORAGE.',
      details: { path: storage, cause: cause instanceof Error ? cause.message : String(cause) },
      cause,
    });
  }
}
