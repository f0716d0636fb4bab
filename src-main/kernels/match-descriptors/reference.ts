import {
  CODE_BITS,
  type HashedDescriptors,
  type HashOptions,
  type Nearest,
  NO_DISTANCE,
  planeCountOf,
} from './hash-tables.js';

/** Sides of the planes, as `hash` of the kernel gives them to `buildTables`. @returns Uint32Array[n*planeCount/32] */
export function hashBitsReference(
  descriptors: Uint8Array,
  mean: Int16Array,
  planes: Int16Array,
  options: HashOptions,
): Uint32Array {
  const planeCount = planeCountOf(options);
  const bits = new Uint32Array((descriptors.length / 128) * (planeCount / 32));
  for (let i = 0; i * 128 < descriptors.length; i++) {
    for (let p = 0; p < planeCount; p++) {
      let product = 0;
      for (let d = 0; d < 128; d++) product += (descriptors[i * 128 + d]! - mean[d]!) * planes[p * 128 + d]!;
      if (product > 0) bits[(i * planeCount + p) >> 5]! |= 1 << (p & 31);
    }
  }
  return bits;
}

/** The same as `pairMatcher(...).forward(queries)`. */
export function findNearestReference(
  first: HashedDescriptors,
  second: HashedDescriptors,
  options: HashOptions,
  queries: Iterable<number> = Array.from({ length: first.count }, (_, i) => i),
): Nearest {
  return Int32Array.from(
    [...queries].flatMap((query) => {
      const ranked = candidatesOf(query, first, second, options)
        .map((index) => ({ index, hamming: hammingDistance(first.codes, query, second.codes, index) }))
        .sort((a, b) => a.hamming - b.hamming);
      const limit = ranked[Math.min(options.comparedCount, ranked.length) - 1]?.hamming ?? 0;
      const compared = ranked
        .filter(({ hamming }) => hamming <= limit)
        .map(({ index }) => ({ index, distance: squaredDistance(first.descriptors, query, second.descriptors, index) }))
        .sort((a, b) => a.distance - b.distance || a.index - b.index);
      return [compared[0]?.index ?? -1, compared[0]?.distance ?? NO_DISTANCE, compared[1]?.distance ?? NO_DISTANCE];
    }),
  );
}

/** Members of the query's buckets in all tables, each once. */
function candidatesOf(
  query: number,
  first: HashedDescriptors,
  second: HashedDescriptors,
  { tableCount, bucketBits }: HashOptions,
): number[] {
  const candidates = new Set<number>();
  for (let table = 0; table < tableCount; table++) {
    const bucket = table * (2 ** bucketBits + 1) + first.buckets[query * tableCount + table]!;
    for (let i = second.offsets[bucket]!; i < second.offsets[bucket + 1]!; i++) {
      candidates.add(second.members[table * second.count + i]!);
    }
  }
  return [...candidates];
}

function hammingDistance(first: Uint32Array, i: number, second: Uint32Array, j: number): number {
  let distance = 0;
  for (let bit = 0; bit < CODE_BITS; bit++) {
    const word = bit >> 5;
    distance += ((first[i * 4 + word]! ^ second[j * 4 + word]!) >>> (bit & 31)) & 1;
  }
  return distance;
}

export function squaredDistance(first: Uint8Array, i: number, second: Uint8Array, j: number): number {
  let distance = 0;
  for (let d = 0; d < 128; d++) distance += (first[i * 128 + d]! - second[j * 128 + d]!) ** 2;
  return distance;
}
