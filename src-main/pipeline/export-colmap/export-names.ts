import { extname } from 'node:path';
import type { Photo } from '../../../src-shared/scene/photo.js';

/** Files that every program reads; photos of other kinds are written as JPEG. */
const KEPT_EXTENSIONS = ['.jpg', '.jpeg', '.png'];

/**
 * A plain file name for each photo: letters, digits, dot, dash and underscore, unique also where case and extension do not count, for
 * a mask may be called by its photo's name without extension.
 *
 * @param isRewritten whether all photos are written anew, as JPEG
 * @returns by photo id
 */
export function exportNames(
  photos: readonly Pick<Photo, 'photoId' | 'name'>[],
  isRewritten: boolean,
): ReadonlyMap<number, string> {
  const taken = new Set<string>();
  const names = new Map<number, string>();
  for (const { photoId, name } of photos) {
    const extension = extname(name).toLowerCase();
    const isKept = KEPT_EXTENSIONS.includes(extension) && (!isRewritten || extension !== '.png');
    const stem = (extension === '' ? name : name.slice(0, -extension.length)).replaceAll(/[^A-Za-z0-9._-]+/g, '_');
    let plain = '';
    for (let copy = 1; plain === '' || taken.has(plain.toLowerCase()); copy++) {
      plain = `${stem || 'photo'}${copy === 1 ? '' : `_${copy}`}`;
    }
    taken.add(plain.toLowerCase());
    names.set(photoId, `${plain}${isKept ? extension : '.jpg'}`);
  }
  return names;
}
