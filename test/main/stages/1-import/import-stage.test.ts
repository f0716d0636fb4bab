import { readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodePhoto } from '#main/formats/image/decode-photo.js';
import { type ImportOutput, importStage } from '#main/stages/1-import/import-stage.js';
import { listMasks, listPhotos } from '#main/stages/1-import/list-photos.js';
import type { Photo } from '#shared/scene/photo.js';
import { stageContext } from '../stage-context.js';
import { bombPng, testPicture } from './test-photos.js';

let folder: string;
let context: Awaited<ReturnType<typeof stageContext>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-import-'));
  context = await stageContext('import');
});
afterEach(async () => {
  await context.close();
  await rm(folder, { recursive: true, force: true });
});

const put = async (name: string, content: Promise<Uint8Array> | Uint8Array | string) =>
  writeFile(join(folder, name), await content);
const jpeg = (seed: number, width?: number, height?: number) =>
  testPicture(seed, width, height).jpeg({ quality: 90 }).toBuffer();
const goodPhotos = async (count = 3) => {
  for (let i = 0; i < count; i++) await put(`good${i}.jpg`, jpeg(100 + i));
};
const runImport = async (options: Partial<typeof importStage.defaults> = {}, masks?: string): Promise<ImportOutput> => {
  const input = { photos: await listPhotos([folder], masks), ...(masks ? { masks: await listMasks(masks) } : {}) };
  return importStage.run(input, { ...importStage.defaults, ...options }, context);
};
const named = (output: ImportOutput, name: string): Photo => {
  const photo = output.photos.find((candidate) => candidate.name === name);
  if (photo === undefined) throw new Error(`${name} was not accepted: ${JSON.stringify(output.rejected)}`);
  return photo;
};
/** Mean colours of the four quarters, as the later stages see the photo. */
const quarters = async (photo: Photo): Promise<number[][]> => {
  const { data, width, height } = await decodePhoto(photo, { channels: 3 });
  const at = (u: number, v: number) => {
    const sum = [0, 0, 0];
    const [x0, y0, size] = [Math.floor(u * width) - 30, Math.floor(v * height) - 30, 60];
    for (let y = y0; y < y0 + size; y++) {
      for (let x = x0; x < x0 + size; x++) for (let c = 0; c < 3; c++) sum[c]! += data[(y * width + x) * 3 + c]!;
    }
    return sum.map((value) => value / size ** 2);
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
};
const expectSameColors = (found: number[][], wanted: number[][], tolerance: number) => {
  found.flat().forEach((value, i) => {
    expect(Math.abs(value - wanted.flat()[i]!), `channel ${i}: ${found} against ${wanted}`).toBeLessThan(tolerance);
  });
};

describe('photos that cannot be used are left out with a reason, the rest goes on', () => {
  const cases: [what: string, file: string, content: () => Promise<Uint8Array> | Uint8Array | string, code: string][] =
    [
      ['a truncated JPEG', 'bad.jpg', async () => (await jpeg(1)).subarray(0, 9_000), 'PHOTO_UNREADABLE'],
      [
        'a truncated PNG',
        'bad.png',
        async () => (await testPicture(1).png().toBuffer()).subarray(0, 4_000),
        'PHOTO_UNREADABLE',
      ],
      ['a text file named .jpg', 'bad.jpg', () => 'Dear diary, this is not a photo.', 'PHOTO_UNREADABLE'],
      [
        'a HEIC file of garbage',
        'bad.heic',
        () => `\0\0\0\x18ftypheic\0\0\0\0mif1heic${'x'.repeat(500)}`,
        'PHOTO_UNREADABLE',
      ],
      ['a 0-byte file', 'bad.jpg', () => '', 'PHOTO_EMPTY'],
      ['a decompression bomb of 30,000 x 30,000 pixels', 'bad.png', () => bombPng(30_000, 30_000), 'PHOTO_TOO_LARGE'],
      ['a thumbnail', 'bad.jpg', () => jpeg(1, 400, 300), 'PHOTO_TOO_SMALL'],
    ];
  test.each(cases)('%s', async (_, file, content, code) => {
    await goodPhotos();
    await put(file, content());
    const output = await runImport();
    expect(output.photos.map(({ name }) => name)).toEqual(['good0.jpg', 'good1.jpg', 'good2.jpg']);
    expect(output.rejected).toEqual([{ name: file, code, reason: expect.stringMatching(/\w+/) }]);
  });

  test('a truncated HEIC', async () => {
    await goodPhotos();
    await put('bad.heic', (await readFile('test/fixtures/upright.heic')).subarray(0, 3_000));
    const output = await runImport();
    expect(output.rejected.map(({ code }) => code)).toEqual(['PHOTO_UNREADABLE']);
    expect(output.photos).toHaveLength(3);
  });

  test('exact copies, under whatever name', async () => {
    await goodPhotos();
    await copyFile(join(folder, 'good1.jpg'), join(folder, 'a copy.png'));
    const output = await runImport();
    expect(output.photos.map(({ name }) => name)).toEqual(['a copy.png', 'good0.jpg', 'good2.jpg']);
    expect(output.rejected).toEqual([
      { name: 'good1.jpg', code: 'PHOTO_DUPLICATE', reason: 'It is an exact copy of a copy.png.' },
    ]);
  });
});

describe('too few photos', () => {
  test('two good ones: the error lists why the others were left out', async () => {
    await goodPhotos(2);
    await put('empty.jpg', '');
    await put('text.jpg', 'hello');
    await expect(runImport()).rejects.toMatchObject({
      code: 'INPUT_TOO_FEW_PHOTOS',
      message: expect.stringMatching(/Only 2 of 4 .*empty\.jpg.*text\.jpg/),
      details: { usable: 2, rejected: [{ code: 'PHOTO_EMPTY' }, { code: 'PHOTO_UNREADABLE' }] },
    });
  });

  test('all photos are copies of one', async () => {
    for (let i = 0; i < 5; i++) await put(`p${i}.jpg`, jpeg(7));
    await expect(runImport()).rejects.toMatchObject({ code: 'INPUT_TOO_FEW_PHOTOS', details: { usable: 1 } });
  });
});

describe('every kind of photo decodes to the same upright picture', () => {
  test('EXIF orientations 1 to 8', async () => {
    const reference = await testPicture(5).png().toBuffer();
    // How the sensor's picture lies for each orientation, the inverse of what the tag asks for: clockwise turn, then mirror.
    const lie = { 1: [0], 2: [0, 1], 3: [180], 4: [180, 1], 5: [90, 1], 6: [270], 7: [270, 1], 8: [90] };
    for (const [orientation, [turn, mirror]] of Object.entries(lie)) {
      const turned = await sharp(reference).rotate(turn).png().toBuffer();
      const tagged = sharp(turned)
        .flop(mirror === 1)
        .withMetadata({ orientation: Number(orientation) });
      await put(`o${orientation}.jpg`, tagged.jpeg({ quality: 95 }).toBuffer());
    }
    const output = await runImport();
    expect(output.rejected).toEqual([]);
    expect(output.photos.map(({ width, height }) => [width, height])).toEqual(Array(8).fill([480, 360]));
    const wanted = await quarters(named(output, 'o1.jpg'));
    for (const photo of output.photos) expectSameColors(await quarters(photo), wanted, 4);
  });

  test('16-bit PNG, PNG with alpha, WebP, TIFF, CMYK JPEG, and a JPEG named .png', async () => {
    const picture = () => testPicture(6);
    const opaque = await picture().ensureAlpha(1).png().toBuffer();
    await put('reference.png', picture().png().toBuffer());
    await put('deep.png', picture().toColourspace('rgb16').png().toBuffer());
    await put('alpha.png', sharp(opaque).withMetadata().png({ compressionLevel: 3 }).toBuffer());
    await put('photo.webp', picture().webp({ quality: 90 }).toBuffer());
    await put('photo.tiff', picture().tiff({ compression: 'lzw' }).toBuffer());
    await put('cmyk.jpg', picture().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer());
    await put('liar.png', jpeg(6));
    const output = await runImport();
    expect(output.rejected).toEqual([]);
    const wanted = await quarters(named(output, 'reference.png'));
    for (const photo of output.photos) {
      expectSameColors(await quarters(photo), wanted, photo.name === 'cmyk.jpg' ? 60 : 5);
      expect(photo.sharpness).toBeGreaterThan(1);
    }
  });

  test('grey JPEG and 16-bit grey PNG', async () => {
    await put('grey.jpg', testPicture(6).greyscale().jpeg({ quality: 95 }).toBuffer());
    await put('grey.png', testPicture(6).greyscale().toColourspace('grey16').png().toBuffer());
    await put('color.png', testPicture(6).png().toBuffer());
    const output = await runImport();
    expect(output.photos).toHaveLength(3);
    expectSameColors(await quarters(named(output, 'grey.png')), await quarters(named(output, 'grey.jpg')), 4);
  });

  test('HEIC: upright, rotated by irot and by EXIF as iPhones do, and with alpha', async () => {
    for (const name of ['upright.heic', 'rotated.heic', 'alpha.heic', 'upright.png']) {
      await copyFile(join('test/fixtures', name), join(folder, name));
    }
    const output = await runImport();
    expect(output.rejected).toEqual([]);
    const wanted = await quarters(named(output, 'upright.png'));
    for (const name of ['upright.heic', 'rotated.heic', 'alpha.heic']) {
      const photo = named(output, name);
      expect([photo.width, photo.height]).toEqual([480, 640]);
      expect(photo.path.startsWith(context.workspace)).toBe(true);
      expectSameColors(await quarters(photo), wanted, 6);
      expect(photo.sharpness).toBeGreaterThan(1);
    }
    expect(named(output, 'rotated.heic')).toMatchObject({ model: 'Test Phone', capturedAt: '2024-05-06T07:08:09' });
    expect(output.cameras.map(({ focalSource }) => focalSource)).toContain('exif-35mm');
  });
});

test('names with spaces, quotes, non-Latin letters, line breaks and dots are kept apart and harmless', async () => {
  const names = [
    'it\'s a "photo".jpg',
    'фото 写真 α.jpg',
    'line\nbreak.jpg',
    'line_break.jpg',
    '..jpg..jpg',
    'a..b.jpg',
  ];
  for (const [i, name] of names.entries()) await put(name, jpeg(200 + i));
  const hidden = names.filter((name) => name.startsWith('.'));
  const paths = [
    folder,
    ...hidden.map((name) => join(folder, name)),
    join(folder, '../', folder.split('/').pop()!, 'a..b.jpg'),
  ];
  const output = await importStage.run({ photos: await listPhotos(paths) }, importStage.defaults, context);
  const found = output.photos.map(({ name }) => name);
  expect(found).toHaveLength(names.length);
  expect(new Set(found).size).toBe(names.length);
  expect(found).toContain('фото 写真 α.jpg');
  for (const name of found) expect(name).not.toMatch(/[\n\r]|\.\.\/|^\//);
  for (const file of readdirSync(join(context.workspace, 'import'))) expect(file).toMatch(/^[a-z0-9.-]+$/);
});

test('photos of the same name in different folders are two photos', async () => {
  for (const [i, sub] of ['left', 'right'].entries()) {
    await mkdir(join(folder, sub));
    for (const n of [1, 2]) await put(`${sub}/IMG_${n}.jpg`, jpeg(300 + 10 * i + n));
  }
  const photos = await listPhotos([join(folder, 'left'), join(folder, 'right')]);
  const output = await importStage.run({ photos }, importStage.defaults, context);
  expect(output.photos.map(({ name }) => name)).toEqual([
    'left/IMG_1.jpg',
    'left/IMG_2.jpg',
    'right/IMG_1.jpg',
    'right/IMG_2.jpg',
  ]);
});

describe('remarks', () => {
  test('the same picture saved again is a near-duplicate, and stays', async () => {
    await goodPhotos();
    await put('again.jpg', testPicture(100).modulate({ brightness: 0.9 }).jpeg({ quality: 60 }).toBuffer());
    const output = await runImport();
    expect(output.photos).toHaveLength(4);
    expect(output.warnings).toEqual([
      { code: 'PHOTO_NEAR_DUPLICATE', message: expect.any(String), photos: ['again.jpg', 'good0.jpg'] },
    ]);
  });

  test('blurred and black photos', async () => {
    await goodPhotos();
    await put('blurred.jpg', testPicture(9).blur(6).jpeg().toBuffer());
    await put('dark.jpg', testPicture(10).linear(0.1, 0).jpeg().toBuffer());
    const { warnings } = await runImport();
    expect(warnings.find(({ code }) => code === 'PHOTO_BLURRED')?.photos).toContain('blurred.jpg');
    expect(warnings.find(({ code }) => code === 'PHOTO_TOO_DARK')?.photos).toEqual(['dark.jpg']);
  });
});

describe('masks', () => {
  let masks: string;
  const half = (width: number, height: number) =>
    sharp({ create: { width, height: height / 2, channels: 3, background: '#fff' } }).extend({
      bottom: height / 2,
      background: '#000',
    });
  beforeEach(async () => {
    masks = join(folder, 'masks');
    await mkdir(masks);
    await goodPhotos(5);
  });

  test('are found by name, read in every form, and written as 0 and 255', async () => {
    await put('masks/GOOD0.png', half(480, 360).png().toBuffer());
    await put('masks/good1.jpg.png', half(240, 180).greyscale().png().toBuffer());
    const cutOut = half(480, 360).greyscale().toColourspace('b-w').raw().toBuffer();
    await put(
      'masks/good2.png',
      testPicture(1)
        .joinChannel(await cutOut, { raw: { width: 480, height: 360, channels: 1 } })
        .png()
        .toBuffer(),
    );
    await put('masks/good3.png', half(360, 480).png().toBuffer());
    const output = await runImport({}, masks);
    expect(output.photos).toHaveLength(5);
    for (const name of ['good0.jpg', 'good1.jpg', 'good2.jpg']) {
      const { data, info } = await sharp(named(output, name).maskPath)
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect((await sharp(named(output, name).maskPath).metadata()).channels).toBe(1);
      expect(
        [...new Set(data)].sort((a, b) => a - b),
        name,
      ).toEqual([0, 255]);
      expect(data[Math.floor(info.width / 2)], name).toBe(255);
      expect(data.reduce((sum, value) => sum + value, 0) / data.length / 255).toBeCloseTo(0.5, 2);
    }
    expect(named(output, 'good3.jpg').maskPath).toBeUndefined();
    expect(output.warnings).toEqual([
      { code: 'MASK_MISSING', message: expect.stringContaining('1 of 5'), photos: ['good4.jpg'] },
      { code: 'MASK_UNREADABLE', message: expect.stringContaining('proportions'), photos: ['good3.jpg'] },
    ]);
  });

  test('a mask that is no picture, and one that is black', async () => {
    for (let i = 0; i < 3; i++) await put(`masks/good${i}.png`, half(480, 360).png().toBuffer());
    await put('masks/good3.png', 'not a picture');
    await put(
      'masks/good4.png',
      sharp({ create: { width: 480, height: 360, channels: 3, background: '#000' } })
        .png()
        .toBuffer(),
    );
    const output = await runImport({}, masks);
    expect(output.warnings.map(({ code, photos }) => [code, photos])).toEqual([
      ['MASK_UNREADABLE', ['good3.jpg']],
      ['MASK_UNREADABLE', ['good4.jpg']],
    ]);
    expect(output.report.masks).toBe(4);
  });
});

test('an interrupted import goes on behind the photos that are done, with the same result on 1 and 2 workers', async () => {
  await goodPhotos(4);
  await put('bad.jpg', 'text');
  const first = await runImport();
  const other = await stageContext('import', 1);
  try {
    const input = { photos: await listPhotos([folder]) };
    expect(await importStage.run(input, importStage.defaults, other)).toEqual(first);
    // The results are there, so the photos are not read again: their content may be gone.
    const emptied = { photos: input.photos };
    await put('good1.jpg', 'gone');
    expect(await importStage.run(emptied, importStage.defaults, other)).toEqual(first);
  } finally {
    await other.close();
  }
  expect(context.progressSeen).toEqual([...context.progressSeen].sort((a, b) => a - b));
});
