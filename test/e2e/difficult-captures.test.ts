import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { reconstruct } from '#main/pipeline/reconstruct.js';
import { type CaptureOptions, defaultLens } from '#synthetic/capture-options.js';
import { makeCapture } from '#synthetic/make-capture.js';
import { compareCameras } from './compare-cameras.js';

// Photo sets that people do bring, run as far as the cameras. Small photos without supersampling: seconds each.
const SMALL: Partial<CaptureOptions> = { photos: 6, sizePx: 512, supersampling: 1 };

vi.setConfig({ testTimeout: 240_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-e2e-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const runUntilSfm = (photos: string) =>
  reconstruct(
    { photos: [photos], folder: join(folder, 'out'), options: { until: 'sfm' } },
    { signal: new AbortController().signal, onEvent() {} },
  );

test('bare walls have no features: SFM_NO_FEATURES', async () => {
  const { images } = await makeCapture(folder, { ...SMALL, path: 'blank' });
  await expect(runUntilSfm(images)).rejects.toMatchObject({ code: 'SFM_NO_FEATURES' });
});

test('a camera that only turns: SFM_PURE_ROTATION', async () => {
  const { images } = await makeCapture(folder, { ...SMALL, path: 'rotation' });
  await expect(runUntilSfm(images)).rejects.toMatchObject({ code: 'SFM_PURE_ROTATION' });
});

test('photos from a tripod that never moved: SFM_IDENTICAL_PHOTOS', async () => {
  const { images } = await makeCapture(folder, { ...SMALL, path: 'still' });
  await expect(runUntilSfm(images)).rejects.toMatchObject({ code: 'SFM_IDENTICAL_PHOTOS' });
});

test('one photo saved again and again: SFM_IDENTICAL_PHOTOS', async () => {
  const { images, photoNames } = await makeCapture(join(folder, 'one'), { ...SMALL, photos: 1 });
  const copies = join(folder, 'copies');
  await cp(images, copies, { recursive: true });
  for (const quality of [60, 70, 80, 90]) {
    const copy = sharp(join(images, photoNames[0]!)).withMetadata().jpeg({ quality });
    await copy.toFile(join(copies, `copy-${quality}.jpg`));
  }
  await expect(runUntilSfm(copies)).rejects.toMatchObject({ code: 'SFM_IDENTICAL_PHOTOS' });
});

test('photos of two scenes: the larger one is solved, the others are listed', async () => {
  await makeCapture(folder, { ...SMALL, photos: 12 });
  const other = { ...SMALL, photos: 5, object: 'vase', seed: 9 } as const;
  const { photoNames } = await makeCapture(folder, other, { namePrefix: 'vase-' });
  const { photos } = await runUntilSfm(join(folder, 'images'));
  expect(photos.used).toBe(12);
  const leftOut = photos.list.filter(({ state }) => state === 'left-out');
  expect(leftOut.map(({ name }) => name)).toEqual(photoNames);
  expect(new Set(leftOut.map(({ code }) => code))).toEqual(new Set(['PHOTO_OTHER_SCENE']));
});

test('several cameras, sizes and orientations in one set are solved together', async () => {
  const phone = defaultLens(512);
  const lenses = [
    phone,
    { ...phone, width: 384, height: 512, orientation: 6 },
    { ...phone, width: 640, height: 480, focal35mm: 52.3, k1: 0.03, k2: 0, model: 'Zoom' },
  ] as const;
  const { images, truth } = await makeCapture(folder, { ...SMALL, photos: 18, lenses, seed: 3 });
  const { photos } = await runUntilSfm(images);
  expect(photos.used).toBe(18);
  const difference = await compareCameras(join(folder, 'out', 'sparse'), truth);
  expect(difference.photos).toBe(18);
  expect(difference.medianRotationDeg).toBeLessThan(0.5);
  expect(difference.distanceSpread).toBeLessThan(0.01);
});
