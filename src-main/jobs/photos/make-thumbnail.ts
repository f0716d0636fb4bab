import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { openHeic } from '../../formats/heic/open-heic.js';
import { writeAtomic } from '../../workspace/write-atomic.js';
import type { StoredPhoto } from './stored-photo.js';

export interface MakeThumbnailInput {
  readonly path: string;
  readonly format: StoredPhoto['format'];
  /** Longer side at most, pixels. */
  readonly size: number;
  /** Where the JPEG goes. */
  readonly thumbnailPath: string;
  readonly maxPixels: number;
}

const JPEG_QUALITY = 80;

/** Writes a small, upright JPEG of a photo. Runs in a worker: photos are decoded here. @throws PHOTO_UNREADABLE */
export async function makeThumbnail(input: MakeThumbnailInput): Promise<void> {
  const jpeg = await render(input).catch((cause: unknown) => {
    throw cause instanceof StudioError ? cause : new StudioError('PHOTO_UNREADABLE', { cause });
  });
  await writeAtomic(input.thumbnailPath, jpeg);
}

async function render({ path, format, size, maxPixels }: MakeThumbnailInput): Promise<Uint8Array> {
  const image = format === 'heic' ? await heicImage(path) : sharp(path, { limitInputPixels: maxPixels }).autoOrient();
  return image
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#000000' })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}

async function heicImage(path: string): Promise<Sharp> {
  const heic = openHeic(await readFile(path));
  try {
    const data = await heic?.decode();
    if (!heic || !data) throw new StudioError('PHOTO_UNREADABLE');
    return sharp(data, { raw: { width: heic.width, height: heic.height, channels: 3 } });
  } finally {
    heic?.close();
  }
}
