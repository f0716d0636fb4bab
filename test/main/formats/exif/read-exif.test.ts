import sharp, { type Exif } from 'sharp';
import { expect, test } from 'vitest';
import { readExif } from '#main/formats/exif/read-exif.js';

const photo = (exif: Exif, format: 'jpeg' | 'webp' | 'png' = 'jpeg') =>
  sharp({ create: { width: 32, height: 24, channels: 3, background: '#888' } })
    .withExif(exif)
    .toFormat(format)
    .toBuffer();

const CAMERA = {
  IFD0: { Make: 'Canon  ', Model: 'Canon EOS 5D' },
  IFD2: { FocalLength: '50/1', DateTimeOriginal: '2009:05:07 15:47:21' },
};

test.each(['jpeg', 'webp', 'png'] as const)('reads camera, focal length and date of a %s', async (format) => {
  expect(readExif(await photo(CAMERA, format))).toEqual({
    make: 'Canon',
    model: 'Canon EOS 5D',
    focalLengthMm: 50,
    capturedAt: '2009-05-07T15:47:21',
    orientation: 1,
  });
});

test('computes the sensor from the resolution of the focal plane, as the camera wrote the photo', async () => {
  // 32 x 24 pixels, 0.5 inch wide.
  const sensor = { FocalPlaneXResolution: '64/1', FocalPlaneYResolution: '64/1', FocalPlaneResolutionUnit: '2' };
  const { sensorLongSideMm } = readExif(await photo({ ...CAMERA, IFD2: { ...CAMERA.IFD2, ...sensor } }));
  expect(sensorLongSideMm).toBeCloseTo(12.7, 9);
});

test('takes absurd values and broken EXIF for none', async () => {
  const absurd = { IFD2: { FocalLength: '0/1', FocalLengthIn35mmFilm: '0', DateTimeOriginal: '0000:00:00 00:00:00' } };
  expect(readExif(await photo(absurd))).toEqual({ orientation: 1 });
  expect(readExif(Buffer.from('no picture at all'))).toEqual({ orientation: 1 });
  const jpeg = await photo(CAMERA);
  expect(readExif(jpeg.subarray(0, 60))).toEqual({ orientation: 1 });
});
