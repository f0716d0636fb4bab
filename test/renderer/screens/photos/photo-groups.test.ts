import { describe, expect, it } from 'vitest';
import { flagPhotos } from '../../../../src-renderer/screens/photos/photo-flags.js';
import { gridItems, groupSizes, isInGroup, toLeaveOut } from '../../../../src-renderer/screens/photos/photo-groups.js';
import type { PhotoFlag, PhotoResource } from '../../../../src-shared/api/photo-schemas.js';

const flag = (code: string, rest: Partial<PhotoFlag> = {}): PhotoFlag => ({ code, message: 'm', hint: 'h', ...rest });

function photo(id: string, flags: PhotoFlag[] = [], rest: Partial<PhotoResource> = {}, sharpness = 100): PhotoResource {
  const measures = { sharpness, relative_sharpness: 1, percentile_5: 10, percentile_95: 200, clipped_share: 0 };
  return {
    ...{ photo_id: id, name: `${id}.jpg`, bytes: 1, sha256: id, format: 'jpg', width: 4000, height: 3000 },
    ...{ has_mask: false, included: true, quality: { usable: true, flags, measures, exif: {} } },
    ...rest,
  };
}

const alike = (...ids: string[]) => flag('PHOTO_NEAR_DUPLICATE', { alike: ids });
const PHOTOS = [
  photo('a', [flag('PHOTO_BLURRED')]),
  photo('b', [flag('PHOTO_TOO_DARK'), flag('PHOTO_OTHER_CAMERA', { differences: ['lens', 'size'] })]),
  photo('c', [alike('d', 'e')], {}, 80),
  photo('d', [alike('c', 'e')], {}, 120),
  photo('e', [alike('c', 'd')], {}, 100),
  photo('f', [flag('PHOTO_BLURRED')], { included: false }),
  photo('g'),
];
const REFUSED = [{ photo_id: 'z', name: 'bb.jpg', code: 'PHOTO_EMPTY', message: 'Empty.', hint: 'Copy it.' }];
const flags = flagPhotos(PHOTOS, [], undefined);
const items = gridItems(PHOTOS, REFUSED, flags);

describe('groups of photos', () => {
  it('count what is still to be decided; refused files stand among the photos by their name', () => {
    expect(items.map(({ id }) => id)).toEqual(['a', 'b', 'z', 'c', 'd', 'e', 'f', 'g']);
    expect(groupSizes(items)).toEqual({
      ...{ all: 8, flagged: 6, blurred: 1, exposure: 1, alike: 3, camera: 1, size: 0, unusable: 1, 'left-out': 1 },
    });
  });

  it('of photos that look alike the sharpest stays', () => {
    expect(toLeaveOut(items, 'alike')).toEqual(['c', 'e']);
    expect(toLeaveOut(items, 'blurred')).toEqual(['a']);
  });

  it('explain each flag in plain words, with the photos and the differences it is about', () => {
    expect(flags.get('c')?.[0]).toMatchObject({ kind: 'alike', title: 'Looks like another' });
    expect(flags.get('c')?.[0]?.hint).toContain('d.jpg, e.jpg');
    expect(flags.get('b')?.[1]?.hint).toContain('Another lens, picture size than most.');
  });
});

describe('flags', () => {
  it('of a photo that cannot be used are bad, and group it with the refused', () => {
    const quality = { usable: false, flags: [flag('PHOTO_UNREADABLE')], measures: null, exif: {} };
    const broken = [photo('a', [], { quality })];
    const [item] = gridItems(broken, [], flagPhotos(broken, [], undefined));
    expect(item && isInGroup(item, 'unusable')).toBe(true);
  });

  it('of a run are added to those before it, each once', () => {
    const warnings = [
      { code: 'PHOTO_BLURRED', message: 'x', photos: ['a.jpg', 'g.jpg'] },
      { code: 'PHOTO_NO_MATCH', message: 'Shows nothing.', photos: ['a.jpg'] },
    ];
    const found = flagPhotos(PHOTOS, warnings, undefined);
    expect(found.get('a')?.map(({ title }) => title)).toEqual(['Blurred', 'Shows nothing.']);
    expect(found.get('g')?.map(({ title }) => title)).toEqual(['Blurred']);
  });

  it('call a photo small only among larger ones', () => {
    const small = { width: 800, height: 600 };
    const one = [photo('a', [], small), photo('b'), photo('c')];
    expect(flagPhotos(one, [], undefined).get('a')?.[0]?.kind).toBe('size');
    const all = ['a', 'b', 'c'].map((id) => photo(id, [], small));
    expect(flagPhotos(all, [], undefined).get('a')).toEqual([]);
  });
});
