import { fractalNoise, latticeHash, noise, smoothstep } from '../render/noise.js';
import { ellipsoid, limb, makeLimb, roundedBox, union } from './distance.js';
import { color, darken, mix, patchwork, set, weave } from './paint.js';
import type { SceneObject } from './scene-object.js';

const LEGS = [
  makeLimb([
    [0.24, 0.15, 0.48, 0.13],
    [0.29, 0.16, 0.2, 0.092],
    [0.31, 0.16, 0.03, 0.1],
  ]),
  makeLimb([
    [0.22, -0.15, 0.48, 0.13],
    [0.2, -0.16, 0.2, 0.092],
    [0.16, -0.16, 0.03, 0.1],
  ]),
  makeLimb([
    [-0.27, 0.14, 0.48, 0.15],
    [-0.32, 0.16, 0.2, 0.096],
    [-0.37, 0.16, 0.03, 0.104],
  ]),
  makeLimb([
    [-0.25, -0.14, 0.48, 0.15],
    [-0.22, -0.16, 0.2, 0.096],
    [-0.2, -0.16, 0.03, 0.104],
  ]),
];
const TRUNK = makeLimb([
  [0.62, 0, 0.74, 0.125],
  [0.74, 0.01, 0.62, 0.1],
  [0.83, 0.02, 0.53, 0.08],
  [0.94, 0.035, 0.5, 0.066],
  [1.03, 0.05, 0.56, 0.055],
  [1.07, 0.06, 0.67, 0.048],
  [1.05, 0.07, 0.78, 0.043],
  [0.98, 0.08, 0.84, 0.046],
]);
const TUSK = makeLimb([
  [0.62, 0.11, 0.66, 0.034],
  [0.74, 0.145, 0.56, 0.03],
  [0.85, 0.15, 0.525, 0.022],
  [0.94, 0.135, 0.55, 0.012],
]);
const TAIL = makeLimb([
  [-0.44, 0, 0.7, 0.035],
  [-0.53, 0.01, 0.58, 0.022],
  [-0.56, 0.03, 0.44, 0.018],
  [-0.54, 0.05, 0.36, 0.018],
]);
/** The figure is modelled around its chest; this moves it over the middle of the table. */
const SHIFT_X = 0.26;

/** An elephant with raised trunk, walking: thin tusks, tail and ears, hollows under belly and ears, a patchwork blanket. */
export function elephant(seed: number): SceneObject {
  return {
    min: [-0.9, -0.5, -0.02],
    max: [0.9, 0.5, 1.12],
    distance: (x, y, z) => solid(x + SHIFT_X, y, z),
    paint: (x, y, z, out) => paint(x + SHIFT_X, y, z, seed, out),
  };
}

function solid(x: number, y: number, z: number): number {
  const side = Math.abs(y);
  let d = union(body(x, y, z), head(x, side, z), 0.12);
  for (const leg of LEGS) d = union(d, limb(x, y, z, leg, 0.05), 0.07);
  d = union(d, limb(x, y, z, TRUNK, 0.05), 0.08);
  d = union(d, limb(x, y, z, TAIL, 0.02), 0.03);
  d = union(d, ellipsoid(x + 0.535, y - 0.055, z - 0.33, 0.034, 0.034, 0.06), 0.02);
  d = union(d, ear(x, side, z), 0.025);
  d = union(d, tusk(x, side, z), 0.012);
  d = union(d, eye(x, side, z), 0.006);
  d = Math.min(d, blanket(x, y, z), cushion(x, y, z), bell(x, y, z));
  // Rings on the trunk and folds of skin, deep enough to be real surface.
  const rings = 0.003 * Math.sin(46 * Math.atan2(z - 0.68, x - 0.93)) * smoothstep(0.78, 0.86, x);
  const folds = 0.008 * (noise(x * 9, y * 9, z * 5, 11) - 0.5);
  return Math.max(d + rings + folds, -z);
}

const body = (x: number, y: number, z: number) =>
  union(ellipsoid(x - 0.1, y, z - 0.63, 0.34, 0.26, 0.26), ellipsoid(x + 0.2, y, z - 0.62, 0.28, 0.255, 0.27), 0.15);

function head(x: number, side: number, z: number): number {
  const skull = ellipsoid(x - 0.53, side, z - 0.8, 0.18, 0.165, 0.2);
  const dome = ellipsoid(x - 0.52, side - 0.065, z - 0.94, 0.1, 0.08, 0.09);
  return union(skull, dome, 0.06);
}

function ear(x: number, side: number, z: number): number {
  // Turned out and back from the head, and bowed like a leaf.
  const [u, v] = [x - 0.425, side - 0.165];
  const along = -0.72 * u + 0.694 * v;
  const across = 0.694 * u + 0.72 * v - 0.9 * (along - 0.09) ** 2;
  const up = z - 0.78;
  return ellipsoid(along - 0.1, across, up + 0.25 * along, 0.16, 0.026, 0.215) * 0.8;
}

const tusk = (x: number, side: number, z: number) => limb(x, side, z, TUSK, 0.02);
const eye = (x: number, side: number, z: number) => ellipsoid(x - 0.645, side - 0.118, z - 0.84, 0.024, 0.02, 0.024);
const cushion = (x: number, y: number, z: number) =>
  union(
    roundedBox(x + 0.02, y, z - 0.925, 0.15, 0.125, 0.035, 0.03),
    ellipsoid(x + 0.02, y, z - 0.97, 0.07, 0.07, 0.05),
    0.04,
  );
const bell = (x: number, y: number, z: number) => ellipsoid(x - 0.43, y, z - 0.475, 0.036, 0.036, 0.045);

/** A cloth over the back: a shell around the body, cut out by a box with rounded corners. */
function blanket(x: number, y: number, z: number): number {
  const cut = roundedBox(x + 0.02, y, z - 0.9, 0.235, 0.5, 0.42, 0.08);
  const border = 0.012 * smoothstep(-0.035, -0.015, cut);
  return Math.max(body(x, y, z) - 0.02 - border, cut) * 0.9;
}

const SKIN = color(0xb3a79f);
const SKIN_DARK = color(0x6d625d);
const BLUSH = color(0xcf9a8a);
const CHALK = color(0xf1e7d0);
const OCHRE = color(0xd79a2b);
const PUPIL = color(0x120d0a);
const IVORY = color(0xeee2c4);
const GOLD = color(0xd8a632);
const CLOTH = [0xa3202a, 0xe0a32e, 0x1f4e79, 0xf2e6cf, 0x2e7d6b, 0x6b2a5b, 0xd9622b, 0x23211f].map(color);

function paint(x: number, y: number, z: number, seed: number, out: Float64Array): void {
  const side = Math.abs(y);
  const near = 0.006;
  if (blanket(x, y, z) < near) paintBlanket(x, y, z, seed, out);
  else if (cushion(x, y, z) < near) {
    patchwork(x * 14, Math.atan2(y, z - 0.8) * 4 + 40, CLOTH, seed + 5, out);
    weave(x, y + z, 160, seed + 6, out);
  } else if (bell(x, y, z) < near) {
    set(out, GOLD, 0.6);
    darken(out, 0.6 + 0.6 * fractalNoise(x * 60, y * 60, z * 60, 3, seed + 21));
  } else if (eye(x, side, z) < 0.004) set(out, PUPIL, 0.9);
  else if (tusk(x, side, z) < 0.004) {
    set(out, IVORY, 0.35);
    darken(out, 0.62 + 0.5 * fractalNoise(x * 12, y * 40, z * 40, 4, seed + 3));
  } else paintSkin(x, y, z, seed, out);
}

function paintBlanket(x: number, y: number, z: number, seed: number, out: Float64Array): void {
  const across = Math.atan2(y, z - 0.5) * 0.3;
  const cut = roundedBox(x + 0.02, y, z - 0.9, 0.235, 0.5, 0.42, 0.08);
  if (cut > -0.03) {
    set(out, GOLD, 0.25);
    const tassel = noise((x + y) * 130, z * 130, across * 90, seed + 8);
    mix(out, CLOTH[0]!, smoothstep(0.45, 0.6, tassel));
  } else {
    patchwork((x + 3) / 0.085, (across + 3) / 0.085, CLOTH, seed + 1, out);
  }
  weave(x, across, 220, seed + 2, out);
  darken(out, 0.75 + 0.5 * fractalNoise(x * 5, y * 5, z * 5, 3, seed + 4));
}

function paintSkin(x: number, y: number, z: number, seed: number, out: Float64Array): void {
  set(out, SKIN, 0.12);
  mix(out, SKIN_DARK, smoothstep(0.42, 0.68, fractalNoise(x * 4.5, y * 4.5, z * 4.5, 4, seed + 12)) * 0.75);
  const front = smoothstep(0.42, 0.6, x);
  mix(out, BLUSH, front * smoothstep(0.5, 0.62, fractalNoise(x * 11, y * 11, z * 11, 3, seed + 13)) * 0.65);
  // Wrinkles: thin dark lines where a stretched noise crosses its middle.
  const wrinkle = Math.abs(fractalNoise(x * 16, y * 16, z * 34, 3, seed + 14) - 0.5);
  darken(out, 0.6 + 0.4 * smoothstep(0.0, 0.035, wrinkle));
  if (front > 0.2 || z < 0.16) paintDots(x, y, z, seed, out);
  darken(out, 0.7 + 0.6 * fractalNoise(x * 90, y * 90, z * 90, 3, seed + 15));
  darken(out, 1 - 0.4 * smoothstep(0.14, 0.0, z) * noise(x * 30, y * 30, z * 30, seed + 16));
}

/** Dots of chalk and ochre, as on festive elephants: one in each cell of a lattice, if chance wants. */
function paintDots(x: number, y: number, z: number, seed: number, out: Float64Array): void {
  const cell = 0.052;
  const [i, j, k] = [Math.floor(x / cell), Math.floor(y / cell), Math.floor(z / cell)];
  const hash = latticeHash(i, j, k, seed + 17);
  if (hash % 3 === 0) return;
  const offset = (shift: number) => (((hash >>> shift) & 63) / 63 - 0.5) * 0.4 + 0.5;
  const distance = Math.hypot(x / cell - i - offset(4), y / cell - j - offset(10), z / cell - k - offset(16));
  const radius = 0.16 + ((hash >>> 22) & 15) * 0.014;
  mix(out, hash % 2 === 0 ? CHALK : OCHRE, 0.85 * smoothstep(radius + 0.06, radius - 0.06, distance));
}
