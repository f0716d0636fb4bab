import { statSync } from 'node:fs';
import { readArrays, writeArrays } from '../../../formats/arrays/array-file.js';
import type { HashedDescriptors } from '../../../kernels/match-descriptors/hash-tables.js';
import { matchPair } from './match-pair.js';
import type { MatchingOptions } from './matching.js';

/** Absolute paths. */
interface PhotoFiles {
  readonly featureFile: string;
  readonly hashFile: string;
}

export interface MatchPairsInput {
  readonly pairs: readonly {
    readonly firstId: number;
    readonly secondId: number;
    readonly first: PhotoFiles;
    readonly second: PhotoFiles;
  }[];
  /** Absolute path of the match file to write, in the layout of `PutativeMatches` but in the batch's order. */
  readonly batchFile: string;
  readonly options: MatchingOptions;
}

/** What matching needs of a photo. */
export interface MatchablePhoto extends HashedDescriptors {
  /** Float32Array[n*4]: x, y, scale, orientation. */
  readonly keypoints: Float32Array;
}

/** Matches the pairs of one batch. */
export async function run({ pairs, batchFile, options }: MatchPairsInput): Promise<void> {
  const matches: Uint32Array[] = [];
  for (const { first, second } of pairs) {
    matches.push(matchPair(await loadPhoto(first), await loadPhoto(second), options));
  }
  const offsets = new Uint32Array(pairs.length + 1);
  for (const [i, list] of matches.entries()) offsets[i + 1] = offsets[i]! + list.length / 2;
  const joined = new Uint32Array(offsets[pairs.length]! * 2);
  for (const [i, list] of matches.entries()) joined.set(list, offsets[i]! * 2);
  const ids = Uint32Array.from(pairs.flatMap(({ firstId, secondId }) => [firstId, secondId]));
  await writeArrays(batchFile, { meta: {}, arrays: { pairs: ids, offsets, matches: joined } });
}

/** Photos in memory in each worker, least recently used first: two blocks' worth. */
const MAX_CACHED_PHOTOS = 33;
const cache = new Map<string, MatchablePhoto>();

async function loadPhoto({ featureFile, hashFile }: PhotoFiles): Promise<MatchablePhoto> {
  // The time of writing tells a file of this run from one of an earlier run in the same place.
  const key = `${hashFile}:${statSync(hashFile).mtimeMs}`;
  let photo = cache.get(key);
  cache.delete(key);
  if (photo === undefined) {
    const { arrays } = await readArrays<{ keypoints: Float32Array; descriptors: Uint8Array }>(featureFile);
    const hashes = await readArrays<Pick<HashedDescriptors, 'codes' | 'buckets' | 'offsets' | 'members'>>(hashFile);
    const { keypoints, descriptors } = arrays;
    photo = { count: keypoints.length / 4, keypoints, descriptors, ...hashes.arrays };
  }
  cache.set(key, photo);
  for (const oldest of cache.keys()) if (cache.size > MAX_CACHED_PHOTOS) cache.delete(oldest);
  return photo;
}
