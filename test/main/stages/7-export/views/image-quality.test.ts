import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { psnr, ssim } from '#main/stages/7-export/views/image-quality.js';

const SIZE = 48;
const image = (of: (x: number, y: number, c: number) => number) =>
  Float64Array.from({ length: SIZE * SIZE * 3 }, (_, i) => {
    return of(Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE), i % 3);
  });
const all = new Uint8Array(SIZE * SIZE).fill(1);
const photo = image((x, y, c) => 120 + 60 * Math.sin(x / 3 + c) * Math.cos(y / 4));

describe('psnr', () => {
  it('is 10 log10(255^2 / MSE)', () => {
    const other = photo.map((value) => value + 5);
    expect(psnr(photo, other, all)).toBeCloseTo(20 * Math.log10(255 / 5), 9);
  });

  it('is 100 dB for equal images and undefined where nothing counts', () => {
    expect(psnr(photo, photo, all)).toBe(100);
    expect(psnr(photo, photo, new Uint8Array(SIZE * SIZE))).toBeUndefined();
  });

  it('leaves out what does not count', () => {
    const other = photo.slice();
    other.fill(0, 0, 30);
    const valid = all.slice().fill(0, 0, 10);
    expect(psnr(photo, other, valid)).toBe(100);
  });
});

describe('ssim', () => {
  it('is 1 for equal images', () => {
    expect(ssim(photo, photo, all, SIZE, SIZE)).toBeCloseTo(1, 12);
  });

  it('is the luminance term alone for two flat images', () => {
    const value = ssim(
      image(() => 100),
      image(() => 150),
      all,
      SIZE,
      SIZE,
    );
    const C1 = 2.55 ** 2;
    expect(value).toBeCloseTo((2 * 100 * 150 + C1) / (100 ** 2 + 150 ** 2 + C1), 6);
  });

  it('falls with noise, seed 1', () => {
    const noisy = (sigma: number) => {
      const random = new Random(1);
      return ssim(
        photo,
        photo.map((value) => value + sigma * random.gaussian()),
        all,
        SIZE,
        SIZE,
      )!;
    };
    expect(noisy(5)).toBeLessThan(0.999);
    expect(noisy(20)).toBeLessThan(noisy(5) - 0.1);
  });
});
