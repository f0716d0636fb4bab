import { describe, expect, it } from 'vitest';
import { groupPairs } from '#main/stages/1-import/find-duplicates.js';
import { measureExposure } from '#main/stages/1-import/photo-figures.js';
import {
  type ComparedPhoto,
  cameraDifferences,
  flagsOf,
  PHOTO_FLAG_LIMITS,
  usualPhoto,
} from '#main/stages/1-import/photo-flags.js';

const CAMERA = { orientation: 1, make: 'Canon', model: 'EOS R5', lens: 'RF 35', focalLengthMm: 35 };

const photo = (change: Partial<ComparedPhoto> = {}): ComparedPhoto => ({
  ...{ width: 4000, height: 3000, sharpness: 400, exif: CAMERA },
  exposure: { percentile5: 20, percentile95: 200, clippedShare: 0.01 },
  ...change,
});

const SET = Array.from({ length: 9 }, (_, i) => photo({ sharpness: 360 + 10 * i }));
const flags = (last: ComparedPhoto, set: readonly ComparedPhoto[] = SET) =>
  flagsOf(last, usualPhoto([...set, last], PHOTO_FLAG_LIMITS), PHOTO_FLAG_LIMITS);

describe('flags of a photo among others', () => {
  it('finds nothing to say of a photo like the others', () => {
    expect(flags(photo())).toEqual([]);
  });

  it('calls a photo blurred by its share of the median sharpness, not by an absolute figure', () => {
    expect(flags(photo({ sharpness: 90 }))).toEqual(['PHOTO_BLURRED']);
    const softSet = SET.map((one) => ({ ...one, sharpness: one.sharpness / 10 }));
    expect(flags(photo({ sharpness: 40 }), softSet)).toEqual([]);
  });

  it('finds dark, bright and burnt-out photos, but no fault in a white background that all have', () => {
    const exposed = (exposure: Partial<ComparedPhoto['exposure']>) =>
      photo({ exposure: { percentile5: 20, percentile95: 200, clippedShare: 0.01, ...exposure } });
    expect(flags(exposed({ percentile95: 30 }))).toEqual(['PHOTO_TOO_DARK']);
    expect(flags(exposed({ percentile95: 80 }))).toEqual(['PHOTO_TOO_DARK']);
    expect(flags(exposed({ percentile5: 240, percentile95: 255, clippedShare: 0.6 }))).toEqual(['PHOTO_TOO_BRIGHT']);
    expect(flags(exposed({ percentile95: 255, clippedShare: 0.4 }))).toEqual(['PHOTO_CLIPPED']);
    const white = { percentile5: 60, percentile95: 255, clippedShare: 0.6 };
    const whiteSet = SET.map((one) => ({ ...one, exposure: white }));
    expect(flags(exposed({ ...white, clippedShare: 0.7 }), whiteSet)).toEqual([]);
  });

  it('says in what a camera differs from most, whichever way it was held', () => {
    const usual = usualPhoto(SET, PHOTO_FLAG_LIMITS);
    const differences = (one: ComparedPhoto) => cameraDifferences(one, usual, PHOTO_FLAG_LIMITS);
    expect(differences(photo({ width: 3000, height: 4000 }))).toEqual([]);
    expect(differences(photo({ width: 2000, height: 1500 }))).toEqual(['size']);
    expect(differences(photo({ exif: { ...CAMERA, focalLengthMm: 50 } }))).toEqual(['focal-length']);
    expect(differences(photo({ exif: { ...CAMERA, focalLengthMm: 35.3 } }))).toEqual([]);
    expect(differences(photo({ exif: { ...CAMERA, model: 'EOS R6', lens: 'RF 50' } }))).toEqual(['camera', 'lens']);
    expect(flags(photo({ exif: { orientation: 1 } }))).toEqual(['PHOTO_OTHER_CAMERA']);
  });

  it('calls nothing other where no camera has more than half of the photos', () => {
    const half = SET.map((one, i) => (i % 2 ? one : photo({ exif: { ...CAMERA, model: `Phone ${i}` } })));
    expect(usualPhoto(half, PHOTO_FLAG_LIMITS).camera).toBeUndefined();
    expect(usualPhoto(SET.slice(0, 2), PHOTO_FLAG_LIMITS).size).toBeUndefined();
  });
});

it('counts burnt-out pixels', () => {
  const pixels = Uint8Array.from({ length: 100 }, (_, i) => (i < 30 ? 255 : i < 40 ? 253 : 100));
  expect(measureExposure({ width: 10, height: 10, pixels }).clippedShare).toBeCloseTo(0.4, 9);
});

it('joins pairs to groups, leaving out what is not asked for', () => {
  const pairs = [
    ['a', 'b'],
    ['d', 'b'],
    ['c', 'gone'],
  ] as const;
  expect(groupPairs<string>(['a', 'b', 'c', 'd'], pairs)).toEqual([['a', 'b', 'd']]);
});
