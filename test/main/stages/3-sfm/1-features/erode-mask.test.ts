import { expect, it } from 'vitest';
import { erodeMask } from '#main/stages/3-sfm/1-features/erode-mask.js';

it('takes away what is near the outside, but not at the border of the image', () => {
  const mask = new Uint8Array(9 * 7).fill(255);
  mask[3 * 9 + 4] = 0;
  const eroded = erodeMask(mask, 9, 7, 2);
  const expected = mask.map((_, i) => (Math.abs((i % 9) - 4) <= 2 && Math.abs(Math.floor(i / 9) - 3) <= 2 ? 0 : 255));
  expect([...eroded]).toEqual([...expected]);
});

it('leaves a mask as it is with radius 0', () => {
  const mask = Uint8Array.from([255, 0, 255, 255]);
  expect([...erodeMask(mask, 2, 2, 0)]).toEqual([...mask]);
});
