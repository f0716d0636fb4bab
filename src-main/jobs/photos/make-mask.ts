import sharp from 'sharp';
import { writeAtomic } from '../../workspace/write-atomic.js';
import { geodesicMask, type MaskSeed } from './geodesic-mask.js';

export interface MakeMaskInput {
  /** A small, upright picture of the photo. */
  readonly picturePath: string;
  /** In pixels of the upright photo. */
  readonly seeds: readonly MaskSeed[];
  readonly photoWidth: number;
  readonly photoHeight: number;
  /** Where the mask goes: a PNG of the photo's proportions. */
  readonly maskPath: string;
}

/** Longer side of the mask: as fine as matching looks at masks. */
const MASK_PX = 1600;

/** Makes a photo's mask from a few clicks. Runs in a worker. @throws what sharp throws on a damaged picture; DISK_FULL */
export async function makeMask(input: MakeMaskInput): Promise<void> {
  const { picturePath, seeds, photoWidth, photoHeight, maskPath } = input;
  const { data, info } = await sharp(picturePath)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const scaled = seeds.map(({ x, y, inside }) => ({
    ...{ x: (x * width) / photoWidth, y: (y * height) / photoHeight, inside },
  }));
  const mask = geodesicMask({ pixels: data, width, height }, scaled);
  const scale = Math.min(1, MASK_PX / Math.max(photoWidth, photoHeight));
  const size = { width: Math.round(photoWidth * scale), height: Math.round(photoHeight * scale) };
  const png = await sharp(mask, { raw: { width, height, channels: 1 } })
    .resize({ ...size, fit: 'fill', kernel: 'cubic' })
    .threshold(128)
    .toColourspace('b-w')
    .png()
    .toBuffer();
  await writeAtomic(maskPath, png);
}
