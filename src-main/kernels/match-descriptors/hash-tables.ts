import { Random } from '../../geometry/random.js';

/** Sizes of the hashes; more tables and candidates find more of the true neighbours and take longer. */
export interface HashOptions {
  readonly tableCount: number;
  /** Bits of a bucket number in each table; at most 16. */
  readonly bucketBits: number;
  /** Candidates of a query whose exact distance is computed, the nearest by code. */
  readonly comparedCount: number;
}

/** Bits of the codes by which candidates are ranked. */
export const CODE_BITS = 128;

/** Descriptors of one photo, prepared for matching. */
export interface HashedDescriptors {
  readonly count: number;
  /** Uint8Array[n*128]. */
  readonly descriptors: Uint8Array;
  /** Uint32Array[n*4], codes for ranking. */
  readonly codes: Uint32Array;
  /** Uint16Array[n*tableCount], bucket in each table. */
  readonly buckets: Uint16Array;
  /** Uint32Array[tableCount*(2^bucketBits + 1)]: bucket b of table t has the members `offsets[..t, b] .. offsets[..t, b + 1] - 1`. */
  readonly offsets: Uint32Array;
  /** Uint32Array[tableCount*n], descriptor indices, ascending within a bucket. */
  readonly members: Uint32Array;
}

/** Nearest targets: Int32Array[n*3] of index (-1: none), squared distance, squared distance of the second nearest. */
export type Nearest = Int32Array;
export const NO_DISTANCE = 2 ** 30;

export const planeCountOf = ({ tableCount, bucketBits }: HashOptions) =>
  Math.ceil((CODE_BITS + tableCount * bucketBits) / 32) * 32;

/** Planes through the mean in random directions. @returns Int16Array[planeCount*128], normally distributed, deviation 40 */
export function hashPlanes(options: HashOptions): Int16Array {
  const random = new Random(PLANE_SEED);
  return Int16Array.from({ length: planeCountOf(options) * 128 }, () =>
    Math.max(-127, Math.min(127, Math.round(40 * random.gaussian()))),
  );
}
const PLANE_SEED = 20140624;

/**
 * Splits the sides of the planes into codes and buckets, and lists the members of each bucket.
 *
 * @param bits Uint32Array[n*planeCount/32], bit p: side of plane p
 */
export function buildTables(descriptors: Uint8Array, bits: Uint32Array, options: HashOptions): HashedDescriptors {
  const { tableCount, bucketBits } = options;
  const count = descriptors.length / 128;
  const words = planeCountOf(options) / 32;
  const bucketCount = 2 ** bucketBits;
  const codes = new Uint32Array(count * 4);
  const buckets = new Uint16Array(count * tableCount);
  for (let i = 0; i < count; i++) {
    for (let w = 0; w < 4; w++) codes[i * 4 + w] = bits[i * words + w]!;
    for (let t = 0; t < tableCount; t++) {
      let bucket = 0;
      for (let b = 0; b < bucketBits; b++) {
        const plane = CODE_BITS + t * bucketBits + b;
        bucket |= ((bits[i * words + (plane >> 5)]! >>> (plane & 31)) & 1) << b;
      }
      buckets[i * tableCount + t] = bucket;
    }
  }
  const offsets = new Uint32Array(tableCount * (bucketCount + 1));
  const members = new Uint32Array(tableCount * count);
  for (let t = 0; t < tableCount; t++) {
    const starts = offsets.subarray(t * (bucketCount + 1), (t + 1) * (bucketCount + 1));
    for (let i = 0; i < count; i++) starts[buckets[i * tableCount + t]! + 1]!++;
    for (let b = 0; b < bucketCount; b++) starts[b + 1]! += starts[b]!;
    const next = starts.slice();
    for (let i = 0; i < count; i++) members[t * count + next[buckets[i * tableCount + t]!]!++] = i;
  }
  return { count, descriptors, codes, buckets, offsets, members };
}
