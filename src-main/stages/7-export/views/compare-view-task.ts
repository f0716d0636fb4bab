import sharp from 'sharp';
import type { TexturedMesh } from '../../../../src-shared/scene/mesh.js';
import { decodeMask, decodePhoto } from '../../../formats/image/decode-photo.js';
import type { RgbImage } from '../../../geometry/sample-bilinear.js';
import { psnr, ssim } from './image-quality.js';
import { RAYS, type RenderCamera, type RenderedView, renderView } from './render-view.js';
import { resampleArea } from './resample-area.js';

export interface CompareInput {
  readonly photoId: number;
  readonly photo: {
    readonly path: string;
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly maskPath?: string;
  };
  readonly camera: RenderCamera;
  /** World coordinates. */
  readonly mesh: TexturedMesh;
  readonly texture: RgbImage;
  /** Whether to encode the photo and the rendering for people. */
  readonly wantsPair: boolean;
}

/** How much a rendering of the model is like the photo. */
export interface ViewComparison {
  readonly photoId: number;
  /** Over pixels that the mesh covers wholly and that are within the mask; undefined where there are none. */
  readonly psnr: number | undefined;
  readonly ssim: number | undefined;
  /** Share of the mask, or of the photo where it has none, that the mesh covers. */
  readonly coverage: number;
  /** JPEG, the photo on the left and the rendering on the right. */
  readonly pair?: Uint8Array;
}

const ALL_RAYS = RAYS * RAYS;

/** Renders the model as a photo saw it and compares the two. */
export async function run({ photoId, photo, camera, mesh, texture, wantsPair }: CompareInput): Promise<ViewComparison> {
  const { width, height } = camera;
  const full = await decodePhoto(photo, { channels: 3 });
  const mask = await decodeMask(photo, width, height);
  const expected = Uint8ClampedArray.from(resampleArea(full.data, full.width, full.height, 3, width, height));
  const render = renderView(mesh, texture, camera);
  const valid = render.hits.map((hits, i) => (hits === ALL_RAYS && isObject(mask, i) ? 1 : 0));
  const comparison = {
    photoId,
    psnr: psnr(expected, render.rgb, valid),
    ssim: ssim(expected, render.rgb, valid, width, height),
    coverage: coverage(render, mask),
  };
  return wantsPair ? { ...comparison, pair: await encodePair(expected, render) } : comparison;
}

const isObject = (mask: Uint8Array | undefined, i: number) => mask === undefined || mask[i] !== 0;

function coverage({ hits }: RenderedView, mask: Uint8Array | undefined): number {
  let object = 0;
  let covered = 0;
  for (let i = 0; i < hits.length; i++) {
    if (!isObject(mask, i)) continue;
    object++;
    if (hits[i]! * 2 >= ALL_RAYS) covered++;
  }
  return object === 0 ? 0 : covered / object;
}

/** Grey behind the rendering, as dark as the report's pictures. */
const BACKGROUND = 40;

async function encodePair(photo: Uint8ClampedArray, { rgb, hits, width, height }: RenderedView): Promise<Uint8Array> {
  const pair = Buffer.alloc(width * 2 * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * width + x;
      const share = hits[from]! / ALL_RAYS;
      for (let c = 0; c < 3; c++) {
        pair[(y * 2 * width + x) * 3 + c] = photo[from * 3 + c]!;
        pair[(y * 2 * width + width + x) * 3 + c] = share * rgb[from * 3 + c]! + (1 - share) * BACKGROUND;
      }
    }
  }
  const bytes = await sharp(pair, { raw: { width: width * 2, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
  return Uint8Array.from(bytes);
}
