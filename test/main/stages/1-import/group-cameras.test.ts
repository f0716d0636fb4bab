import { describe, expect, test } from 'vitest';
import { focalPrior } from '#main/stages/1-import/focal-prior.js';
import { groupCameras } from '#main/stages/1-import/group-cameras.js';
import { sensorLongSideMm } from '#main/stages/1-import/sensor-sizes.js';

const plain = { orientation: 1 };

describe('focal prior', () => {
  test('takes the 35 mm equivalent by the diagonal', () => {
    const { focalPx, source } = focalPrior({ ...plain, focalLength35mm: 26, focalLengthMm: 4.2 }, 4032, 3024);
    expect(source).toBe('exif-35mm');
    expect(focalPx).toBeCloseTo((26 / 43.2666) * 5040, 1);
  });

  test('is the same for a portrait and a landscape photo', () => {
    const exif = { ...plain, focalLengthMm: 50, model: 'Canon EOS 5D' };
    expect(focalPrior(exif, 728, 1092)).toEqual(focalPrior(exif, 1092, 728));
    expect(focalPrior(exif, 728, 1092).focalPx).toBeCloseTo((50 / 36) * 1092, 3);
  });

  test('uses the sensor of the FocalPlaneResolution tags for an unknown model', () => {
    const exif = { ...plain, focalLengthMm: 10, model: 'Unknown', sensorLongSideMm: 13.2 };
    expect(focalPrior(exif, 2000, 1500)).toEqual({ focalPx: (10 / 13.2) * 2000, source: 'exif-sensor' });
  });

  test('guesses 1.2 times the longer side where EXIF is absent or absurd', () => {
    const guess = { focalPx: 1200, source: 'guess' };
    expect(focalPrior(plain, 750, 1000)).toEqual(guess);
    expect(focalPrior({ ...plain, focalLength35mm: 5000 }, 750, 1000)).toEqual(guess);
    expect(focalPrior({ ...plain, focalLengthMm: 50 }, 750, 1000)).toEqual(guess);
  });
});

test('knows the sensors of common models and no others', () => {
  expect(['Canon EOS 5D Mark II', 'Canon EOS R5', 'Canon EOS 6D'].map(sensorLongSideMm)).toEqual([36, 36, 36]);
  expect(['Canon EOS 550D', 'Canon EOS 7D', 'Canon EOS 80D', 'Canon EOS R10'].map(sensorLongSideMm)).toEqual(
    Array(4).fill(22.3),
  );
  expect(sensorLongSideMm('E-M10MarkII')).toBe(17.3);
  expect(['iPhone 12', 'Canon PowerShot G7 X', undefined].map(sensorLongSideMm)).toEqual(Array(3).fill(undefined));
});

const photo = (name: string, width: number, height: number, exif = {}) => ({
  name,
  width,
  height,
  exif: { ...plain, ...exif },
});

describe('grouping', () => {
  test('separates makes, models, sizes and focal lengths', () => {
    const { cameras, cameraIds } = groupCameras([
      photo('a', 800, 600, { model: 'A', focalLength35mm: 28 }),
      photo('b', 800, 600, { model: 'A', focalLength35mm: 28 }),
      photo('c', 600, 800, { model: 'A', focalLength35mm: 28 }),
      photo('d', 800, 600, { model: 'A', focalLength35mm: 50 }),
      photo('e', 800, 600, { model: 'B', focalLength35mm: 28 }),
      photo('f', 800, 600),
    ]);
    expect(cameraIds).toEqual([0, 0, 1, 2, 3, 4]);
    expect(cameras.map(({ cameraId }) => cameraId)).toEqual([0, 1, 2, 3, 4]);
    expect(cameras[4]).toEqual({
      cameraId: 4,
      model: 'RADIAL',
      width: 800,
      height: 600,
      parameters: [960, 400, 300, 0, 0],
      focalSource: 'guess',
    });
  });

  test('gives all photos of one size the given camera, PINHOLE or OPENCV', () => {
    const photos = [photo('a', 640, 480, { model: 'A' }), photo('b', 640, 480, { model: 'B' })];
    expect(groupCameras(photos, [1520.4, 1525.9, 302.32, 246.87])).toEqual({
      cameraIds: [0, 0],
      warnings: [],
      cameras: [
        {
          cameraId: 0,
          model: 'PINHOLE',
          width: 640,
          height: 480,
          parameters: [1520.4, 1525.9, 302.32, 246.87],
          focalSource: 'given',
        },
      ],
    });
    expect(groupCameras(photos, [1520, 1525, 302, 246, -0.1, 0, 0, 0]).cameras[0]?.model).toBe('OPENCV');
  });

  test('applies the given camera to the size it fits and warns of the others', () => {
    const photos = [photo('a', 1000, 800), photo('b', 640, 480), photo('c', 800, 1000)];
    const { cameras, cameraIds, warnings } = groupCameras(photos, [700, 700, 325, 238]);
    expect(cameraIds.map((id) => cameras[id]?.focalSource)).toEqual(['guess', 'given', 'guess']);
    expect(warnings).toMatchObject([{ code: 'CAMERA_NOT_APPLIED', photos: ['a', 'c'] }]);
  });

  test.each([[[1, 2, 3]], [[700, 700, 9000, 240]], [[-1, 700, 320, 240]], [[Number.NaN, 700, 320, 240]]])(
    'rejects %j as INPUT_OPTION_INVALID',
    (given) => {
      expect(() => groupCameras([photo('a', 640, 480)], given)).toThrowError(
        expect.objectContaining({ code: 'INPUT_OPTION_INVALID' }),
      );
    },
  );
});
