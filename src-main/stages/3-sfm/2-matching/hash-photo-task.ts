import { readArrays, writeArrays } from '../../../formats/arrays/array-file.js';
import { type HashOptions, hashPlanes } from '../../../kernels/match-descriptors/hash-tables.js';
import { hashDescriptors } from '../../../kernels/match-descriptors/index.js';

export interface HashPhotoInput {
  readonly featureFile: string;
  readonly hashFile: string;
  /** Int16Array[128], mean descriptor of the photos. */
  readonly mean: Int16Array;
  readonly options: HashOptions;
}

/** Hashes one photo's descriptors and writes the hash file: the arrays of `HashedDescriptors` but the descriptors. */
export async function run({ featureFile, hashFile, mean, options }: HashPhotoInput): Promise<void> {
  const { arrays } = await readArrays<{ descriptors: Uint8Array }>(featureFile);
  const hashed = hashDescriptors(arrays.descriptors, mean, planesFor(options), options);
  const { codes, buckets, offsets, members } = hashed;
  await writeArrays(hashFile, { meta: {}, arrays: { codes, buckets, offsets, members } });
}

const planes = new Map<string, Int16Array>();

/** Planes are the same for all photos: made once in each worker. */
function planesFor(options: HashOptions): Int16Array {
  const key = `${options.tableCount} ${options.bucketBits}`;
  const made = planes.get(key) ?? hashPlanes(options);
  planes.set(key, made);
  return made;
}
