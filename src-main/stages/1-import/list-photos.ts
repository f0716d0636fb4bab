import type { Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { isPhotoName } from '../../../src-shared/scene/photo-names.js';
import { compareNatural } from './natural-order.js';
import { SNIFF_BYTES, sniffPhotoFormat } from './sniff-photo-format.js';

/** A file given by the user. Size and time are part of the stage's input, so that a changed file is imported again. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** How people know the file, where its path does not say: a photo that was uploaded. Shown, never used as a path. */
  readonly name?: string;
}

/** A photo that is stored under another name than its own. */
export interface NamedPhoto {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
}

/**
 * Expands what the user gave to a list of photo files. A folder stands for its photos (not those of its sub-folders): the
 * files that have a photo's extension or begin like a photo; hidden files and masks are passed over. A file that is named
 * itself is taken as it is, so that import can say what is wrong with it.
 *
 * @param paths folders and files
 * @param maskFolder folder of the user's masks; masks that lie among the photos (`photo.jpg.png`) are not photos
 * @returns files in natural order of their paths, each once
 * @throws INPUT_NOT_FOUND, INPUT_NO_PHOTOS
 */
export async function listPhotos(paths: readonly string[], maskFolder?: string): Promise<SourceFile[]> {
  const found = new Map<string, SourceFile>();
  for (const path of paths) {
    const absolute = resolve(path);
    const stats = await statOf(absolute);
    const files = stats.isDirectory() ? await photosOfFolder(absolute, maskFolder) : [sourceFile(absolute, stats)];
    for (const file of files) {
      const key = await realpath(file.path);
      if (!found.has(key)) found.set(key, file);
    }
  }
  if (found.size === 0) throw noPhotos(paths, await subfoldersWithPhotos(paths));
  return [...found.values()].sort(byPath);
}

/**
 * Photos that are stored under other names, in the natural order of their own: that of a folder which holds them by these
 * names. Those of one name keep the order in which they are given.
 *
 * @throws INPUT_NOT_FOUND
 */
export async function listNamedPhotos(photos: readonly NamedPhoto[]): Promise<SourceFile[]> {
  const sorted = photos.toSorted((a, b) => compareNatural(a.name, b.name));
  return Promise.all(sorted.map(async ({ path, name }) => ({ ...sourceFile(path, await statOf(path)), name })));
}

/** The PNG files of the mask folder, in natural order. @throws INPUT_NOT_FOUND */
export async function listMasks(folder: string): Promise<SourceFile[]> {
  const absolute = resolve(folder);
  if (!(await statOf(absolute)).isDirectory()) {
    throw new StudioError('INPUT_NOT_FOUND', { message: `The mask folder is not a folder: ${basename(folder)}` });
  }
  const files: SourceFile[] = [];
  for (const name of await visibleNames(absolute)) {
    const path = join(absolute, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile() && extname(name).toLowerCase() === '.png') files.push(sourceFile(path, stats));
  }
  return files.sort(byPath);
}

async function photosOfFolder(folder: string, maskFolder: string | undefined): Promise<SourceFile[]> {
  const names = await visibleNames(folder);
  const masksAmongPhotos = maskFolder !== undefined && resolve(maskFolder) === folder;
  const lowerNames = new Set(names.map((name) => name.toLowerCase()));
  const isMask = (name: string) =>
    masksAmongPhotos && /\.png$/i.test(name) && lowerNames.has(name.toLowerCase().replace(/\.png$/, ''));
  const files: SourceFile[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => undefined);
    if (!stats?.isFile() || isMask(name)) continue;
    if (isPhotoName(name) || (await beginsLikePhoto(path))) {
      files.push(sourceFile(path, stats));
    }
  }
  return files;
}

async function visibleNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(compareNatural);
  } catch (error) {
    throw new StudioError('INPUT_NOT_FOUND', {
      message: 'The folder cannot be read.',
      hint: 'Check its permissions.',
      details: { path: folder },
      cause: error,
    });
  }
}

async function beginsLikePhoto(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return sniffPhotoFormat(buffer.subarray(0, bytesRead)) !== undefined;
  } finally {
    await file.close();
  }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw new StudioError('INPUT_NOT_FOUND', {
      message: `There is no file or folder ${path}`,
      details: { path },
      cause: error,
    });
  }
}

/** Names of direct sub-folders that hold photos: what the user probably meant. */
async function subfoldersWithPhotos(paths: readonly string[]): Promise<string[]> {
  const folders: string[] = [];
  for (const path of paths.map((path) => resolve(path))) {
    for (const name of await visibleNames(path).catch(() => [])) {
      const inside = await readdir(join(path, name)).catch(() => []);
      if (inside.some((file) => isPhotoName(file))) folders.push(join(path, name));
    }
  }
  return folders;
}

function noPhotos(paths: readonly string[], meant: readonly string[]): StudioError {
  const hint =
    meant.length > 0 ? { hint: `There are photos in ${meant.slice(0, 3).join(', ')}: give that folder.` } : {};
  return new StudioError('INPUT_NO_PHOTOS', { ...hint, details: { paths } });
}

const sourceFile = (path: string, stats: Stats): SourceFile => ({ path, bytes: stats.size, modifiedMs: stats.mtimeMs });

const byPath = (a: SourceFile, b: SourceFile) =>
  compareNatural(dirname(a.path), dirname(b.path)) || compareNatural(basename(a.path), basename(b.path));
