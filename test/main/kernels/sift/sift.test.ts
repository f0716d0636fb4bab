import { describe, expect, it } from 'vitest';
import { detectSift } from '#main/kernels/sift/index.js';
import { detectSiftReference } from '#main/kernels/sift/reference.js';
import { SIFT_DEFAULTS, type SiftCandidates } from '#main/kernels/sift/scale-space.js';
import { mapPoint, SpotTexture } from './textured-image.js';

const all = ({ count }: SiftCandidates) => Array.from({ length: count }, (_, i) => i);
const IDENTITY = { scale: 1, turn: 0, dx: 0, dy: 0 };
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe('detectSift', () => {
  it.each([
    ['as it is', false, 150, 131],
    ['enlarged', true, 97, 70],
  ])('agrees with the reference on an image %s', (_, enlarge, width, height) => {
    const image = new SpotTexture(11, 160, 600).draw(width, height, IDENTITY);
    const options = { ...SIFT_DEFAULTS, enlarge };
    const features = detectSift(image, options, all);
    const reference = detectSiftReference(image, options, all);

    // Single precision moves an extremum by less than 1e-3 px and a component by 1; a test's borderline case may flip.
    let found = 0;
    const componentErrors: number[] = [];
    for (let i = 0; i < reference.count; i++) {
      const [x, y, sigma, angle] = reference.keypoints.subarray(i * 4, i * 4 + 4);
      for (let j = 0; j < features.count; j++) {
        const [u, v, s, a] = features.keypoints.subarray(j * 4, j * 4 + 4);
        const turn = Math.abs(Math.sin((a! - angle!) / 2));
        if (Math.hypot(u! - x!, v! - y!) > 1e-2 || Math.abs(s! - sigma!) > 1e-2 || turn > 5e-3) continue;
        found++;
        for (let d = 0; d < 128; d++) {
          componentErrors.push(Math.abs(features.descriptors[j * 128 + d]! - reference.descriptors[i * 128 + d]!));
        }
        break;
      }
    }
    expect(reference.count).toBeGreaterThan(35);
    expect(Math.abs(features.count - reference.count)).toBeLessThanOrEqual(reference.count * 0.01);
    expect(found).toBeGreaterThanOrEqual(reference.count * 0.99);
    const large = componentErrors.filter((error) => error > 2).length;
    expect(large).toBeLessThanOrEqual(componentErrors.length * 1e-3);
  });

  it.each([
    ['a shift by a part of a pixel', false, { scale: 1, turn: 0, dx: 3.3, dy: -2.6 }],
    ['a quarter turn', false, { scale: 1, turn: Math.PI / 2, dx: 256, dy: 0 }],
    ['a turn', false, { scale: 1, turn: 0.5, dx: 60, dy: -40 }],
    ['a change of scale', false, { scale: 0.8, turn: 0, dx: 10, dy: 10 }],
    ['a shift, enlarged', true, { scale: 1, turn: 0, dx: 3.3, dy: -2.6 }],
    ['a turn and a change of scale, enlarged', true, { scale: 0.7, turn: 1, dx: 120, dy: 10 }],
  ])('finds the same places under %s', (_, enlarge, map) => {
    const texture = new SpotTexture(5, 256, 300);
    const options = { ...SIFT_DEFAULTS, enlarge };
    const before = detectSift(texture.draw(256, 256, IDENTITY), options, all);
    const after = detectSift(texture.draw(256, 256, map), options, all);

    const offsets: { dx: number; dy: number; scale: number }[] = [];
    let inView = 0;
    for (let i = 0; i < before.count; i++) {
      const [x, y, sigma] = before.keypoints.subarray(i * 4, i * 4 + 4);
      const [u, v] = mapPoint(map, x!, y!);
      if (Math.min(x!, y!, u, v, 256 - x!, 256 - y!, 256 - u, 256 - v) < 15 || sigma! * map.scale < 2.5) continue;
      inView++;
      let best: { dx: number; dy: number; scale: number } | undefined;
      for (let j = 0; j < after.count; j++) {
        const [p, q, s] = after.keypoints.subarray(j * 4, j * 4 + 4);
        const scale = s! / (sigma! * map.scale);
        const offset = { dx: p! - u, dy: q! - v, scale };
        if (Math.hypot(offset.dx, offset.dy) > 0.5 || Math.abs(Math.log(scale)) > 0.2) continue;
        if (best === undefined || Math.hypot(offset.dx, offset.dy) < Math.hypot(best.dx, best.dy)) best = offset;
      }
      if (best !== undefined) offsets.push({ dx: best.dx / sigma!, dy: best.dy / sigma!, scale: best.scale });
    }
    expect(inView).toBeGreaterThan(60);
    expect(offsets.length / inView).toBeGreaterThan(0.85);
    // Errors are in units of the keypoint's sigma.
    expect(median(offsets.map(({ dx, dy }) => Math.hypot(dx, dy)))).toBeLessThan(0.03);
    // No bias: a wrong half pixel anywhere shows here.
    expect(Math.abs(median(offsets.map(({ dx }) => dx)))).toBeLessThan(0.006);
    expect(Math.abs(median(offsets.map(({ dy }) => dy)))).toBeLessThan(0.006);
    expect(Math.abs(median(offsets.map(({ scale }) => scale)) - 1)).toBeLessThan(0.03);
  });

  it('puts a spot in its place in pixels of the image, in each octave', () => {
    for (const [enlarge, sigma] of [
      [false, 3],
      [false, 7],
      [false, 14],
      [true, 1.2],
      [true, 3],
      [true, 7],
    ] as const) {
      const rgb = new Uint8Array(200 * 160 * 3);
      for (let i = 0; i < rgb.length; i++) {
        const pixel = Math.floor(i / 3);
        const square = ((pixel % 200) + 0.5 - 93.3) ** 2 + (Math.floor(pixel / 200) + 0.5 - 71.85) ** 2;
        rgb[i] = Math.round(40 + 200 * Math.exp(-square / (2 * sigma * sigma)));
      }
      const options = { ...SIFT_DEFAULTS, enlarge };
      const { keypoints, responses } = detectSift({ width: 200, height: 160, rgb }, options, all);
      const strongest = responses.indexOf(Math.max(...responses));
      const [x, y, scale] = keypoints.subarray(strongest * 4);
      expect(Math.hypot(x! - 93.3, y! - 71.85)).toBeLessThan(0.01 * Math.max(3, sigma));
      expect(scale! / sigma).toBeGreaterThan(0.8);
      expect(scale! / sigma).toBeLessThan(1.2);
    }
  });

  it('finds nothing in an even or tiny image', () => {
    const even = { width: 64, height: 64, rgb: new Uint8Array(64 * 64 * 3).fill(90) };
    expect(detectSift(even, SIFT_DEFAULTS, all).count).toBe(0);
    expect(detectSift({ width: 8, height: 8, rgb: new Uint8Array(192) }, SIFT_DEFAULTS, all).count).toBe(0);
  });

  it('describes only what was chosen', () => {
    const image = new SpotTexture(5, 128, 80).draw(128, 128, IDENTITY);
    const places = new Set<number>();
    const some = detectSift(image, SIFT_DEFAULTS, ({ count, keypoints }) => {
      const chosen = Array.from({ length: count }, (_, i) => i).filter((i) => i % 3 === 1);
      for (const i of chosen) places.add(keypoints[i * 4]!);
      return chosen;
    });
    expect(some.count).toBeGreaterThanOrEqual(places.size);
    for (let i = 0; i < some.count; i++) expect(places.has(some.keypoints[i * 4]!)).toBe(true);
  });

  it('gives descriptors of length 512 within rounding', () => {
    const { count, descriptors } = detectSift(new SpotTexture(5, 128, 80).draw(128, 128, IDENTITY), SIFT_DEFAULTS, all);
    for (let i = 0; i < count; i++) {
      const norm = Math.sqrt(descriptors.subarray(i * 128, i * 128 + 128).reduce((sum, x) => sum + x * x, 0));
      expect(norm).toBeGreaterThan(500);
      expect(norm).toBeLessThan(524);
    }
  });
});
