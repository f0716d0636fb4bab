import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { ERROR_CODES, type ErrorCode } from '../../../src-shared/errors/error-codes.js';
import { type PhotoExif, readExif } from '../../formats/exif/read-exif.js';
import { findIccProfile } from '../../formats/heic/find-icc-profile.js';
import { type HeicFile, openHeic } from '../../formats/heic/open-heic.js';
import { addIccProfile } from '../../formats/png/add-icc-profile.js';
import { writeAtomic } from '../../workspace/write-atomic.js';
import { type Exposure, type GreyImage, measureExposure, thumbprint, varianceOfLaplacian } from './photo-figures.js';
import { sniffPhotoFormat } from './sniff-photo-format.js';

/** Longer side at which sharpness and exposure are measured, pixels. */
const FIGURES_SIZE_PX = 1024;

export interface InspectPhotoInput {
  readonly path: string;
  readonly bytes: number;
  /** Where a lossless PNG goes if the file must be converted (HEIC); absent: it is not kept. */
  readonly convertedPath?: string;
  readonly maxPixels: number;
  readonly minShortSidePx: number;
}

/** What one photo's file says: enough to sort it in among the others. */
export type PhotoInspection = UsablePhoto | UnusablePhoto;

export interface UsablePhoto {
  readonly usable: true;
  readonly sha256: string;
  /** Of the upright photo. */
  readonly width: number;
  readonly height: number;
  readonly converted: boolean;
  readonly exif: PhotoExif;
  readonly sharpness: number;
  readonly exposure: Exposure;
  readonly thumbprint: readonly number[];
}

export interface UnusablePhoto {
  readonly usable: false;
  readonly code: ErrorCode;
  readonly reason: string;
}

/** The file as sharp can read it, with the upright size. */
interface ReadablePhoto {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly converted: boolean;
}

/** Files beyond this are not read: no camera writes them, and a Buffer holds at most 2 to 4 GiB. */
const MAX_FILE_BYTES = 2 ** 30;

/**
 * Looks at one photo: 1. its size and format by the first bytes; 2. width and height by the header alone, before anything is
 * decoded; 3. a full decoding at reduced size, which finds damage and gives sharpness, exposure and thumbprint; 4. EXIF. HEIC
 * is converted to PNG on the way.
 *
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE where the converted photo cannot be written
 */
export async function inspectPhoto(input: InspectPhotoInput): Promise<PhotoInspection> {
  if (input.bytes === 0) return unusable('PHOTO_EMPTY');
  if (input.bytes > MAX_FILE_BYTES) return unusable('PHOTO_TOO_LARGE', 'The file is larger than 1 GiB.');
  const bytes = await readFile(input.path).catch(() => undefined);
  if (bytes === undefined) return unusable('PHOTO_UNREADABLE', 'The file cannot be opened.');
  const format = sniffPhotoFormat(bytes);
  if (format === undefined) return unusable('PHOTO_UNREADABLE', 'The file is not a photo of a known format.');
  const readable = format === 'heic' ? await convertHeic(bytes, input) : await readHeader(bytes, input);
  if ('usable' in readable) return readable;
  const grey = await decodeGrey(readable.bytes, input.maxPixels);
  if (grey === undefined) return unusable('PHOTO_UNREADABLE', 'The file is damaged or incomplete.');
  return {
    usable: true,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    width: readable.width,
    height: readable.height,
    converted: readable.converted,
    exif: readExif(bytes),
    sharpness: round(varianceOfLaplacian(grey)),
    exposure: measureExposure(grey),
    thumbprint: Array.from(thumbprint(grey), round),
  };
}

async function readHeader(bytes: Uint8Array, input: InspectPhotoInput): Promise<ReadablePhoto | UnusablePhoto> {
  try {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return wrongSize(autoOrient, input) ?? { ...autoOrient, bytes, converted: false };
  } catch {
    return unusable('PHOTO_UNREADABLE', 'The file is damaged.');
  }
}

async function convertHeic(bytes: Uint8Array, input: InspectPhotoInput): Promise<ReadablePhoto | UnusablePhoto> {
  const heic = openHeic(bytes);
  if (heic === undefined) return unusable('PHOTO_UNREADABLE', 'The HEIC file is damaged.');
  const size = { width: heic.width, height: heic.height };
  try {
    const wrong = wrongSize(size, input);
    if (wrong !== undefined) return wrong;
    const png = await heicToPng(heic, findIccProfile(bytes));
    if (png === undefined) return unusable('PHOTO_UNREADABLE', 'The HEIC file is damaged or incomplete.');
    if (input.convertedPath !== undefined) await writeAtomic(input.convertedPath, png);
    return { ...size, bytes: png, converted: true };
  } finally {
    heic.close();
  }
}

async function heicToPng(heic: HeicFile, profile: Uint8Array | undefined): Promise<Uint8Array | undefined> {
  const rgb = await heic.decode();
  if (rgb === undefined) return undefined;
  const raw = { width: heic.width, height: heic.height, channels: 3 } as const;
  const png = await sharp(rgb, { raw, limitInputPixels: false }).png({ compressionLevel: 2 }).toBuffer();
  return profile === undefined ? png : addIccProfile(png, profile);
}

function wrongSize(size: { width: number; height: number }, limits: InspectPhotoInput): UnusablePhoto | undefined {
  const { width, height } = size;
  const megapixels = (pixels: number) => `${Math.round(pixels / 1e6)} megapixels`;
  if (width * height > limits.maxPixels) {
    const reason = `The photo says it has ${width} x ${height} pixels; at most ${megapixels(limits.maxPixels)} are read.`;
    return unusable('PHOTO_TOO_LARGE', reason);
  }
  if (Math.min(width, height) >= limits.minShortSidePx) return undefined;
  const reason = `The photo has ${width} x ${height} pixels; its shorter side must have at least ${limits.minShortSidePx}.`;
  return unusable('PHOTO_TOO_SMALL', reason);
}

/** @returns undefined where the file is damaged or ends too early */
async function decodeGrey(bytes: Uint8Array, maxPixels: number): Promise<GreyImage | undefined> {
  try {
    // 'error' and not 'warning': phones write harmless oddities that libjpeg warns of.
    const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels })
      .autoOrient()
      .removeAlpha()
      .resize(FIGURES_SIZE_PX, FIGURES_SIZE_PX, { fit: 'inside' })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: data };
  } catch {
    return undefined;
  }
}

function unusable(code: ErrorCode, reason: string = ERROR_CODES[code].message): UnusablePhoto {
  return { usable: false, code, reason };
}

/** Enough digits for every use; keeps the stage's files small. */
const round = (value: number) => Number(value.toPrecision(6));
