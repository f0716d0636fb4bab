import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '#main/geometry/random.js';

/** Photos full of features of which no two show the same: work for the first stages, a clear failure later. */
export async function writeNoisePhotos(folder: string, names: readonly string[], sizePx: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, name] of names.entries()) {
    const random = new Random(1, index);
    const cells = Buffer.from(Uint8Array.from({ length: 64 * 64 }, () => random.below(256)));
    await sharp(cells, { raw: { width: 64, height: 64, channels: 1 } })
      .resize(sizePx, sizePx, { kernel: 'cubic' })
      .toColourspace('srgb')
      .jpeg({ quality: 90 })
      .toFile(join(folder, name));
  }
}
