import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importedSparse } from '#main/adapters/colmap/imported-sparse.js';
import { writeColmapModel } from '#main/formats/colmap/write-colmap-model.js';
import { readSparseModel } from '#main/formats/sparse-model/sparse-model-file.js';
import type { CameraPrior } from '#shared/scene/camera.js';
import type { Photo } from '#shared/scene/photo.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';
import { stageContext } from '../../stages/stage-context.js';

const photo = (photoId: number, name: string): Photo => {
  return { photoId, name, path: `/${name}`, sha256: '', width: 64, height: 48, cameraId: 0, sharpness: 1 };
};
const photos = ['a.jpg', 'sub/b.jpg', 'c.HEIC', 'd.jpg'].map((name, index) => photo(index, name));
const cameras: CameraPrior[] = [
  { cameraId: 0, model: 'RADIAL', width: 64, height: 48, parameters: [70, 32, 24, 0, 0], focalSource: 'guess' },
];
const R = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
const image = (photoId: number, name: string) => {
  return { photoId, name, cameraId: 4, camFromWorld: { R, t: Float64Array.of(photoId, 0, 2) } };
};
/** Of our photos c, b and a, named a little otherwise, and of one that is none of ours. */
const foreign: SparseModel = {
  cameras: [{ cameraId: 4, model: 'PINHOLE', width: 64, height: 48, parameters: [70, 70, 32, 24] }],
  images: [image(10, 'C.jpg'), image(11, 'photos/b.jpg'), image(12, 'a.jpg'), image(13, 'stranger.jpg')],
  positions: Float64Array.of(1, 2, 3, 4, 5, 6),
  colors: Uint8Array.of(1, 2, 3, 4, 5, 6),
  errors: Float32Array.of(0.5, 0.25),
  trackOffsets: Uint32Array.of(0, 3, 5),
  trackPhotoIds: Uint32Array.of(10, 13, 12, 11, 13),
  trackFeatures: Uint32Array.of(0, 0, 0, 0, 1),
  trackPixels: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
};

let modelFolder: string;
let context: Awaited<ReturnType<typeof stageContext>>;
beforeEach(async () => {
  modelFolder = await mkdtemp(join(tmpdir(), 'atlas-model-'));
  context = await stageContext('mapping', 1);
});
afterEach(async () => {
  await rm(modelFolder, { recursive: true, force: true });
  await context.close();
});
const run = (changes: Partial<SparseModel> = {}, given: readonly Photo[] = photos) =>
  writeColmapModel(modelFolder, { ...foreign, ...changes }).then(() =>
    importedSparse.run({ photos: given, cameras, modelFolder }, importedSparse.defaults, context),
  );

describe('an imported sparse model', () => {
  it('gets the ids and names of our photos; what is not ours is left out', async () => {
    const output = await run();
    const model = await readSparseModel(context.folder.resolve(output.model));
    expect(model.images.map(({ photoId, name, camFromWorld }) => [photoId, name, camFromWorld.t[0]])).toEqual([
      [0, 'a.jpg', 12],
      [1, 'sub/b.jpg', 11],
      [2, 'c.HEIC', 10],
    ]);
    expect(model.cameras).toEqual([{ ...foreign.cameras[0], cameraId: 5 }]);
    expect([...model.positions]).toEqual([1, 2, 3]);
    expect([...model.trackPhotoIds]).toEqual([2, 0]);
    expect([...model.trackPixels]).toEqual([1, 2, 5, 6]);
    expect(output.unregistered).toMatchObject([{ name: 'd.jpg', code: 'PHOTO_NOT_REGISTERED' }]);
    expect(output.warnings).toMatchObject([{ code: 'PHOTO_NOT_REGISTERED', photos: ['d.jpg'] }]);
    expect(output.report).toMatchObject({ photoCount: 4, registeredCount: 3, pointCount: 1, observationCount: 2 });
  });

  it('must be of these photos, in their size', async () => {
    const others = photos.map((own) => ({ ...own, name: `other-${own.photoId}.jpg` }));
    await expect(run({}, others)).rejects.toMatchObject({ code: 'MODEL_NOT_OF_PHOTOS' });
    const turned = photos.map((own) => ({ ...own, width: 48, height: 64 }));
    await expect(run({}, turned)).rejects.toMatchObject({
      code: 'MODEL_NOT_OF_PHOTOS',
      details: { photos: ['a.jpg', 'sub/b.jpg', 'c.HEIC'] },
    });
  });

  it('must have points and three photos, and be a text model', async () => {
    const none = { positions: new Float64Array(0), colors: new Uint8Array(0), errors: new Float32Array(0) };
    const noTracks = { trackOffsets: Uint32Array.of(0), trackPhotoIds: new Uint32Array(0) };
    await expect(run({ ...none, ...noTracks })).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    await expect(
      run(
        {},
        photos.filter(({ photoId }) => photoId !== 1),
      ),
    ).rejects.toMatchObject({
      code: 'SFM_TOO_FEW_REGISTERED',
    });
    await rm(join(modelFolder, 'points3D.txt'));
    await cp(join(modelFolder, 'images.txt'), join(modelFolder, 'images.bin'));
    const input = { photos, cameras, modelFolder };
    await expect(importedSparse.run(input, importedSparse.defaults, context)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
    });
  });
});
