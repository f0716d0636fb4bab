import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeMask, decodePhoto, limitedSize } from '#main/formats/image/decode-photo.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-decode-'));
});
afterAll(() => rm(folder, { recursive: true }));

const rgb = (width: number, height: number, at: (x: number, y: number) => readonly number[]) => {
  const channels = at(0, 0).length as 1 | 2 | 3 | 4;
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * channels);
  }
  return sharp(data, { raw: { width, height, channels } });
};

describe('decodePhoto', () => {
  it('applies the EXIF orientation', async () => {
    const path = join(folder, 'orientation 8.png');
    // Orientation 8: the upright photo is the stored one turned 90 degrees counter-clockwise.
    await rgb(4, 2, (x, y) => [x === 3 && y === 0 ? 255 : 0, 0, 0])
      .withMetadata({ orientation: 8 })
      .png()
      .toFile(path);
    const photo = await decodePhoto({ path, width: 2, height: 4 }, { channels: 3 });
    expect([photo.width, photo.height, photo.scale]).toEqual([2, 4, 1]);
    expect(photo.data[0]).toBe(255);
    expect(photo.data.filter((value) => value > 0)).toHaveLength(1);
  });

  it('gives three channels for grey files and one on request', async () => {
    const path = join(folder, 'grey.png');
    await rgb(3, 2, (x) => [x * 100])
      .toColourspace('b-w')
      .png()
      .toFile(path);
    const colour = await decodePhoto({ path, width: 3, height: 2 }, { channels: 3 });
    expect([...colour.data]).toEqual([0, 0, 0, 100, 100, 100, 200, 200, 200, 0, 0, 0, 100, 100, 100, 200, 200, 200]);
    const grey = await decodePhoto({ path, width: 3, height: 2 }, { channels: 1 });
    expect([...grey.data]).toEqual([0, 100, 200, 0, 100, 200]);
  });

  it('lays transparency on black and reduces 16 bits to 8', async () => {
    const transparent = join(folder, 'transparent.png');
    await rgb(2, 1, (x) => [200, 100, 50, x * 255])
      .png()
      .toFile(transparent);
    const flat = await decodePhoto({ path: transparent, width: 2, height: 1 }, { channels: 3 });
    expect([...flat.data]).toEqual([0, 0, 0, 200, 100, 50]);

    const deep = join(folder, 'deep.png');
    await sharp(Uint16Array.from([0, 32896, 65535]), { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toFile(deep);
    const shallow = await decodePhoto({ path: deep, width: 1, height: 1 }, { channels: 3 });
    expect([...shallow.data]).toEqual([0, 128, 255]);
  });

  it('reduces to the limits without moving things', async () => {
    const path = join(folder, 'ramp.png');
    await rgb(200, 100, (x) => [x, x, x])
      .png()
      .toFile(path);
    const photo = await decodePhoto({ path, width: 200, height: 100 }, { channels: 1, maxDimensionPx: 100 });
    expect([photo.width, photo.height, photo.scale]).toEqual([100, 50, 0.5]);
    // Pixel 40 covers pixels 80 and 81 of the full photo.
    expect(photo.data[25 * 100 + 40]).toBeGreaterThanOrEqual(80);
    expect(photo.data[25 * 100 + 40]).toBeLessThanOrEqual(81);
    expect(limitedSize({ width: 400, height: 300 }, { maxPixels: 30_000 })).toEqual({ width: 200, height: 150 });
    expect(limitedSize({ width: 40, height: 30 }, { maxPixels: 30_000 })).toEqual({ width: 40, height: 30 });
  });

  it('reports damaged, cut and huge files by code', async () => {
    const damaged = join(folder, 'text.jpg');
    await writeFile(damaged, 'not a photo');
    await expect(decodePhoto({ path: damaged, width: 1, height: 1 }, { channels: 3 })).rejects.toMatchObject({
      code: 'PHOTO_UNREADABLE',
    });
    const whole = await rgb(300, 300, (x, y) => [(x * y) % 256, x % 256, y % 256])
      .jpeg()
      .toBuffer();
    const cut = join(folder, 'cut.jpg');
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    await expect(decodePhoto({ path: cut, width: 300, height: 300 }, { channels: 3 })).rejects.toMatchObject({
      code: 'PHOTO_UNREADABLE',
    });
    const bomb = join(folder, 'bomb.png');
    await sharp({ create: { width: 15_000, height: 15_000, channels: 3, background: '#000000' } })
      .png()
      .toFile(bomb);
    await expect(decodePhoto({ path: bomb, width: 15_000, height: 15_000 }, { channels: 3 })).rejects.toMatchObject({
      code: 'PHOTO_TOO_LARGE',
    });
  });
});

describe('decodeMask', () => {
  const photo = { name: 'a.jpg', width: 400, height: 200 };

  it('is undefined without a mask', async () => {
    expect(await decodeMask(photo, 40, 20)).toBeUndefined();
  });

  it.each([
    ['white on black', (x: number) => (x < 20 ? [255, 255, 255] : [0, 0, 0])],
    ['0 and 1', (x: number) => (x < 20 ? [1] : [0])],
    ['alpha', (x: number) => [90, 80, 70, x < 20 ? 255 : 0]],
    ['grey with alpha', (x: number) => [0, x < 20 ? 255 : 0]],
    ['opaque alpha', (x: number) => [...(x < 20 ? [255, 255, 255] : [0, 0, 0]), 255]],
  ])('reads %s', async (name, at) => {
    const maskPath = join(folder, `${name}.png`);
    await rgb(40, 20, at).png().toFile(maskPath);
    for (const [width, height] of [
      [40, 20],
      [400, 200],
      [20, 10],
    ] as const) {
      const mask = await decodeMask({ ...photo, maskPath }, width, height);
      const expected = Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? 255 : 0));
      expect(Array.from(mask ?? [])).toEqual(expected);
    }
  });

  it('refuses a mask of other proportions and a damaged one', async () => {
    const maskPath = join(folder, 'square.png');
    await rgb(40, 40, () => [255])
      .png()
      .toFile(maskPath);
    await expect(decodeMask({ ...photo, maskPath }, 40, 20)).rejects.toMatchObject({ code: 'MASK_UNREADABLE' });
    await writeFile(maskPath, 'not a mask');
    await expect(decodeMask({ ...photo, maskPath }, 40, 20)).rejects.toMatchObject({ code: 'MASK_UNREADABLE' });
  });
});
