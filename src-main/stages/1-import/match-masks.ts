import { basename } from 'node:path';

/**
 * The mask of each photo, by name, case aside: `IMG_1.JPG` has `IMG_1.JPG.png`, `IMG_1.png` or `IMG_1_mask.png`.
 *
 * @param photoPaths of the photos
 * @param maskPaths of the PNG files in the mask folder
 * @returns for each photo the path of its mask, undefined where there is none
 */
export function matchMasks(photoPaths: readonly string[], maskPaths: readonly string[]): (string | undefined)[] {
  const byStem = new Map<string, string>();
  for (const path of maskPaths) {
    const key = stem(basename(path));
    if (!byStem.has(key)) byStem.set(key, path);
  }
  return photoPaths.map((path) => {
    const name = basename(path);
    const candidates = [normal(name), stem(name), `${stem(name)}_mask`];
    return candidates.map((candidate) => byStem.get(candidate)).find((mask) => mask !== undefined);
  });
}

const normal = (name: string) => name.normalize('NFC').toLowerCase();
const stem = (name: string) => normal(name).replace(/\.[^.]*$/, '');
