import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { makeCapture } from '#synthetic/make-capture.js';
import { photosIn } from './open-studio.js';

export interface StudioPhotos {
  /** Of a painted sculpture, all around it. */
  readonly good: readonly string[];
  /** One of them blurred, one dark, one nearly as another. */
  readonly flagged: readonly string[];
  /** That show nothing in common. */
  readonly unrelated: readonly string[];
  /** A file that is no photo by its name, and one that is none by its content. */
  readonly note: string;
  readonly broken: string;
}

const UNRELATED = 12;

/** Files to drop on the studio. @param folder to write into */
export async function makeStudioPhotos(folder: string): Promise<StudioPhotos> {
  const { images } = await makeCapture(
    join(folder, 'capture'),
    { photos: 24, sizePx: 432, supersampling: 1 },
    { threads: 2 },
  );
  const good = await photosIn(images);
  const [first = '', second = '', third = ''] = good;
  const extra = join(folder, 'extra');
  await mkdir(extra);
  const jpeg = { quality: 88 };
  await Promise.all([
    sharp(first).blur(5).jpeg(jpeg).toFile(join(extra, 'shaken.jpg')),
    sharp(second).linear(0.12, 0).jpeg(jpeg).toFile(join(extra, 'too-dark.jpg')),
    sharp(third).jpeg({ quality: 70 }).toFile(join(extra, 'taken-twice.jpg')),
  ]);

  const other = join(folder, 'unrelated');
  await mkdir(other);
  for (let i = 0; i < UNRELATED; i++) {
    const noise = { type: 'gaussian', mean: 90 + 8 * i, sigma: 60 } as const;
    const patches = await sharp({ create: { width: 48, height: 36, channels: 3, background: '#888', noise } })
      .png()
      .toBuffer();
    await sharp(patches)
      .resize(480, 360, { kernel: 'cubic' })
      .jpeg(jpeg)
      .toFile(join(other, `street-${i + 1}.jpg`));
  }

  const [broken, note] = [join(folder, 'broken.jpg'), join(folder, 'note.txt')];
  await Promise.all([writeFile(broken, 'not a photo'), writeFile(note, 'text')]);
  return { good, flagged: await photosIn(extra), unrelated: await photosIn(other), broken, note };
}
