import sharp from 'sharp';
import { fillBackground } from './blending/fill-background.js';
import type { TexelLayout } from './texel-layout.js';

/** @param rgb [k*3], 0..255, per texel of the layout. @returns a PNG of the whole texture */
export async function encodeTexture(
  { size, texels }: TexelLayout,
  rgb: Uint8Array | Uint8ClampedArray,
): Promise<Buffer> {
  const image = new Uint8ClampedArray(size * size * 3);
  const isKnown = new Uint8Array(size * size);
  for (let i = 0; i < texels.length; i++) {
    const texel = texels[i]!;
    isKnown[texel] = 1;
    for (let c = 0; c < 3; c++) image[texel * 3 + c] = rgb[i * 3 + c]!;
  }
  fillBackground(image, isKnown, size);
  return sharp(image, { raw: { width: size, height: size, channels: 3 } })
    .png({ compressionLevel: 4 })
    .toBuffer();
}
