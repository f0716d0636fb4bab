import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import sharp from 'sharp';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import { LUMA_WEIGHTS } from './luma.js';

/** Most pixels that any photo or mask may have. */
export const MAX_PHOTO_PIXELS = 200_000_000;

// A worker decodes one photo at a time beside other workers: more threads within libvips would only compete. Its operation cache
// would keep decoded photos alive, and hand out stale ones when a file changes.
if (!isMainThread) sharp.concurrency(1);
sharp.cache(false);

export interface DecodePhotoOptions {
  /** 3: sRGB; 1: grey, by {@link LUMA_WEIGHTS}. */
  readonly channels: 1 | 3;
  /** Reduce the photo to at most so many pixels. */
  readonly maxPixels?: number;
  /** Reduce the photo so that its longer side is at most this long. */
  readonly maxDimensionPx?: number;
}

export interface DecodedPhoto {
  readonly width: number;
  readonly height: number;
  /** Uint8Array[h*w*channels], row-major, upright. */
  readonly data: Uint8Array;
  /** Size of the longer side over that of the upright photo, <= 1. Exact per axis: `width / photo.width`, `height / photo.height`. */
  readonly scale: number;
}

/**
 * The size to which the limits reduce a photo; its own size when it is within them.
 *
 * @param size of the upright photo, pixels
 */
export function limitedSize(
  size: { readonly width: number; readonly height: number },
  limits: Pick<DecodePhotoOptions, 'maxPixels' | 'maxDimensionPx'>,
): { width: number; height: number } {
  const { width, height } = size;
  const byPixels = Math.sqrt((limits.maxPixels ?? Number.POSITIVE_INFINITY) / (width * height));
  const byDimension = (limits.maxDimensionPx ?? Number.POSITIVE_INFINITY) / Math.max(width, height);
  const scale = Math.min(1, byPixels, byDimension);
  if (scale === 1) return { width, height };
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Decodes a photo: EXIF orientation applied, colours converted to sRGB from the embedded profile, transparency laid on black,
 * 8 bits, reduced (Lanczos) to the limits.
 *
 * @throws PHOTO_UNREADABLE, PHOTO_TOO_LARGE
 */
export async function decodePhoto(
  photo: Pick<Photo, 'path' | 'width' | 'height'>,
  options: DecodePhotoOptions,
): Promise<DecodedPhoto> {
  const { width, height } = limitedSize(photo, options);
  try {
    const image = sharp(photo.path, { limitInputPixels: MAX_PHOTO_PIXELS, failOn: 'error' }).autoOrient();
    // No shrinking by the JPEG decoder beyond what the resampling afterwards smooths: features need sub-pixel positions.
    if (width !== photo.width || height !== photo.height) {
      image.resize(width, height, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false });
    }
    const { data, info } = await image
      .flatten({ background: '#000000' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.width !== width || info.height !== height) {
      throw new StudioError('PHOTO_UNREADABLE', {
        message: 'The photo has changed since it was imported.',
        details: { expected: [photo.width, photo.height], found: [info.width, info.height] },
      });
    }
    const pixels = toChannels(data, info.channels, options.channels);
    return { width, height, data: pixels, scale: Math.max(width, height) / Math.max(photo.width, photo.height) };
  } catch (error) {
    throw unreadable(error, 'PHOTO_UNREADABLE', photo.path);
  }
}

/**
 * Decodes the user's mask of a photo and resamples it to the wanted size. White is the object; a mask with transparency is
 * read from its alpha instead (opaque = object); masks of 0 and 1 count as black and white.
 *
 * @returns Uint8Array[h*w], 0 out, 255 in; undefined when the photo has no mask
 * @throws MASK_UNREADABLE also when its proportions differ from the photo's by more than 2 %
 */
export async function decodeMask(
  photo: Pick<Photo, 'maskPath' | 'name' | 'width' | 'height'>,
  width: number,
  height: number,
): Promise<Uint8Array | undefined> {
  if (photo.maskPath === undefined) return undefined;
  try {
    const { data, info } = await sharp(photo.maskPath, { limitInputPixels: MAX_PHOTO_PIXELS })
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const stretch = (info.width * photo.height) / (info.height * photo.width);
    if (Math.abs(stretch - 1) > MAX_MASK_STRETCH) {
      throw new StudioError('MASK_UNREADABLE', {
        message: 'A mask has other proportions than its photo.',
        details: { photo: photo.name, mask: [info.width, info.height], expected: [photo.width, photo.height] },
      });
    }
    const mask = binarize(data, info.channels);
    if (info.width === width && info.height === height) return mask;
    return resampleMask(mask, info, { width, height });
  } catch (error) {
    throw unreadable(error, 'MASK_UNREADABLE', photo.maskPath);
  }
}

const MAX_MASK_STRETCH = 0.02;

/** Full-size mask, 0 or 255: from alpha where it says anything, else from brightness. */
function binarize(data: Uint8Array, channels: number): Uint8Array {
  const hasAlpha = channels === 2 || channels === 4;
  let source = channels - 1;
  if (!hasAlpha || !someBelow(data, channels, 255)) source = channels >= 3 ? 1 : 0;
  let highest = 0;
  for (let i = source; i < data.length; i += channels) if (data[i]! > highest) highest = data[i]!;
  const threshold = highest <= 1 ? 1 : 128;
  const mask = new Uint8Array(data.length / channels);
  for (let i = 0; i < mask.length; i++) mask[i] = data[i * channels + source]! >= threshold ? 255 : 0;
  return mask;
}

/** Each pixel takes the majority of the mask pixels that it covers; the one below its centre when enlarging. */
function resampleMask(
  mask: Uint8Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
): Uint8Array {
  const columns = coveredRanges(from.width, to.width);
  const rows = coveredRanges(from.height, to.height);
  const resampled = new Uint8Array(to.width * to.height);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      let inside = 0;
      for (let v = row.start; v < row.end; v++) {
        for (let u = column.start; u < column.end; u++) inside += mask[v * from.width + u]!;
      }
      const area = (row.end - row.start) * (column.end - column.start);
      resampled[y * to.width + x] = inside >= area * 127.5 ? 255 : 0;
    }
  }
  return resampled;
}

function coveredRanges(from: number, to: number): { readonly start: number; readonly end: number }[] {
  return Array.from({ length: to }, (_, i) => {
    if (from <= to) {
      const below = Math.floor(((i + 0.5) * from) / to);
      return { start: below, end: below + 1 };
    }
    return { start: Math.floor((i * from) / to), end: Math.ceil(((i + 1) * from) / to) };
  });
}

function someBelow(data: Uint8Array, channels: number, value: number): boolean {
  for (let i = channels - 1; i < data.length; i += channels) if (data[i]! < value) return true;
  return false;
}

function toChannels(data: Uint8Array, from: number, to: 1 | 3): Uint8Array {
  if (from === to) return data;
  const count = data.length / from;
  const pixels = new Uint8Array(count * to);
  if (from === 1) {
    for (let i = 0; i < count; i++) pixels.fill(data[i]!, i * 3, i * 3 + 3);
    return pixels;
  }
  const [red, green, blue] = LUMA_WEIGHTS;
  for (let i = 0; i < count; i++) {
    pixels[i] = Math.round(red * data[i * 3]! + green * data[i * 3 + 1]! + blue * data[i * 3 + 2]!);
  }
  return pixels;
}

/** sharp reports all its errors as plain Errors; only the wording of the pixel limit tells it from a damaged file. */
function unreadable(error: unknown, code: 'PHOTO_UNREADABLE' | 'MASK_UNREADABLE', path: string): StudioError {
  if (error instanceof StudioError) return error;
  const isTooLarge = error instanceof Error && error.message.includes('exceeds pixel limit');
  return new StudioError(isTooLarge && code === 'PHOTO_UNREADABLE' ? 'PHOTO_TOO_LARGE' : code, {
    cause: error,
    details: { file: basename(path) },
  });
}
