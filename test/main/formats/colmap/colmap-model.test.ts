import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '#main/adapters/tools/find-program.js';
import { readColmapModel } from '#main/formats/colmap/read-colmap-model.js';
import { writeBinaryModel } from '#main/formats/colmap/write-binary-model.js';
import { writeColmapModel } from '#main/formats/colmap/write-colmap-model.js';
import { readSparseModel, writeSparseModel } from '#main/formats/sparse-model/sparse-model-file.js';
import { quaternionOfRotation, rotationOfQuaternion } from '#main/geometry/quaternion.js';
import { Random } from '#main/geometry/random.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';

const colmap = await findProgram('colmap').catch(() => undefined);
if (colmap === undefined) process.stdout.write('skipped: COLMAP is not installed, its own reading of our models\n');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-colmap-'));
});
afterEach(async () => rm(folder, { recursive: true }));

const random = new Random(7);
const image = (photoId: number, name: string, cameraId: number) => {
  const q = Float64Array.from({ length: 4 }, () => random.gaussian());
  const t = Float64Array.from({ length: 3 }, () => random.gaussian());
  return { photoId, name, cameraId, camFromWorld: { R: rotationOfQuaternion(q), t } };
};
const model: SparseModel = {
  cameras: [
    { cameraId: 0, model: 'SIMPLE_RADIAL', width: 640, height: 480, parameters: [700.123456789012, 320, 240, -0.01] },
    { cameraId: 3, model: 'OPENCV', width: 64, height: 48, parameters: [70, 71, 32, 24, 0.1, 0.2, 1e-3, 2e-7] },
  ],
  images: [image(0, 'a b "c".jpg', 0), image(2, '写真.jpg', 3), image(5, 'no points.png', 0)],
  positions: Float64Array.from({ length: 6 }, () => random.gaussian()),
  colors: Uint8Array.of(1, 2, 3, 255, 0, 128),
  errors: Float32Array.of(0.1, 1.7),
  trackOffsets: Uint32Array.of(0, 2, 4),
  trackPhotoIds: Uint32Array.of(0, 2, 2, 0),
  trackFeatures: Uint32Array.of(1, 1, 0, 0),
  trackPixels: Float32Array.from({ length: 8 }, () => random.uniform() * 640),
};

function expectEqualModels(actual: SparseModel, expected: SparseModel, poseDigits: number) {
  expect(actual.cameras).toEqual(expected.cameras);
  const { cameras: _cameras, images: _images, ...arrays } = expected;
  expect(actual).toMatchObject(arrays);
  expect(actual.images).toHaveLength(expected.images.length);
  actual.images.forEach((image, index) => {
    const truth = expected.images[index]!;
    expect([image.photoId, image.name, image.cameraId]).toEqual([truth.photoId, truth.name, truth.cameraId]);
    expect(image.camFromWorld.t).toEqual(truth.camFromWorld.t);
    image.camFromWorld.R.forEach((value, i) => {
      expect(value).toBeCloseTo(truth.camFromWorld.R[i]!, poseDigits);
    });
  });
}

describe('COLMAP text model', () => {
  it('reads back exactly what was written', async () => {
    await writeColmapModel(folder, model);
    expectEqualModels(await readColmapModel(folder), model, 14);
  });

  it('points from points3D.txt into the keypoints of images.txt and back', async () => {
    await writeColmapModel(folder, model);
    const lines = (await readFile(join(folder, 'images.txt'), 'utf8'))
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(lines[1]!.split(' ').filter((_, index) => index % 3 === 2)).toEqual(['2', '1']);
    const points = (await readFile(join(folder, 'points3D.txt'), 'utf8'))
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(points[0]!.split(' ').slice(8)).toEqual(['1', '1', '3', '1']);
  });

  it.each([
    ['cameras.txt', '1 FISHEYE 10 10 1 1 1\n'],
    ['cameras.txt', '1 PINHOLE 10 10 1 1\n'],
    ['images.txt', '1 1 0 0 zero 0 0 0 1 a.jpg\n\n'],
    ['points3D.txt', '1 0 0 0 1 1 1 0 9 0\n'],
  ])('refuses a damaged %s', async (file, text) => {
    await writeColmapModel(folder, model);
    await writeFile(join(folder, file), text);
    await expect(readColmapModel(folder)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
  });

  it('says which file is missing', async () => {
    await expect(readColmapModel(folder)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
  });
});

describe('sparse model file', () => {
  it('reads back exactly what was written', async () => {
    const path = join(folder, 'model.bin');
    await writeSparseModel(path, model);
    const read = await readSparseModel(path);
    expectEqualModels(read, model, 15);
    expect(read.images[0]!.camFromWorld.R).toEqual(model.images[0]!.camFromWorld.R);
  });
});

describe('quaternion', () => {
  it('turns into a rotation and back, half turns included (seed 3)', () => {
    const random = new Random(3);
    const samples = Array.from({ length: 50 }, () => Array.from({ length: 4 }, () => random.gaussian()));
    for (const q of [...samples, [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [1e-9, 1, 1, 0]]) {
      const R = rotationOfQuaternion(q);
      const back = rotationOfQuaternion(quaternionOfRotation(R));
      back.forEach((value, index) => {
        expect(value).toBeCloseTo(R[index]!, 14);
      });
    }
  });
});

describe('COLMAP binary model', () => {
  it('reads back exactly what was written', async () => {
    await writeBinaryModel(folder, model);
    expectEqualModels(await readColmapModel(folder), model, 14);
  });

  it('text comes first where a folder has both', async () => {
    await writeBinaryModel(folder, model);
    await writeColmapModel(folder, {
      ...model,
      images: [],
      trackOffsets: Uint32Array.of(0),
      errors: new Float32Array(),
    });
    expect((await readColmapModel(folder)).images).toEqual([]);
  });

  it.each(['cameras.bin', 'images.bin', 'points3D.bin'])('refuses a %s that is cut off or huge', async (file) => {
    await writeBinaryModel(folder, model);
    const bytes = await readFile(join(folder, file));
    for (const damaged of [bytes.subarray(0, bytes.length - 5), Buffer.alloc(12, 0x7f), Buffer.alloc(0)]) {
      await writeFile(join(folder, file), damaged);
      await expect(readColmapModel(folder)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    }
  });

  it('names a camera model that is not supported', async () => {
    await writeBinaryModel(folder, model);
    const bytes = await readFile(join(folder, 'cameras.bin'));
    bytes.writeInt32LE(5, 12);
    await writeFile(join(folder, 'cameras.bin'), bytes);
    await expect(readColmapModel(folder)).rejects.toThrow('OPENCV_FISHEYE is not supported');
  });

  it.skipIf(colmap === undefined)('is what COLMAP itself reads and writes', async () => {
    const [ours, text, binary] = ['ours', 'text', 'binary'].map((name) => join(folder, name));
    // COLMAP's own text reader ends names at a space.
    const images = model.images.map((image) => ({ ...image, name: image.name.replaceAll(/[ "]/g, '_') }));
    await writeBinaryModel(ours!, { ...model, images });
    const convert = async (from: string, to: string, type: string) => {
      await mkdir(to);
      const paths = ['--input_path', from, '--output_path', to, '--output_type', type];
      await execa(colmap!, ['model_converter', ...paths], { env: { QT_QPA_PLATFORM: 'offscreen' } });
    };
    await convert(ours!, text!, 'TXT');
    // COLMAP writes poses with fewer digits than f64 has, and keypoints too.
    const read = await readColmapModel(text!);
    expect(read.images.map(({ name }) => name)).toEqual(images.map(({ name }) => name));
    expect(read.trackPhotoIds).toEqual(model.trackPhotoIds);
    expect(read.trackPixels[0]).toBeCloseTo(model.trackPixels[0]!, 3);
    await convert(text!, binary!, 'BIN');
    expectEqualModels(await readColmapModel(binary!), read, 12);
  });
});
