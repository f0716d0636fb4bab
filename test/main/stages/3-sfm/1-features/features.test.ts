import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readArrays } from '#main/formats/arrays/array-file.js';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { featuresStage } from '#main/stages/3-sfm/1-features/features.js';
import { temporaryFolder, testContext, writePhotos } from '../texture-photos.js';

const pools = [new KernelPool(1), new KernelPool(2)] as const;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  await rm(folder, { recursive: true });
});

it('writes the same bytes with 1 and 2 workers, and keeps files that are there', async () => {
  const photos = await writePhotos(folder, [1, 1, 2]);
  const [one, two] = [await temporaryFolder(), await temporaryFolder()];
  const first = await featuresStage.run({ photos }, featuresStage.defaults, testContext(one, 'features', pools[0]));
  const second = await featuresStage.run({ photos }, featuresStage.defaults, testContext(two, 'features', pools[1]));
  expect(second).toEqual(first);
  expect(first.report.minCount).toBeGreaterThan(100);
  expect(first.warnings).toEqual([]);
  for (const { file, count } of first.features) {
    expect(await readFile(join(two, file))).toEqual(await readFile(join(one, file)));
    const { arrays } = await readArrays(join(one, file));
    expect(arrays.keypoints).toHaveLength(count * 4);
    expect(arrays.descriptors).toHaveLength(count * 128);
    expect(arrays.colors).toHaveLength(count * 3);
  }

  const written = await stat(join(one, first.features[1]!.file));
  await rm(join(one, first.features[2]!.file));
  const resumed = await featuresStage.run({ photos }, featuresStage.defaults, testContext(one, 'features', pools[0]));
  expect(resumed).toEqual(first);
  expect((await stat(join(one, first.features[1]!.file))).mtimeMs).toBe(written.mtimeMs);
  expect(await readFile(join(one, first.features[2]!.file))).toEqual(
    await readFile(join(two, first.features[2]!.file)),
  );
});

it('leaves out what is outside the mask or at its border', async () => {
  const [photo] = await writePhotos(folder, [3]);
  const maskPath = join(folder, 'mask.png');
  const white = await sharp({ create: { width: 80, height: 160, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 160, height: 160, channels: 3, background: '#000000' } })
    .composite([{ input: white, left: 0, top: 0 }])
    .png()
    .toFile(maskPath);
  const workspace = await temporaryFolder();
  const options = { ...featuresStage.defaults, maskMargin: 0.02 };
  const photos = [{ ...photo!, maskPath }];
  const { features } = await featuresStage.run({ photos }, options, testContext(workspace, 'features', pools[0]));
  const { keypoints } = (await readArrays(join(workspace, features[0]!.file))).arrays;
  const xs = Array.from({ length: features[0]!.count }, (_, i) => keypoints![i * 4]!);
  expect(xs.length).toBeGreaterThan(50);
  expect(Math.max(...xs)).toBeLessThan(160 - 6.4 + 1);
  expect(Math.max(...xs)).toBeGreaterThan(120);
});

it('reports keypoints in pixels of the full photo when it reduces it, and at most as many as asked for', async () => {
  const photos = await writePhotos(folder, [4]);
  const results: Float32Array[] = [];
  for (const [maxDimensionPx, maxFeatures] of [
    [320, 8000],
    [240, 8000],
    [320, 60],
  ] as const) {
    const workspace = await temporaryFolder();
    const options = { ...featuresStage.defaults, maxDimensionPx, maxFeatures };
    const { features } = await featuresStage.run({ photos }, options, testContext(workspace, 'features', pools[0]));
    const { arrays } = await readArrays<{ keypoints: Float32Array }>(join(workspace, features[0]!.file));
    results.push(arrays.keypoints);
  }
  const [full, reduced, few] = results as [Float32Array, Float32Array, Float32Array];
  expect(few).toHaveLength(60 * 4);
  const offsets: number[] = [];
  for (let i = 0; i < reduced.length; i += 4) {
    for (let j = 0; j < full.length; j += 4) {
      const [dx, dy] = [reduced[i]! - full[j]!, reduced[i + 1]! - full[j + 1]!];
      const isSameScale = Math.abs(Math.log(reduced[i + 2]! / full[j + 2]!)) < 0.15;
      if (Math.hypot(dx, dy) < 0.7 && isSameScale && full[j + 2]! > 3) offsets.push(dx, dy);
    }
  }
  expect(offsets.length).toBeGreaterThan(60);
  const sorted = offsets.sort((a, b) => a - b);
  expect(Math.abs(sorted[sorted.length >> 1]!)).toBeLessThan(0.05);
});

it('warns of plain photos, and fails when all are', async () => {
  const [photo] = await writePhotos(folder, [5]);
  const path = join(folder, 'plain.png');
  await sharp({ create: { width: 320, height: 320, channels: 3, background: '#808080' } })
    .png()
    .toFile(path);
  const plain = { ...photo!, photoId: 1, name: 'plain.png', path };
  const run = async (photos: readonly (typeof plain)[]) =>
    featuresStage.run({ photos }, featuresStage.defaults, testContext(await temporaryFolder(), 'features', pools[0]));
  const { warnings, features } = await run([photo!, plain]);
  expect(warnings).toMatchObject([{ code: 'PHOTO_FEW_FEATURES', photos: ['plain.png'] }]);
  expect(features[1]!.count).toBe(0);
  await expect(run([plain])).rejects.toMatchObject({ code: 'SFM_NO_FEATURES' });
});

it('stops when it is aborted', async () => {
  const photos = await writePhotos(folder, [6]);
  const controller = new AbortController();
  controller.abort(new Error('stop'));
  const context = { ...testContext(await temporaryFolder(), 'features', pools[0]), signal: controller.signal };
  await expect(featuresStage.run({ photos }, featuresStage.defaults, context)).rejects.toThrow('stop');
});

it('passes on the code of a photo that cannot be read', async () => {
  const [photo] = await writePhotos(folder, [7]);
  await writeFile(photo!.path, 'not a photo');
  const context = testContext(await temporaryFolder(), 'features', pools[0]);
  await expect(featuresStage.run({ photos: [photo!] }, featuresStage.defaults, context)).rejects.toMatchObject({
    code: 'PHOTO_UNREADABLE',
  });
});
