import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { KernelMemory } from '../wasm/kernel-memory.js';
import { buildTables, type HashedDescriptors, type HashOptions, type Nearest, planeCountOf } from './hash-tables.js';

interface Exports {
  hash(
    descriptors: number,
    count: number,
    mean: number,
    planes: number,
    planeCount: number,
    bits: number,
    scratch: number,
  ): void;
  findNearest(
    queries: number,
    queryCount: number,
    first: number,
    firstCodes: number,
    buckets: number,
    second: number,
    secondCodes: number,
    secondCount: number,
    offsets: number,
    members: number,
    tableCount: number,
    bucketCount: number,
    compared: number,
    nearest: number,
    seen: number,
    candidates: number,
    scratch: number,
  ): void;
  findNearestExhaustively(
    first: number,
    firstCount: number,
    second: number,
    secondCount: number,
    nearest: number,
    scratch: number,
  ): void;
}

const SCRATCH_BYTES = 1024;

let memory: KernelMemory<Exports> | undefined;

function freshMemory(): KernelMemory<Exports> {
  memory ??= new KernelMemory<Exports>(new URL('./kernel.wasm', import.meta.url));
  memory.reset();
  return memory;
}

/**
 * Prepares a photo's descriptors for {@link findNearest}.
 *
 * @param descriptors Uint8Array[n*128]
 * @param mean Int16Array[128], of the descriptors of all photos
 * @param planes from `hashPlanes`
 */
export function hashDescriptors(
  descriptors: Uint8Array,
  mean: Int16Array,
  planes: Int16Array,
  options: HashOptions,
): HashedDescriptors {
  const planeCount = planeCountOf(options);
  if (descriptors.length % 128 !== 0 || mean.length !== 128 || planes.length !== planeCount * 128) {
    throw new StudioError('INTERNAL', { message: 'Descriptors, mean and planes disagree' });
  }
  const count = descriptors.length / 128;
  const kernel = freshMemory();
  const bits = kernel.allocate((count * planeCount) / 8);
  const inputs = [kernel.put(descriptors), count, kernel.put(mean), kernel.put(planes), planeCount] as const;
  kernel.exports.hash(...inputs, bits, kernel.allocate(SCRATCH_BYTES));
  return buildTables(descriptors, kernel.u32(bits, (count * planeCount) / 32), options);
}

/** Finds the neighbours in both directions between the descriptors of two photos. */
export interface PairMatcher {
  /** Nearest in the second photo of the first photo's descriptors, all of them or those of these indices. */
  forward(queries?: Uint32Array): Nearest;
  /** Nearest in the first photo of the second photo's descriptors. */
  backward(queries?: Uint32Array): Nearest;
}

/** The matcher holds until the next call of any function of this kernel. */
export function pairMatcher(first: HashedDescriptors, second: HashedDescriptors, options: HashOptions): PairMatcher {
  const kernel = freshMemory();
  const put = (set: HashedDescriptors) => ({
    count: set.count,
    descriptors: kernel.put(set.descriptors),
    codes: kernel.put(set.codes),
    buckets: kernel.put(set.buckets),
    offsets: kernel.put(set.offsets),
    members: kernel.put(set.members),
  });
  const a = put(first);
  const b = put(second);
  const most = Math.max(a.count, b.count);
  const list = kernel.allocate(most * 4);
  const nearest = kernel.allocate(most * 12);
  const seen = kernel.allocate(most * 4);
  const candidates = kernel.allocate(most * 8);
  const scratch = kernel.allocate(SCRATCH_BYTES);
  const find = (from: typeof a, to: typeof a, queries?: Uint32Array): Nearest => {
    const queryCount = queries?.length ?? from.count;
    if (queryCount > most) throw new StudioError('INTERNAL', { message: 'More queries than descriptors' });
    if (queries !== undefined) kernel.u32(list, queryCount).set(queries);
    kernel.exports.findNearest(
      queries === undefined ? 0 : list,
      queryCount,
      from.descriptors,
      from.codes,
      from.buckets,
      to.descriptors,
      to.codes,
      to.count,
      to.offsets,
      to.members,
      options.tableCount,
      2 ** options.bucketBits,
      options.comparedCount,
      nearest,
      seen,
      candidates,
      scratch,
    );
    return kernel.i32(nearest, queryCount * 3).slice();
  };
  return { forward: (queries) => find(a, b, queries), backward: (queries) => find(b, a, queries) };
}

/** Nearest among all: for few descriptors, and to measure what hashing misses. */
export function findNearestExhaustively(first: Uint8Array, second: Uint8Array): Nearest {
  const kernel = freshMemory();
  const count = first.length / 128;
  const nearest = kernel.allocate(count * 12);
  const inputs = [kernel.put(first), count, kernel.put(second), second.length / 128] as const;
  kernel.exports.findNearestExhaustively(...inputs, nearest, kernel.allocate(SCRATCH_BYTES));
  return kernel.i32(nearest, count * 3).slice();
}
