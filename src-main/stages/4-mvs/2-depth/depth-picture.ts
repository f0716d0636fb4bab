import sharp from 'sharp';
import { writeAtomic } from '../../../workspace/write-atomic.js';

const PICTURE_SIZE_PX = 512;

/**
 * Writes normals as a picture to look at (x, y, z as red, green, blue), black where unknown.
 *
 * @param path absolute path of the PNG
 * @param normals Float32Array[h*w*3], unit, camera frame; 0 where unknown
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function writeDepthPicture(
  path: string,
  normals: Float32Array,
  width: number,
  height: number,
): Promise<void> {
  const rgb = new Uint8Array(normals.length);
  for (let i = 0; i < rgb.length; i += 3) {
    if (normals[i + 2] === 0 && normals[i] === 0) continue;
    rgb[i] = 128 + 127 * normals[i]!;
    rgb[i + 1] = 128 - 127 * normals[i + 1]!;
    rgb[i + 2] = 128 - 127 * normals[i + 2]!;
  }
  const image = sharp(rgb, { raw: { width, height, channels: 3 } }).resize(PICTURE_SIZE_PX, PICTURE_SIZE_PX, {
    fit: 'inside',
    withoutEnlargement: true,
  });
  await writeAtomic(path, await image.png().toBuffer());
}
