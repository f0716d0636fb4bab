import { Random } from '../../../geometry/random.js';
import { nearestWord } from './nearest-word.js';

export interface VocabularyInput {
  /** Uint8Array[n*128]. */
  readonly descriptors: Uint8Array;
  readonly wordCount: number;
  readonly seed: number;
}

const ITERATIONS = 10;
const STREAM = 0x766f63; // "voc": keeps this use of the seed apart from others

/** Learns words by k-means (Lloyd), begun at random descriptors. @returns Float32Array[wordCount*128] */
export function run({ descriptors, wordCount, seed }: VocabularyInput): Float32Array {
  const count = descriptors.length / 128;
  const words = new Float32Array(wordCount * 128);
  if (count === 0) return words;
  const random = new Random(seed, STREAM);
  for (let w = 0; w < wordCount; w++) {
    const i = random.below(count);
    words.set(descriptors.subarray(i * 128, (i + 1) * 128), w * 128);
  }
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const sums = new Float64Array(wordCount * 128);
    const sizes = new Uint32Array(wordCount);
    for (let i = 0; i < count; i++) {
      const word = nearestWord(descriptors, i, words);
      sizes[word]!++;
      for (let d = 0; d < 128; d++) sums[word * 128 + d]! += descriptors[i * 128 + d]!;
    }
    // A word without members stays where it is.
    for (let w = 0; w < wordCount; w++) {
      for (let d = 0; d < 128 && sizes[w]! > 0; d++) words[w * 128 + d] = sums[w * 128 + d]! / sizes[w]!;
    }
  }
  return words;
}
