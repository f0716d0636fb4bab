import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  listMasks,
  listNamedPhotos,
  listPhotos,
  type NamedPhoto,
  type SourceFile,
} from '../stages/1-import/list-photos.js';
import { namePhotos } from '../stages/1-import/name-photos.js';
import { canonicalJson, located, type Sourced, sha256 } from './stage-key.js';

/** The user's files as input of the import stage: keyed by names and content, not by where they are or when they were written. */
export interface PhotoSources {
  readonly photos: Sourced<readonly SourceFile[]>;
  readonly masks?: Sourced<readonly SourceFile[]>;
}

/** Folders and files as a person names them, or stored photos with their names. */
export type GivenPhotos = readonly string[] | readonly NamedPhoto[];

const areNamed = (given: GivenPhotos): given is readonly NamedPhoto[] => typeof given[0] === 'object';

/**
 * Finds the photos and masks and reads all of them once.
 *
 * @param given folders and files, or photos that are stored under other names than their own
 * @param maskFolder of the user's masks, if any
 * @throws INPUT_NOT_FOUND, INPUT_NO_PHOTOS; the signal's reason
 */
export async function findPhotoSources(
  given: GivenPhotos,
  maskFolder: string | undefined,
  signal: AbortSignal,
): Promise<PhotoSources> {
  const photos = areNamed(given) ? await listNamedPhotos(given) : await listPhotos(given, maskFolder);
  const names = namePhotos(photos);
  const sourced = located(photos, await contentKey(photos, names, signal));
  if (maskFolder === undefined) return { photos: sourced };
  const masks = await listMasks(maskFolder);
  const maskNames = masks.map(({ path }) => basename(path));
  return { photos: sourced, masks: located(masks, await contentKey(masks, maskNames, signal)) };
}

async function contentKey(
  files: readonly SourceFile[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const entries: [string | undefined, string][] = [];
  for (const [index, { path }] of files.entries()) {
    signal.throwIfAborted();
    entries.push([names[index], await hashFile(path)]);
  }
  return sha256(canonicalJson(entries));
}

/** Hex SHA-256. A file that cannot be read is left to the stage that needs it, which says so. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  } catch {
    return 'unreadable';
  }
  return hash.digest('hex');
}
