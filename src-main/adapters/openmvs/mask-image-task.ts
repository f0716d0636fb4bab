import { rename } from 'node:fs/promises';
import sharp from 'sharp';

export interface MaskImageInput {
  /** Absolute paths; image and mask are of one size. */
  readonly imagePath: string;
  readonly maskPath: string;
  /** PNG to write. */
  readonly resultPath: string;
}

/** Makes all that is outside a mask black. */
export async function run({ imagePath, maskPath, resultPath }: MaskImageInput): Promise<void> {
  const { data, info } = await sharp(imagePath).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const mask = await sharp(maskPath).extractChannel(0).raw().toBuffer();
  const { width, height, channels } = info;
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (mask[pixel] === 0) data.fill(0, pixel * channels, (pixel + 1) * channels);
  }
  await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 2 }).toFile(`${resultPath}.tmp`);
  await rename(`${resultPath}.tmp`, resultPath);
}
