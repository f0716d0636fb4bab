import { expect, it } from 'vitest';
import { allPairs, batchPairs } from '#main/stages/3-sfm/2-matching/pairs.js';

const photos = (count: number) => Array.from({ length: count }, (_, photoId) => ({ photoId }));

it('pairs each photo with each, smaller id first', () => {
  expect(allPairs(photos(3))).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
});

it('keeps every pair once when it makes batches', () => {
  const pairs = allPairs(photos(40));
  const batched = batchPairs(pairs).flat();
  expect(batched).toHaveLength(780);
  expect(new Set(batched.map(([a, b]) => a * 40 + b)).size).toBe(780);
});

it('needs few different photos in each run of batches', () => {
  for (const batch of batchPairs(allPairs(photos(64)))) {
    expect(new Set(batch.flat()).size).toBeLessThanOrEqual(24);
  }
});
