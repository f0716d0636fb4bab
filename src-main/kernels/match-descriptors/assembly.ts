// Approximate nearest neighbours of SIFT descriptors by cascade hashing.
// Based on: J. Cheng et al., "Fast and accurate image matching with cascade hashing for 3D reconstruction", CVPR 2014: candidates
// share a bucket with the query in one of several hash tables, are ranked by the Hamming distance of longer codes, and the few
// best are compared exactly.

export const heapBase: usize = __heap_base;

const DIMENSIONS: usize = 128;

/**
 * Which side of each plane a descriptor lies on.
 *
 * @param descriptors u8[count*128]  @param mean i16[128], taken off first  @param planes i16[planeCount*128], planeCount % 32 = 0
 * @param bits u32[count*planeCount/32], result: bit p % 32 of word p / 32 says that plane p's product is positive
 * @param scratch i16[128]
 */
export function hash(descriptors: usize, count: i32, mean: usize, planes: usize, planeCount: i32, bits: usize, scratch: usize): void {
  for (let i = 0; i < count; i++) {
    const descriptor = descriptors + <usize>i * DIMENSIONS;
    for (let d: usize = 0; d < DIMENSIONS; d += 8) {
      v128.store(scratch + (d << 1), i16x8.sub(v128.load8x8_u(descriptor + d), v128.load(mean + (d << 1))));
    }
    let plane = planes;
    for (let p = 0; p < planeCount; p += 32) {
      let word: u32 = 0;
      for (let b = 0; b < 32; b++) {
        let sum = i32x4.splat(0);
        for (let d: usize = 0; d < 2 * DIMENSIONS; d += 32) {
          sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(scratch + d), v128.load(plane + d)));
          sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(scratch + d, 16), v128.load(plane + d, 16)));
        }
        if (sumLanes(sum) > 0) word |= (<u32>1) << b;
        plane += 2 * DIMENSIONS;
      }
      store<u32>(bits, word);
      bits += 4;
    }
  }
}

/**
 * The nearest and second nearest target of each query among its candidates.
 *
 * @param queries u32[queryCount], indices in the first set, or 0 for all in order
 * @param first, second u8[*128], descriptors of the two sets  @param firstCodes, secondCodes u64[*2], codes for ranking
 * @param buckets u16[*tableCount], of the first set
 * @param offsets u32[tableCount*(bucketCount+1)], members u32[tableCount*secondCount]: the second set's tables; members of a
 *   bucket ascend
 * @param compared number of candidates compared exactly (more where Hamming distances tie)
 * @param nearest i32[queryCount*3], result: index in the second set, squared distance, squared distance of the second nearest;
 *   index -1 without candidates, distance 2^30 where there is none; ties go to the smaller index
 * @param seen scratch u32[secondCount]  @param candidates scratch u32[secondCount*2]  @param scratch 1024 bytes
 */
export function findNearest(
  queries: usize, queryCount: i32, first: usize, firstCodes: usize, buckets: usize,
  second: usize, secondCodes: usize, secondCount: i32, offsets: usize, members: usize, tableCount: i32, bucketCount: i32,
  compared: i32, nearest: usize, seen: usize, candidates: usize, scratch: usize,
): void {
  const histogram = scratch + 2 * DIMENSIONS;
  memory.fill(seen, 0, (<usize>secondCount) << 2);
  for (let q = 0; q < queryCount; q++) {
    const query = queries == 0 ? q : <i32>load<u32>(queries + ((<usize>q) << 2));
    const code0 = load<u64>(firstCodes + ((<usize>query) << 4));
    const code1 = load<u64>(firstCodes + ((<usize>query) << 4), 8);
    const stamp = q + 1;
    memory.fill(histogram, 0, 129 * 4);

    // 1. Members of the query's buckets, each once, with their Hamming distances.
    let count: usize = 0;
    for (let t = 0; t < tableCount; t++) {
      const bucket = <i32>load<u16>(buckets + ((<usize>(query * tableCount + t)) << 1));
      const range = offsets + ((<usize>(t * (bucketCount + 1) + bucket)) << 2);
      const table = members + ((<usize>(t * secondCount)) << 2);
      const end = table + ((<usize>load<u32>(range, 4)) << 2);
      for (let p = table + ((<usize>load<u32>(range)) << 2); p < end; p += 4) {
        const candidate = <usize>load<u32>(p);
        if (load<i32>(seen + (candidate << 2)) == stamp) continue;
        store<i32>(seen + (candidate << 2), stamp);
        const other = secondCodes + (candidate << 4);
        const distance = <u32>(popcnt(code0 ^ load<u64>(other)) + popcnt(code1 ^ load<u64>(other, 8)));
        store<u32>(candidates + (count << 3), <u32>candidate);
        store<u32>(candidates + (count << 3), distance, 4);
        count++;
        const cell = histogram + ((<usize>distance) << 2);
        store<i32>(cell, load<i32>(cell) + 1);
      }
    }

    // 2. The Hamming distance up to which there are enough of them.
    let limit = 0;
    for (let enough = load<i32>(histogram); enough < compared && limit < 128; ) {
      limit++;
      enough += load<i32>(histogram + ((<usize>limit) << 2));
    }

    // 3. Exact distances.
    const descriptor = first + <usize>query * DIMENSIONS;
    for (let d: usize = 0; d < DIMENSIONS; d += 8) v128.store(scratch + (d << 1), v128.load8x8_u(descriptor + d));
    let best = 1 << 30;
    let bestIndex = -1;
    let next = 1 << 30;
    for (let c: usize = 0; c < count; c++) {
      if (load<i32>(candidates + (c << 3), 4) > limit) continue;
      const candidate = load<i32>(candidates + (c << 3));
      const distance = squaredDistance(scratch, second + <usize>candidate * DIMENSIONS);
      if (distance < best || (distance == best && candidate < bestIndex)) {
        next = best;
        best = distance;
        bestIndex = candidate;
      } else if (distance < next) {
        next = distance;
      }
    }
    const result = nearest + <usize>(q * 12);
    store<i32>(result, bestIndex);
    store<i32>(result, best, 4);
    store<i32>(result, next, 8);
  }
}

/** @param query i16[128]  @param target u8[128] */
// @ts-ignore: decorator
@inline
function squaredDistance(query: usize, target: usize): i32 {
  let sum = i32x4.splat(0);
  for (let d: usize = 0; d < DIMENSIONS; d += 16) {
    const a = i16x8.sub(v128.load(query + (d << 1)), v128.load8x8_u(target + d));
    const b = i16x8.sub(v128.load(query + (d << 1), 16), v128.load8x8_u(target + d, 8));
    sum = i32x4.add(sum, i32x4.add(i32x4.dot_i16x8_s(a, a), i32x4.dot_i16x8_s(b, b)));
  }
  return sumLanes(sum);
}

/**
 * The same by comparing every query with every target.
 * @param nearest i32[firstCount*3], as above  @param scratch i16[128]
 */
export function findNearestExhaustively(
  first: usize, firstCount: i32, second: usize, secondCount: i32, nearest: usize, scratch: usize,
): void {
  for (let q = 0; q < firstCount; q++) {
    const descriptor = first + <usize>q * DIMENSIONS;
    for (let d: usize = 0; d < DIMENSIONS; d += 8) v128.store(scratch + (d << 1), v128.load8x8_u(descriptor + d));
    let best = 1 << 30;
    let bestIndex = -1;
    let next = 1 << 30;
    for (let i = 0; i < secondCount; i++) {
      const distance = squaredDistance(scratch, second + <usize>i * DIMENSIONS);
      if (distance < best) {
        next = best;
        best = distance;
        bestIndex = i;
      } else if (distance < next) {
        next = distance;
      }
    }
    const result = nearest + <usize>(q * 12);
    store<i32>(result, bestIndex);
    store<i32>(result, best, 4);
    store<i32>(result, next, 8);
  }
}

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}
