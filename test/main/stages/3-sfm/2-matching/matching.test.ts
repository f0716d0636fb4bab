import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArrays } from '#main/formats/arrays/array-file.js';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { featuresStage } from '#main/stages/3-sfm/1-features/features.js';
import { matchingStage } from '#main/stages/3-sfm/2-matching/matching.js';
import type { PhotoFeatures } from '#shared/scene/features.js';
import type { Photo } from '#shared/scene/photo.js';
import { temporaryFolder, testContext, writePhotos } from '../texture-photos.js';

const SHIFT = { dx: 5.3, dy: 2.6 };
const pools = [new KernelPool(1), new KernelPool(2)] as const;
let workspace: string;
let photos: readonly Photo[];
let features: readonly PhotoFeatures[];

beforeAll(async () => {
  workspace = await temporaryFolder();
  // Photos 0 to 3 show one texture, 4 to 6 another.
  photos = await writePhotos(workspace, [1, 1, 1, 1, 2, 2, 2], SHIFT);
  const context = testContext(workspace, 'features', pools[1]);
  ({ features } = await featuresStage.run({ photos }, featuresStage.defaults, context));
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await rm(workspace, { recursive: true });
});

const sameTexture = (i: number, j: number) => i < 4 === j < 4;
const match = (id: string, pool: KernelPool, options = {}) =>
  matchingStage.run({ photos, features }, { ...matchingStage.defaults, ...options }, testContext(workspace, id, pool));

async function readMatches(file: string) {
  const { arrays } = await readArrays<{ pairs: Uint32Array; offsets: Uint32Array; matches: Uint32Array }>(
    join(workspace, file),
  );
  const { pairs, offsets, matches } = arrays;
  return Array.from({ length: pairs.length / 2 }, (_, i) => ({
    first: pairs[i * 2]!,
    second: pairs[i * 2 + 1]!,
    matches: matches.slice(offsets[i]! * 2, offsets[i + 1]! * 2),
  }));
}

describe('matchingStage', () => {
  it('matches photos of the same texture, and nearly all matches are right', async () => {
    const { matches, report, warnings } = await match('all', pools[1]);
    expect(report).toMatchObject({ pairSelection: 'all', triedPairCount: 21, isolatedPhotoCount: 0 });
    expect(warnings).toEqual([]);
    const pairs = await readMatches(matches.file);
    expect(pairs).toHaveLength(matches.pairCount);
    expect(pairs.filter(({ first, second }) => sameTexture(first, second))).toHaveLength(9);

    const keypoints = await Promise.all(
      features.map(async ({ file }) => (await readArrays(join(workspace, file))).arrays.keypoints!),
    );
    for (const { first, second, matches: list } of pairs) {
      if (!sameTexture(first, second)) continue;
      let right = 0;
      for (let k = 0; k < list.length; k += 2) {
        const [a, b] = [list[k]! * 4, list[k + 1]! * 4];
        const dx = keypoints[second]![b]! - keypoints[first]![a]! - (second - first) * SHIFT.dx;
        const dy = keypoints[second]![b + 1]! - keypoints[first]![a + 1]! - (second - first) * SHIFT.dy;
        if (Math.hypot(dx, dy) < 1.5) right++;
      }
      expect(list.length / 2).toBeGreaterThan(100);
      expect(right / (list.length / 2)).toBeGreaterThan(0.95);
    }
  });

  it('matches each keypoint of the first photo once, and each place once', async () => {
    const { matches } = await match('places', pools[0]);
    const list = (await readMatches(matches.file))[0]!.matches;
    const firsts = Array.from({ length: list.length / 2 }, (_, k) => list[k * 2]!);
    const seconds = Array.from({ length: list.length / 2 }, (_, k) => list[k * 2 + 1]!);
    expect(firsts).toEqual([...new Set(firsts)].sort((a, b) => a - b));
    expect(new Set(seconds).size).toBe(seconds.length);
  });

  it('writes the same bytes with 1 and 2 workers, and after an interruption', async () => {
    const one = await match('one', pools[0]);
    const two = await match('two', pools[1]);
    expect({ ...two, matches: { ...two.matches, file: '' } }).toEqual({
      ...one,
      matches: { ...one.matches, file: '' },
    });
    expect(await readFile(join(workspace, two.matches.file))).toEqual(
      await readFile(join(workspace, one.matches.file)),
    );

    const controller = new AbortController();
    const context = { ...testContext(workspace, 'interrupted', pools[0]), signal: controller.signal };
    const stopAt = { ...context, progress: (done: number) => done > 0.3 && controller.abort(new Error('stop')) };
    await expect(matchingStage.run({ photos, features }, matchingStage.defaults, stopAt)).rejects.toThrow('stop');
    const resumed = await match('interrupted', pools[0]);
    expect(await readFile(join(workspace, resumed.matches.file))).toEqual(
      await readFile(join(workspace, one.matches.file)),
    );
  });

  it('chooses similar and successive photos when there are many', async () => {
    const options = { exhaustiveUpTo: 3, similarCount: 2, sequentialCount: 0, wordCount: 8 };
    const { matches, report } = await match('similar', pools[1], options);
    expect(report.pairSelection).toBe('similar');
    expect(report.triedPairCount).toBeLessThanOrEqual(14);
    const pairs = await readMatches(matches.file);
    expect(pairs.every(({ first, second }) => sameTexture(first, second))).toBe(true);
    const alone = await match('similar-alone', pools[0], options);
    expect(await readFile(join(workspace, alone.matches.file))).toEqual(await readFile(join(workspace, matches.file)));

    const inOrder = await match('in-order', pools[1], { ...options, similarCount: 0, sequentialCount: 1 });
    expect(inOrder.report.triedPairCount).toBe(6);
  });

  it('fails when no photos have enough in common, and names those without a match', async () => {
    await expect(match('none', pools[0], { minMatches: 1e6 })).rejects.toMatchObject({ code: 'SFM_NO_OVERLAP' });
    const subset = [photos[0]!, photos[1]!, photos[5]!];
    const { report, warnings } = await matchingStage.run(
      { photos: subset, features: [features[0]!, features[1]!, features[5]!] },
      { ...matchingStage.defaults, minMatches: 100 },
      testContext(workspace, 'isolated', pools[0]),
    );
    expect(report.isolatedPhotoCount).toBe(1);
    expect(warnings).toMatchObject([{ code: 'PHOTO_NO_MATCH', photos: ['photo 5.png'] }]);
  });
});
