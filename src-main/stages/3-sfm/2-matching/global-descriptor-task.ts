import { readArrays } from '../../../formats/arrays/array-file.js';
import { nearestWord } from './nearest-word.js';

export interface GlobalDescriptorInput {
  readonly featureFile: string;
  /** Float32Array[w*128]. */
  readonly words: Float32Array;
}

const MAX_DESCRIPTORS = 1000;

/**
 * VLAD of a photo's best descriptors: the sum of their differences from their words; each word's sum brought to length 1, so that
 * repeated patterns do not drown the rest (R. Arandjelovic, A. Zisserman, "All about VLAD", CVPR 2013), then the whole.
 *
 * @returns Float32Array[w*128], unit; zero for a photo without features
 */
export async function run({ featureFile, words }: GlobalDescriptorInput): Promise<Float32Array> {
  const { arrays } = await readArrays<{ descriptors: Uint8Array }>(featureFile);
  const descriptors = arrays.descriptors.subarray(0, MAX_DESCRIPTORS * 128);
  const vlad = new Float32Array(words.length);
  for (let i = 0; i * 128 < descriptors.length; i++) {
    const word = nearestWord(descriptors, i, words);
    for (let d = 0; d < 128; d++) vlad[word * 128 + d]! += descriptors[i * 128 + d]! - words[word * 128 + d]!;
  }
  for (let w = 0; w < words.length; w += 128) normalize(vlad.subarray(w, w + 128));
  normalize(vlad);
  return vlad;
}

function normalize(vector: Float32Array): void {
  const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  if (norm > 0) for (let i = 0; i < vector.length; i++) vector[i]! /= norm;
}
