import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { freeBytes } from '../../workspace/free-space.js';
import type { ToolCommand } from './tool-command.js';

/** Less than any file that matters: a disk with no more is full. */
const FULL_BYTES = 4 * 1024 ** 2;

/**
 * Programs of others seldom say that the disk is full: OpenMVS ends well and leaves half a mesh, OpenMVG leaves features out. So
 * after each run the disks are looked at that it could write to: one that is full is the reason of its failure, and makes what it
 * wrote doubtful where it ended well.
 *
 * @param failure of the program, if it failed
 * @param free gives the bytes that can still be written on the disk of a folder
 * @throws DISK_FULL
 */
export async function requireDiskNotFull(
  { program, folders }: Pick<ToolCommand, 'program' | 'folders'>,
  failure: unknown,
  free = freeBytes,
): Promise<void> {
  for (const { path, access } of folders) {
    const left = access === 'write' ? await free(path) : undefined;
    if (left === undefined || left >= FULL_BYTES) continue;
    const details = failure instanceof StudioError ? failure.details : {};
    throw new StudioError('DISK_FULL', {
      message: `${program} filled the disk.`,
      details: { ...details, program, freeBytes: left },
      cause: failure,
    });
  }
}
