import { constants } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import sharp from 'sharp';
import type { Photo } from '../../../src-shared/scene/photo.js';
import { decodeMask, decodePhoto } from '../../formats/image/decode-photo.js';

export interface PreparePhotoInput {
  readonly photo: Photo;
  /** Absolute path to write: `.jpg` where the file can be taken as it is, else `.png`. */
  readonly imagePath: string;
  /** Absolute path of the mask to write, a PNG; white for a photo without one. */
  readonly maskPath?: string;
}

/**
 * Gives other programs an upright photo (not all heed EXIF orientation) and its mask of the same size. A photo that
 * is upright already is copied as it is, any other written without loss.
 */
export async function run({ photo, imagePath, maskPath }: PreparePhotoInput): Promise<void> {
  const { width, height } = photo;
  if (imagePath.endsWith('.jpg')) {
    await copyFile(photo.path, `${imagePath}.tmp`, constants.COPYFILE_FICLONE);
  } else {
    const { data } = await decodePhoto(photo, { channels: 3 });
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 2 })
      .toFile(`${imagePath}.tmp`);
  }
  if (maskPath !== undefined) {
    const mask = (await decodeMask(photo, width, height)) ?? new Uint8Array(width * height).fill(255);
    await sharp(mask, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(maskPath);
  }
  // Last: a photo that is there has its mask.
  await rename(`${imagePath}.tmp`, imagePath);
}
