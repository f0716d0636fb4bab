import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { extname } from 'node:path';
import sharp from 'sharp';
import type { Camera } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import { decodeMask, decodePhoto } from '../../formats/image/decode-photo.js';
import { type Pinhole, undistortPhoto } from '../../stages/4-mvs/1-views/undistort-photo.js';
import { undistortedCamera } from './undistorted-camera.js';

export interface ExportPhotoInput {
  readonly photo: Photo;
  /** Absolute path to write, `.jpg`, `.jpeg` or `.png`. */
  readonly imagePath: string;
  /** Absolute path of the mask to write, if any; white for a photo without one. */
  readonly maskPath?: string;
  /** Its distortion is taken out; the photo stays as it is when absent. */
  readonly camera?: Camera;
}

/** Little is lost, and trainers read it faster than PNG. */
const JPEG_QUALITY = 96;

/** Writes a photo upright and, where asked for, without lens distortion, and its mask alike. */
export async function run({ photo, imagePath, maskPath, camera }: ExportPhotoInput): Promise<void> {
  const { width, height } = photo;
  const given = await decodeMask(photo, width, height);
  const mask = given ?? (maskPath === undefined ? undefined : new Uint8Array(width * height).fill(255));
  if (camera === undefined && (await isAsWanted(photo, imagePath))) {
    await copyFile(photo.path, imagePath, constants.COPYFILE_FICLONE);
    await writeMask(mask, maskPath, width, height);
    return;
  }
  const { data } = await decodePhoto(photo, { channels: 3 });
  const target = camera === undefined ? undefined : pinholeOf(undistortedCamera(camera));
  const result = camera === undefined ? { rgb: data, mask } : undistortPhoto(data, mask, camera, width, height, target);
  const size = target ?? { width, height };
  const image = sharp(result.rgb, { raw: { width: size.width, height: size.height, channels: 3 } });
  const isPng = extname(imagePath) === '.png';
  await (isPng ? image.png() : image.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' })).toFile(imagePath);
  await writeMask(result.mask, maskPath, size.width, size.height);
}

const pinholeOf = ({ width, height, parameters }: Camera): Pinhole => {
  const [fx, fy, cx, cy] = parameters as [number, number, number, number];
  return { width, height, fx, fy, cx, cy };
};

/** Whether the file can be taken as it is: of the format that its name says, upright, of three colours. */
async function isAsWanted({ path, width, height }: Photo, imagePath: string): Promise<boolean> {
  const found = await sharp(path).metadata();
  const isUpright = (found.orientation ?? 1) === 1 && found.width === width && found.height === height;
  const format = extname(imagePath) === '.png' ? 'png' : 'jpeg';
  return found.format === format && found.channels === 3 && found.space === 'srgb' && isUpright;
}

async function writeMask(mask: Uint8Array | undefined, path: string | undefined, width: number, height: number) {
  if (mask === undefined || path === undefined) return;
  await sharp(mask, { raw: { width, height, channels: 1 } })
    .png()
    .toFile(path);
}
