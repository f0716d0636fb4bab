import { mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArray, writeArrays } from '#main/formats/arrays/array-file.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-array-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('readArray', () => {
  const arrays = { bytes: Uint8Array.of(1, 2, 3), values: Float32Array.of(1.5, -2, 1e30), ids: Uint32Array.of(7) };

  it('reads any one array of a file, and the metadata', async () => {
    const path = join(folder, 'whole.bin');
    await writeArrays(path, { meta: { width: 3 }, arrays });
    for (const [name, array] of Object.entries(arrays)) {
      expect(await readArray(path, name)).toEqual({ meta: { width: 3 }, array });
    }
  });

  it('says that a file is damaged: cut off, without the array, or of another kind', async () => {
    const path = join(folder, 'damaged.bin');
    await writeArrays(path, { meta: {}, arrays });
    const damaged = expect.objectContaining({ code: 'INTERNAL' });
    await expect(readArray(path, 'none')).rejects.toThrow(damaged);
    // The last array takes the last 16 bytes, padding included.
    await truncate(path, (await stat(path)).size - 14);
    await expect(readArray(path, 'ids')).rejects.toThrow(damaged);
    await truncate(path, 4);
    await expect(readArray(path, 'bytes')).rejects.toThrow(damaged);
  });
});
