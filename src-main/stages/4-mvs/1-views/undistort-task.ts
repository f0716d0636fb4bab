import type { Camera } from '../../../../src-shared/scene/camera.js';
import type { Photo } from '../../../../src-shared/scene/photo.js';
import { writeArrays } from '../../../formats/arrays/array-file.js';
import { decodeMask, decodePhoto } from '../../../formats/image/decode-photo.js';
import { undistortPhoto } from './undistort-photo.js';

export interface UndistortInput {
  readonly photo: Photo;
  readonly camera: Camera;
  /** Working size. */
  readonly width: number;
  readonly height: number;
  /** Absolute path of the array file to write. */
  readonly path: string;
}

/** Decodes, reduces and undistorts one photo and its mask, and writes the view's file. @returns share of pixels in the mask */
export async function run({ photo, camera, width, height, path }: UndistortInput): Promise<{ inside: number }> {
  const { data } = await decodePhoto(photo, { channels: 3, maxPixels: width * height });
  const userMask = await decodeMask(photo, width, height);
  const { rgb, mask } = undistortPhoto(data, userMask, camera, width, height);
  await writeArrays(path, { meta: { width, height }, arrays: mask ? { rgb, mask } : { rgb } });
  let inside = width * height;
  if (mask) inside = mask.reduce((sum, value) => sum + (value ? 1 : 0), 0);
  return { inside: inside / (width * height) };
}
