import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelInMasks } from '#main/stages/3-sfm/model-in-masks.js';
import type { Photo } from '#shared/scene/photo.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';

const [WIDTH, HEIGHT] = [40, 30];
/** Four photos; the object is in the left half of the first three, the last has no mask. */
let photos: Photo[];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-masks-'));
  const maskPath = join(folder, 'mask.png');
  const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < WIDTH / 2 ? 255 : 0));
  await sharp(mask, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .png()
    .toFile(maskPath);
  photos = [0, 1, 2, 3].map((photoId) => ({
    ...{ photoId, name: `${photoId}.jpg`, path: '', sha256: '', cameraId: 0, sharpness: 1 },
    ...{ width: WIDTH, height: HEIGHT, ...(photoId < 3 ? { maskPath } : {}) },
  }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** These photos see all points, in these columns. */
function modelOf(columns: readonly number[], photos: readonly Photo[]): SparseModel {
  const identity = { R: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), t: new Float64Array(3) };
  const observations = columns.length * photos.length;
  return {
    cameras: [{ cameraId: 0, model: 'PINHOLE', width: WIDTH, height: HEIGHT, parameters: [40, 40, 20, 15] }],
    images: photos.map(({ photoId, name }) => ({ photoId, name, cameraId: 0, camFromWorld: identity })),
    positions: Float64Array.from({ length: columns.length * 3 }, (_, i) => i),
    colors: new Uint8Array(columns.length * 3),
    errors: new Float32Array(columns.length),
    trackOffsets: Uint32Array.from({ length: columns.length + 1 }, (_, i) => i * photos.length),
    trackPhotoIds: Uint32Array.from({ length: observations }, (_, i) => i % photos.length),
    trackFeatures: Uint32Array.from({ length: observations }, (_, i) => Math.floor(i / photos.length)),
    trackPixels: Float32Array.from(columns.flatMap((column) => photos.flatMap(() => [column, 10]))),
  };
}

describe('a model of whole photos, reduced to the object in their masks', () => {
  it('keeps every camera and the points that two photos show within their masks', async () => {
    const object = await modelInMasks(modelOf([5, 10, 30, 35], photos), photos, 2);
    expect(object?.images).toHaveLength(4);
    expect([...(object?.positions ?? [])]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...(object?.trackPhotoIds ?? [])]).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  });

  it('is none where most photos hardly see the object: the camera stood still and the object was turned', async () => {
    expect(await modelInMasks(modelOf([5, 30, 31, 32, 33], photos), photos, 2)).toBeUndefined();
  });

  it('is none where no more than two photos see the same points: two rays meet for wrong matches too', async () => {
    const columns = Array.from({ length: 20 }, (_, i) => i * 0.9);
    expect(await modelInMasks(modelOf(columns, photos.slice(0, 2)), photos, 5)).toBeUndefined();
    expect(await modelInMasks(modelOf(columns, photos.slice(0, 3)), photos, 5)).toBeDefined();
  });
});
