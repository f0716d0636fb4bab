import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { StageContext } from '../../pipeline/stage.js';
import type { PreparePhotoInput } from './prepare-photo-task.js';

/** Where prepared photos go. Absolute paths. */
export interface PhotoPlaces {
  readonly images: string;
  /** Of a photo's mask, a PNG, by the name of its image. */
  readonly maskPathOf: (name: string) => string;
  /** A photo without mask among others with masks gets a white one, for programs that refuse it else. */
  readonly hasMaskEach?: boolean;
}

/** Name of a photo for other programs: its number, so that no name of a file reaches a path, a list or a database. */
const stemOf = (photoId: number) => String(photoId + 1).padStart(6, '0');

/** The photo that a name given by {@link preparePhotos} stands for. */
export const photoIdOf = (name: string): number => Number.parseInt(name, 10) - 1;

/**
 * Writes upright photos and their masks, where they are not there yet.
 *
 * @param onPhoto called with the share that is done, 0..1
 * @returns the name of each photo in the folder of images
 */
export async function preparePhotos(
  photos: readonly Photo[],
  { images, maskPathOf, hasMaskEach = false }: PhotoPlaces,
  { kernels, signal }: Pick<StageContext, 'kernels' | 'signal'>,
  onPhoto: (fraction: number) => void,
): Promise<string[]> {
  await mkdir(images, { recursive: true });
  const names = await Promise.all(
    photos.map(async (photo) => `${stemOf(photo.photoId)}${(await isPlainJpeg(photo)) ? '.jpg' : '.png'}`),
  );
  const hasMasks = hasMaskEach && photos.some(({ maskPath }) => maskPath !== undefined);
  const inputs = photos
    .map(
      (photo, index): PreparePhotoInput => ({
        photo,
        imagePath: join(images, names[index]!),
        ...(photo.maskPath === undefined && !hasMasks ? {} : { maskPath: maskPathOf(names[index]!) }),
      }),
    )
    .filter(({ imagePath }) => !existsSync(imagePath));
  for (const folder of new Set(inputs.flatMap(({ maskPath }) => (maskPath === undefined ? [] : [dirname(maskPath)])))) {
    await mkdir(folder, { recursive: true });
  }
  const task = new URL('./prepare-photo-task.js', import.meta.url);
  await kernels.map<PreparePhotoInput, void>(task, inputs, signal, (done) => onPhoto(done / inputs.length));
  return names;
}

/** Whether other programs can read the file as it is: JPEG, upright, of three colours. */
async function isPlainJpeg({ path, width, height }: Photo): Promise<boolean> {
  const found = await sharp(path).metadata();
  const isUpright = (found.orientation ?? 1) === 1 && found.width === width && found.height === height;
  return found.format === 'jpeg' && found.channels === 3 && found.space === 'srgb' && isUpright;
}
