import { expect, it } from 'vitest';
import { geodesicMask } from '#main/jobs/photos/geodesic-mask.js';

/** A picture whose colours a function says. */
function picture(width: number, height: number, colour: (x: number, y: number) => readonly [number, number, number]) {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.set(colour(x, y), (y * width + x) * 3);
  return { pixels, width, height };
}

const inCircle = (x: number, y: number, radius: number) => (x - 40) ** 2 + (y - 30) ** 2 < radius ** 2;

it('one click cuts out what differs in colour from what is around it, to the pixel', () => {
  const image = picture(80, 60, (x, y) => (inCircle(x, y, 18) ? [200, 40, 40] : [30, 60, 30 + (x % 7)]));
  const mask = geodesicMask(image, [{ x: 40.5, y: 30.5, inside: true }]);
  mask.forEach((value, i) => {
    expect(value).toBe(inCircle(i % 80, Math.floor(i / 80), 18) ? 255 : 0);
  });
});

it('a click beside the object takes a hole or a neighbour of the same colour out', () => {
  const image = picture(80, 60, (x, y) => (inCircle(x, y, 8) || !inCircle(x, y, 20) ? [20, 20, 20] : [220, 220, 220]));
  const at = (mask: Uint8Array, x: number, y: number) => mask[y * 80 + x];
  const filled = geodesicMask(image, [{ x: 40, y: 15, inside: true }]);
  expect([at(filled, 40, 15), at(filled, 40, 30), at(filled, 2, 2)]).toEqual([255, 255, 0]);
  const ring = geodesicMask(image, [
    { x: 40, y: 15, inside: true },
    { x: 40, y: 30, inside: false },
  ]);
  expect([at(ring, 40, 15), at(ring, 40, 30), at(ring, 40, 45), at(ring, 2, 2)]).toEqual([255, 0, 255, 0]);
});

it('in a picture of one colour the nearer one has it: the click or the frame', () => {
  const mask = geodesicMask(
    picture(41, 41, () => [90, 90, 90]),
    [{ x: 20, y: 20, inside: true }],
  );
  expect(mask[20 * 41 + 20]).toBe(255);
  expect(mask[20 * 41 + 12]).toBe(255);
  expect(mask[20 * 41 + 6]).toBe(0);
});

it('clicks on the frame and beyond it count where they are', () => {
  const image = picture(20, 20, (x) => (x < 10 ? [255, 0, 0] : [0, 0, 255]));
  const mask = geodesicMask(image, [{ x: 99, y: 10, inside: true }]);
  expect(mask[10 * 20 + 19]).toBe(255);
  expect(mask[10 * 20 + 2]).toBe(0);
});
