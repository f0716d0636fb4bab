import { readArrays } from '../../../formats/arrays/array-file.js';

const MAX_PHOTOS = 50;
const MAX_DESCRIPTORS_A_PHOTO = 500;

/**
 * Mean of the best descriptors of photos spread over the set: hash planes go through it, so that they cut the descriptors evenly.
 *
 * @param featureFiles absolute paths
 * @returns Int16Array[128]
 */
export async function meanDescriptor(featureFiles: readonly string[]): Promise<Int16Array> {
  const sums = new Float64Array(128);
  let count = 0;
  const step = Math.max(1, featureFiles.length / MAX_PHOTOS);
  for (let at = 0; at < featureFiles.length; at += step) {
    const { arrays } = await readArrays(featureFiles[Math.floor(at)]!);
    const descriptors = arrays.descriptors!.subarray(0, MAX_DESCRIPTORS_A_PHOTO * 128);
    for (let i = 0; i < descriptors.length; i++) sums[i & 127]! += descriptors[i]!;
    count += descriptors.length / 128;
  }
  return Int16Array.from(sums, (sum) => Math.round(sum / Math.max(1, count)));
}
