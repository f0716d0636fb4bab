import { readArrays } from '../../../formats/arrays/array-file.js';
import { LUMA_WEIGHTS } from '../../../formats/image/luma.js';
import type { PatchMatchImage } from '../../../kernels/patch-match/index.js';

type ViewArrays = { readonly rgb: Uint8Array; readonly mask?: Uint8Array };

/**
 * Reads a view's grey image and mask.
 *
 * @param path absolute path of the view's array file
 */
export async function readGrayImage(
  path: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<PatchMatchImage> {
  const { arrays } = await readArrays<ViewArrays & Record<string, Uint8Array>>(path);
  return { width, height, gray: grayOf(arrays.rgb), mask: arrays.mask };
}

/** The image reduced `level` times by two. */
export function imageAtLevel(image: PatchMatchImage, level: number): PatchMatchImage {
  return level === 0 ? image : imageAtLevel(halveImage(image), level - 1);
}

function grayOf(rgb: Uint8Array): Uint8Array {
  const gray = new Uint8Array(rgb.length / 3);
  const [red, green, blue] = LUMA_WEIGHTS;
  for (let i = 0, j = 0; i < gray.length; i++, j += 3) {
    gray[i] = red * rgb[j]! + green * rgb[j + 1]! + blue * rgb[j + 2]! + 0.5;
  }
  return gray;
}

/** Half the size by the mean of 2x2 pixels (an odd last row or column is dropped); the mask by the majority, ties in. */
export function halveImage({ width, height, gray, mask }: PatchMatchImage): PatchMatchImage {
  const halfWidth = width >> 1;
  const halfHeight = height >> 1;
  const halfGray = new Uint8Array(halfWidth * halfHeight);
  const halfMask = mask && new Uint8Array(halfWidth * halfHeight);
  for (let y = 0; y < halfHeight; y++) {
    for (let x = 0; x < halfWidth; x++) {
      const from = 2 * y * width + 2 * x;
      const to = y * halfWidth + x;
      halfGray[to] = (gray[from]! + gray[from + 1]! + gray[from + width]! + gray[from + width + 1]! + 2) >> 2;
      if (halfMask && mask) {
        const inside = mask[from]! + mask[from + 1]! + mask[from + width]! + mask[from + width + 1]!;
        halfMask[to] = inside >= 2 * 255 ? 255 : 0;
      }
    }
  }
  return { width: halfWidth, height: halfHeight, gray: halfGray, mask: halfMask };
}
