import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { writeAtomic } from '../../workspace/write-atomic.js';

export interface ImportMaskInput {
  readonly path: string;
  /** Where the mask goes as 8-bit grey PNG of 0 and 255. */
  readonly importedPath: string;
  /** Of the upright photo. */
  readonly photoWidth: number;
  readonly photoHeight: number;
  readonly maxPixels: number;
}

export type ImportedMask =
  | { readonly usable: true; readonly sha256: string; readonly whiteShare: number }
  | { readonly usable: false; readonly reason: string };

/** How far the proportions of mask and photo may differ: room for a mask of a reduced photo whose sides were rounded. */
const PROPORTIONS_TOLERANCE = 0.01;
const WHITE_FROM = 128;

/**
 * Reads one mask and writes it in the one form that later stages read. Masks come in grey, in colour, of 1, 8 or 16 bits, or
 * as cut-outs whose alpha channel is the mask; 128 of 255 and more counts as object (1 in a mask
 * of 0 and 1).
 *
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function importMask(input: ImportMaskInput): Promise<ImportedMask> {
  const bytes = await readFile(input.path).catch(() => undefined);
  const mask = bytes === undefined ? undefined : await decodeMask(bytes, input.maxPixels);
  if (bytes === undefined || mask === undefined) return { usable: false, reason: 'it cannot be read' };
  const { pixels, width, height } = mask;
  if (Math.abs((width * input.photoHeight) / (height * input.photoWidth) - 1) > PROPORTIONS_TOLERANCE) {
    const reason = `its ${width} x ${height} pixels have other proportions than the photo's ${input.photoWidth} x ${input.photoHeight}`;
    return { usable: false, reason };
  }
  const whiteFrom = pixels.some((pixel) => pixel > 1) ? WHITE_FROM : 1;
  let white = 0;
  for (let i = 0; i < pixels.length; i++) {
    const inside = pixels[i]! >= whiteFrom;
    pixels[i] = inside ? 255 : 0;
    if (inside) white++;
  }
  const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  await writeAtomic(input.importedPath, png);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { usable: true, sha256, whiteShare: white / pixels.length };
}

/** @returns undefined where the file is damaged or no picture */
async function decodeMask(
  bytes: Uint8Array,
  maxPixels: number,
): Promise<{ pixels: Uint8Array; width: number; height: number } | undefined> {
  try {
    const open = () => sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels }).autoOrient();
    const { isOpaque } = await sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels }).stats();
    const channel = isOpaque ? open().removeAlpha().greyscale() : open().extractChannel('alpha');
    const { data, info } = await channel.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    return { pixels: data, width: info.width, height: info.height };
  } catch {
    return undefined;
  }
}
