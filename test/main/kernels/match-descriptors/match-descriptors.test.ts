import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { buildTables, hashPlanes } from '#main/kernels/match-descriptors/hash-tables.js';
import { findNearestExhaustively, hashDescriptors, pairMatcher } from '#main/kernels/match-descriptors/index.js';
import { findNearestReference, hashBitsReference, squaredDistance } from '#main/kernels/match-descriptors/reference.js';

const OPTIONS = { tableCount: 6, bucketBits: 4, comparedCount: 5 };
const MEAN = new Int16Array(128).fill(40);

/** Random vectors that look like descriptors: many small components, few large ones. */
function descriptors(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: count * 128 }, () => Math.min(255, Math.abs(random.gaussian()) * 48));
}

/** Copies with noise, in reverse order. */
function disturbed(random: Random, from: Uint8Array, noise: number): Uint8Array {
  const count = from.length / 128;
  return from.map((_, i) => {
    const value = from[(count - 1 - (i >> 7)) * 128 + (i & 127)]! + noise * random.gaussian();
    return Math.max(0, Math.min(255, Math.round(value)));
  });
}

describe('hashing', () => {
  it('gives the same codes and buckets as the reference, seed 3', () => {
    const set = descriptors(new Random(3), 70);
    const planes = hashPlanes(OPTIONS);
    const expected = buildTables(set, hashBitsReference(set, MEAN, planes, OPTIONS), OPTIONS);
    expect(hashDescriptors(set, MEAN, planes, OPTIONS)).toEqual(expected);
  });

  it('lists every descriptor once in each table', () => {
    const set = descriptors(new Random(4), 50);
    const { members } = hashDescriptors(set, MEAN, hashPlanes(OPTIONS), OPTIONS);
    for (let t = 0; t < OPTIONS.tableCount; t++) {
      const table = [...members.subarray(t * 50, t * 50 + 50)].sort((a, b) => a - b);
      expect(table).toEqual(Array.from({ length: 50 }, (_, i) => i));
    }
  });
});

describe('pairMatcher', () => {
  const random = new Random(7);
  const first = descriptors(random, 300);
  const second = disturbed(random, first.subarray(0, 250 * 128), 6);
  const planes = hashPlanes(OPTIONS);
  const hashed = () => [first, second].map((set) => hashDescriptors(set, MEAN, planes, OPTIONS));

  it('finds exactly what the reference finds, both ways and for some queries, seed 7', () => {
    const [a, b] = hashed();
    const matcher = pairMatcher(a!, b!, OPTIONS);
    expect(matcher.forward()).toEqual(findNearestReference(a!, b!, OPTIONS));
    expect(matcher.backward()).toEqual(findNearestReference(b!, a!, OPTIONS));
    const queries = Uint32Array.from([200, 3, 77]);
    expect(matcher.backward(queries)).toEqual(findNearestReference(b!, a!, OPTIONS, queries));
  });

  it('finds nearly all true neighbours', () => {
    const [a, b] = hashed();
    const nearest = pairMatcher(a!, b!, OPTIONS).forward();
    const right = Array.from({ length: 250 }, (_, i) => nearest[i * 3] === 249 - i).filter(Boolean);
    expect(right.length).toBeGreaterThan(240);
  });

  it('takes the first of equal descriptors and reports the tie', () => {
    const twins = new Uint8Array(3 * 128);
    twins.set(first.subarray(0, 128), 128);
    twins.set(first.subarray(0, 128), 256);
    const a = hashDescriptors(first.subarray(0, 128), MEAN, planes, OPTIONS);
    const b = hashDescriptors(twins, MEAN, planes, OPTIONS);
    expect([...pairMatcher(a, b, OPTIONS).forward()]).toEqual([1, 0, 0]);
  });

  it('finds nothing in an empty set', () => {
    const [a] = hashed();
    const empty = hashDescriptors(new Uint8Array(0), MEAN, planes, OPTIONS);
    expect([...pairMatcher(a!, empty, OPTIONS).forward(Uint32Array.from([0]))]).toEqual([-1, 2 ** 30, 2 ** 30]);
    expect(pairMatcher(empty, a!, OPTIONS).forward()).toHaveLength(0);
  });
});

it('compares every pair exhaustively, seed 9', () => {
  const random = new Random(9);
  const [first, second] = [descriptors(random, 20), descriptors(random, 30)];
  const nearest = findNearestExhaustively(first, second);
  for (let i = 0; i < 20; i++) {
    const ranked = Array.from({ length: 30 }, (_, j) => [squaredDistance(first, i, second, j), j] as const).sort(
      (a, b) => a[0] - b[0] || a[1] - b[1],
    );
    expect([...nearest.subarray(i * 3, i * 3 + 3)]).toEqual([ranked[0]![1], ranked[0]![0], ranked[1]![0]]);
  }
});
