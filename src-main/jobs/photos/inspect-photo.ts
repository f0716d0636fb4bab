import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { type PhotoFormat, SNIFF_BYTES, sniffPhotoFormat } from '../../stages/1-import/sniff-photo-format.js';
import { displayName } from './display-name.js';
import { checkMetadata } from './metadata-check/check-metadata.js';
import type { StoredPhoto } from './stored-photo.js';

/** Endings of the service's own file names. */
const EXTENSIONS = { jpeg: 'jpg', png: 'png', webp: 'webp', tiff: 'tiff', heic: 'heic', avif: 'avif' } as const;

/** Colour, black and alpha: no camera writes more, and each one multiplies what a decoder allocates. */
const MAX_CHANNELS = 5;

/**
 * Says what a received file is by its first bytes and its header; the picture is not decoded, so that a decompression bomb does
 * no harm. Import looks closer when the job runs.
 *
 * @throws PHOTO_UNREADABLE, PHOTO_TOO_LARGE, PHOTO_METADATA_REFUSED
 */
export async function inspectPhoto(
  path: string,
  name: string,
  maxPixels: number,
): Promise<Pick<StoredPhoto, 'format' | 'width' | 'height'>> {
  const details = { photo: displayName(name) };
  const format = await checkedFormat(path, details);
  if (format === undefined) {
    throw new StudioError('PHOTO_UNREADABLE', { message: 'The file is not a photo of a known format.', details });
  }
  const header = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw new StudioError('PHOTO_UNREADABLE', { cause, details });
    });
  const { width, height } = header.autoOrient;
  if (width * height > maxPixels) throw new StudioError('PHOTO_TOO_LARGE', { details: { ...details, width, height } });
  if (header.channels > MAX_CHANNELS) throw new StudioError('PHOTO_UNREADABLE', { details });
  return { format: EXTENSIONS[format], width, height };
}

async function checkedFormat(path: string, details: { readonly photo: string }): Promise<PhotoFormat | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    const format = sniffPhotoFormat(buffer.subarray(0, bytesRead));
    if (format !== undefined) {
      await checkMetadata(file, format).catch((error: unknown) => {
        if (!(error instanceof StudioError)) throw error;
        throw new StudioError(error.code, { message: error.message, details });
      });
    }
    return format;
  } finally {
    await file.close();
  }
}
