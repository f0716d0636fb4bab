import { rename } from 'node:fs/promises';
import sharp from 'sharp';
import { readArrays } from '../../formats/arrays/array-file.js';

export interface WriteViewInput {
  /** Absolute path of the view's array file: `rgb` and, where it has one, `mask`. */
  readonly viewPath: string;
  readonly width: number;
  readonly height: number;
  /** Absolute path of the PNG to write. */
  readonly imagePath: string;
}

/** Name of the mask that OpenMVS looks for beside an image: `1.png` has `1.mask.png`. */
export const maskPathOf = (imagePath: string) => imagePath.replace(/\.\w+$/, '.mask.png');

/** Writes an undistorted view and its mask as OpenMVS reads them. @returns whether there is a mask */
export async function run({ viewPath, width, height, imagePath }: WriteViewInput): Promise<boolean> {
  const { rgb, mask } = (await readArrays<{ rgb: Uint8Array; mask?: Uint8Array }>(viewPath)).arrays;
  if (mask !== undefined) {
    await sharp(mask, { raw: { width, height, channels: 1 } })
      .png()
      .toFile(maskPathOf(imagePath));
  }
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 2 })
    .toFile(`${imagePath}.tmp`);
  // Last: an image that is there has its mask.
  await rename(`${imagePath}.tmp`, imagePath);
  return mask !== undefined;
}
