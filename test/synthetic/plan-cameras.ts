import { Random } from '#main/geometry/random.js';
import { type CaptureOptions, defaultLens } from './capture-options.js';
import { lookAt, onSphere, type TrueCamera } from './true-camera.js';
import type { Vector } from './vector.js';

const DEGREE = Math.PI / 180;
/** What the photographer aims at, and how far away he stands. */
const MIDDLE: Vector = [0, 0, 0.44];
const DISTANCE = 2.95;

/** How far a hand-held camera strays from the plan: standard deviations. */
const STRAY = { azimuthDeg: 3, elevationDeg: 2.5, distanceShare: 0.05, aim: 0.035, rollDeg: 3 };

/** Rings of a capture by the number of photos: elevation in degrees and share of the photos. */
function ringsFor(photos: number): readonly (readonly [elevationDeg: number, share: number])[] {
  if (photos < 18) return [[30, 1]];
  if (photos < 36)
    return [
      [21, 0.62],
      [49, 0.38],
    ];
  return [
    [14, 0.42],
    [36, 0.34],
    [60, 0.24],
  ];
}

/** The true camera of each photo. */
export function planCameras(options: CaptureOptions): TrueCamera[] {
  const random = new Random(options.seed, 1);
  const lenses = options.lenses ?? [defaultLens(options.sizePx)];
  const lens = (index: number) => lenses[index % lenses.length]!;
  const stray = (deviation: number) => deviation * Math.max(-2, Math.min(2, random.gaussian()));
  const cameras: TrueCamera[] = [];
  const shoot = (azimuthDeg: number, elevationDeg: number, distance: number) => {
    const azimuth = (azimuthDeg + stray(STRAY.azimuthDeg)) * DEGREE;
    const elevation = (elevationDeg + stray(STRAY.elevationDeg)) * DEGREE;
    const center = onSphere(azimuth, elevation, distance * (1 + stray(STRAY.distanceShare)), MIDDLE);
    const target = MIDDLE.map((value) => value + stray(STRAY.aim)) as unknown as Vector;
    cameras.push(lookAt(lens(cameras.length), center, target, stray(STRAY.rollDeg) * DEGREE));
  };

  if (options.path === 'still' || options.path === 'rotation') {
    const center = onSphere(35 * DEGREE, 20 * DEGREE, DISTANCE, MIDDLE);
    for (let i = 0; i < options.photos; i++) {
      const turn = options.path === 'still' ? 0 : i / Math.max(1, options.photos - 1) - 0.5;
      const aside = turn * 1.6;
      const target: Vector = [
        MIDDLE[0] - aside * Math.sin(35 * DEGREE),
        MIDDLE[1] + aside * Math.cos(35 * DEGREE),
        0.35,
      ];
      cameras.push(lookAt(lens(i), center, target, turn * 10 * DEGREE));
    }
    return cameras;
  }
  const rings = ringsFor(options.photos);
  let left = options.photos;
  rings.forEach(([elevationDeg, share], ring) => {
    const count = ring === rings.length - 1 ? left : Math.round(options.photos * share);
    left -= count;
    const start = 40 + ring * 17;
    for (let i = 0; i < count; i++) {
      const wave = rings.length === 1 ? 11 * Math.sin(4 * Math.PI * (i / count)) : 0;
      shoot(start + (360 * i) / count, elevationDeg + wave, DISTANCE);
    }
  });
  return cameras;
}
