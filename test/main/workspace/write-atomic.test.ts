import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyAtomic } from '#main/workspace/copy-atomic.js';
import { freeBytes } from '#main/workspace/free-space.js';
import { writeAtomic } from '#main/workspace/write-atomic.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-write-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeAtomic', () => {
  it('makes missing folders, replaces what is there and leaves nothing else behind', async () => {
    const path = join(folder, 'a', 'b', 'file');
    await writeAtomic(path, 'old');
    await writeAtomic(path, [Buffer.from('ne'), Buffer.from('w')]);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['file']);
  });

  it('says OUTPUT_NOT_WRITABLE below a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(writeAtomic(join(folder, 'file', 'x'), '')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });

  it('says DISK_FULL on a full disk and keeps the old content', async ({ skip }) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return skip('cannot mount a small disk here (needs root)');
    }
    try {
      const path = join(folder, 'file');
      await writeAtomic(path, 'old');
      await expect(writeAtomic(path, Buffer.alloc(1 << 20))).rejects.toMatchObject({ code: 'DISK_FULL' });
      await writeAtomic(join(folder, 'source'), Buffer.alloc(40_000));
      await expect(copyAtomic(join(folder, 'source'), path)).rejects.toMatchObject({ code: 'DISK_FULL' });
      expect(await readFile(path, 'utf8')).toBe('old');
      expect((await readdir(folder)).sort()).toEqual(['file', 'source']);
      expect(await freeBytes(join(folder, 'not', 'there'))).toBeLessThan(64 * 1024);
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
