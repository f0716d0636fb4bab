import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readColmapModel } from '#main/formats/colmap/read-colmap-model.js';
import { decodeMask } from '#main/formats/image/decode-photo.js';
import { Random } from '#main/geometry/random.js';
import { exportColmap } from '#main/pipeline/export-colmap/export-colmap.js';
import { reconstruct } from '#main/pipeline/reconstruct.js';
import type { RunEvent } from '#shared/pipeline/run-event.js';
import { makeCapture } from '#synthetic/make-capture.js';
import { compareCameras } from './compare-cameras.js';

// Few photos, far apart, of a small object: by what is in the masks five of them are aligned.
const FEW = { photos: 12, sizePx: 480, supersampling: 1, seed: 5 };

vi.setConfig({ testTimeout: 240_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-masks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function solve(images: string, masks: string) {
  const events: RunEvent[] = [];
  const report = await reconstruct(
    { photos: [images], masks, folder: join(folder, 'out'), options: { until: 'sfm' } },
    { signal: new AbortController().signal, onEvent: (event) => events.push(event) },
  );
  return { report, events };
}

const maskOf = (masks: string, photo: string) => join(masks, photo.replace(/\.\w+$/, '.png'));

/** Import, and twice the four stages to the cameras: also what was dropped is not computed again. */
async function expectCached(images: string, masks: string): Promise<void> {
  const { events } = await solve(images, masks);
  const finished = events.filter((event) => event.type === 'stage-finished');
  expect(finished).toHaveLength(9);
  expect(finished.filter(({ cached }) => !cached)).toEqual([]);
}

test('masks that hold too few features: the cameras come from the whole photos, the points from the object', async () => {
  const { images, masks, truth } = await makeCapture(folder, FEW);
  const { report, events } = await solve(images, masks);
  expect(report.photos.used).toBe(FEW.photos);
  const notes = events.flatMap((event) => (event.type === 'progress' && event.stage === 'features' ? event.note : []));
  expect(notes).toContainEqual(expect.stringMatching(/^\d of 12 photos aligned by the object alone/));
  // Those of the first attempt, which left photos out, are of no interest.
  const told = events.flatMap((event) => (event.type === 'warning' ? event.warning.code : []));
  expect(told).toEqual(report.warnings.map(({ code }) => code));
  expect(told).not.toContain('PHOTO_NOT_REGISTERED');
  expect(told).toContain('MASK_FEW_FEATURES');
  const difference = await compareCameras(join(folder, 'out', 'sparse'), truth);
  expect(difference.photos).toBe(FEW.photos);
  expect(difference.medianRotationDeg).toBeLessThan(0.5);
  expect(difference.distanceSpread).toBeLessThan(0.01);
  await expectCached(images, masks);

  const out = join(folder, 'colmap');
  const form = { isUndistorted: false, isBinary: false };
  const exported = await exportColmap({ run: join(folder, 'out'), out, ...form }, new AbortController().signal);
  expect(exported).toEqual({ images: FEW.photos, points: report.sparse!.points, masks: FEW.photos });
  const model = await readColmapModel(join(out, 'sparse', '0'));
  expect(model.trackPhotoIds.length).toBeGreaterThan(500);
  for (const { photoId, name } of model.images) {
    const [width, height] = [FEW.sizePx, FEW.sizePx * 0.75];
    const mask = await decodeMask({ name, width, height, maskPath: maskOf(masks, name) }, width, height);
    model.trackPhotoIds.forEach((id, i) => {
      const [u, v] = [model.trackPixels[i * 2]!, model.trackPixels[i * 2 + 1]!];
      if (id === photoId) expect(mask![Math.floor(v) * width + Math.floor(u)]).toBe(255);
    });
  }
});

test('an object that was turned before a still background: the whole photos are tried, and dropped', async () => {
  const { images, masks, photoNames } = await makeCapture(folder, FEW);
  const { width, height } = await sharp(join(images, photoNames[0]!)).metadata();
  const random = new Random(1);
  const [columns, rows] = [Math.ceil(width / 6), Math.ceil(height / 6)];
  const dots = Uint8Array.from({ length: columns * rows * 3 }, () => random.below(256));
  const background = await sharp(dots, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer();
  const turned = join(folder, 'turned');
  await mkdir(turned);
  for (const name of photoNames) {
    const around = await sharp(maskOf(masks, name)).negate().extractChannel(0).raw().toBuffer();
    const input = await sharp(background, { raw: { width, height, channels: 3 } })
      .joinChannel(around, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
    const photo = sharp(join(images, name)).composite([{ input }]).withMetadata();
    await photo.jpeg({ quality: 95 }).toFile(join(turned, name));
  }
  const { report } = await solve(turned, masks);
  expect(report.photos.used).toBeGreaterThanOrEqual(3);
  expect(report.photos.used).toBeLessThan(FEW.photos);
  const codes = report.warnings.map(({ code }) => code);
  expect(codes).toContain('PHOTO_NOT_REGISTERED');
  expect(codes).not.toContain('MASK_FEW_FEATURES');
  await expectCached(turned, masks);
});
