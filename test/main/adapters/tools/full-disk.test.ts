import { describe, expect, it } from 'vitest';
import { requireDiskNotFull } from '#main/adapters/tools/full-disk.js';
import { StudioError } from '#shared/errors/studio-error.js';

const bytesFree = (bytes: number | undefined) => async () => bytes;
const command = {
  program: 'ReconstructMesh',
  folders: [{ path: '/run', containerPath: '/workspace', access: 'write' }],
} as const;

describe('the disk after a program of others', () => {
  it('that is full is the reason of its failure, whose last lines are told', async () => {
    const failure = new StudioError('TOOL_FAILED', { details: { exitCode: 1, lastLines: ['cannot save'] } });
    await expect(requireDiskNotFull(command, failure, bytesFree(1000))).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: 'ReconstructMesh filled the disk.',
      details: { program: 'ReconstructMesh', exitCode: 1, lastLines: ['cannot save'], freeBytes: 1000 },
      cause: failure,
    });
  });

  it('that is full makes its results doubtful, although it ended well', async () => {
    await expect(requireDiskNotFull(command, undefined, bytesFree(0))).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  it('is no reason with space left, where the system does not tell, or where it only reads', async () => {
    await requireDiskNotFull(command, undefined, bytesFree(1e9));
    await requireDiskNotFull(command, undefined, bytesFree(undefined));
    const reader = { ...command, folders: [{ ...command.folders[0], access: 'read' as const }] };
    await requireDiskNotFull(reader, undefined, bytesFree(0));
  });
});
