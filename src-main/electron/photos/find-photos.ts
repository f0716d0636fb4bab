import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isPhotoName } from '../../../src-shared/scene/photo-names.js';

export interface FoundPhoto {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly lastModified: number;
}

export interface FoundPhotos {
  /** In the order of their names. */
  readonly photos: readonly FoundPhoto[];
  /** Things that are no photos, or are not there. */
  readonly skipped: number;
  /** Where all come from one: its name is the capture's. */
  readonly folder: string | undefined;
}

/** A folder that holds more is not a set of photos; nobody waits while a whole disk is read. */
const MOST_ENTRIES = 20_000;
const DEEPEST = 4;

/** The photos among files, and those in folders, with the folders in them. @param paths absolute */
export async function findPhotos(paths: readonly string[]): Promise<FoundPhotos> {
  const photos: FoundPhoto[] = [];
  let skipped = 0;
  let entries = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    const name = basename(path);
    if (name.startsWith('.') || ++entries > MOST_ENTRIES) return;
    const about = await stat(path).catch(() => undefined);
    if (about?.isDirectory() && depth < DEEPEST) {
      for (const entry of await readdir(path).catch(() => [])) await visit(join(path, entry), depth + 1);
    } else if (about?.isFile() && isPhotoName(name)) {
      photos.push({ path, name, bytes: about.size, lastModified: Math.round(about.mtimeMs) });
    } else skipped++;
  };
  for (const path of new Set(paths)) await visit(path, 0);
  const collator = new Intl.Collator('en', { numeric: true });
  const folders = new Set(photos.map(({ path }) => dirname(path)));
  const [first] = paths;
  const isOneFolder = paths.length === 1 && first !== undefined && !photos.some(({ path }) => path === first);
  const [onlyFolder] = folders;
  const folder = isOneFolder ? basename(first) : folders.size === 1 ? basename(onlyFolder ?? '') : '';
  return {
    photos: photos.sort((a, b) => collator.compare(a.name, b.name)),
    skipped,
    folder: folder || undefined,
  };
}
