import type { FileHandle } from 'node:fs/promises';
import type { PhotoFormat } from '../../../stages/1-import/sniff-photo-format.js';
import { type ByteSource, fileSource } from './byte-source.js';
import { checkHeif } from './check-heif.js';
import { checkJpeg } from './check-jpeg.js';
import { checkPng } from './check-png.js';
import { checkTiff } from './check-tiff.js';
import { checkWebp } from './check-webp.js';

const CHECKS: Readonly<Record<PhotoFormat, (source: ByteSource) => Promise<void>>> = {
  jpeg: checkJpeg,
  png: checkPng,
  webp: checkWebp,
  tiff: checkTiff,
  heic: checkHeif,
  avif: checkHeif,
};

/**
 * Refuses files whose metadata are made to exhaust whoever reads them (EXIF bombs, compressed profiles and texts that unpack to
 * gigabytes), before any library looks at them. Reads little, keeps nothing, and computes on another thread what it computes.
 *
 * @throws PHOTO_METADATA_REFUSED
 */
export async function checkMetadata(file: FileHandle, format: PhotoFormat): Promise<void> {
  await CHECKS[format](await fileSource(file));
}
