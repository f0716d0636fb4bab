import { fractalNoise, latticeHash, smoothstep } from '../render/noise.js';
import { limb, makeLimb, union } from './distance.js';
import { color, darken, mix, patchwork, set } from './paint.js';
import type { SceneObject } from './scene-object.js';

/** Radius of the outside by height: foot, belly, neck, lip. */
const PROFILE: readonly (readonly [height: number, radius: number])[] = [
  [0, 0.24],
  [0.06, 0.22],
  [0.25, 0.36],
  [0.5, 0.42],
  [0.72, 0.3],
  [0.86, 0.17],
  [0.98, 0.16],
  [1.08, 0.25],
];
const WALL = 0.03;
const HANDLE = makeLimb([
  [0.16, 0, 0.92, 0.035],
  [0.36, 0, 0.96, 0.03],
  [0.46, 0, 0.82, 0.028],
  [0.4, 0, 0.62, 0.034],
]);

/** A fluted vase with two handles, hollow: an inside that photos only half see. */
export function vase(seed: number): SceneObject {
  return {
    min: [-0.6, -0.6, -0.02],
    max: [0.6, 0.6, 1.16],
    distance: solid,
    paint: (x, y, z, out) => paint(x, y, z, seed, out),
  };
}

function solid(x: number, y: number, z: number): number {
  const flutes = 0.008 * Math.cos(18 * Math.atan2(y, x)) * smoothstep(0.1, 0.3, z) * smoothstep(0.8, 0.6, z);
  const outside = (Math.hypot(x, y) - radiusAt(z) - flutes) * 0.75;
  const inside = Math.max(outside + WALL, 0.05 - z);
  const shell = Math.max(outside, -inside, z - 1.08);
  return Math.max(union(shell, limb(Math.abs(x), y, z, HANDLE, 0.03), 0.03), -z);
}

/** Smooth (cosine) between the profile's points. */
function radiusAt(z: number): number {
  for (let i = 0; i + 1 < PROFILE.length; i++) {
    const [z0, r0] = PROFILE[i]!;
    const [z1, r1] = PROFILE[i + 1]!;
    if (z < z1) return r0 + (r1 - r0) * smoothstep(z0, z1, z);
  }
  return PROFILE.at(-1)![1];
}

const GLAZE = [0x17456b, 0xf3efe2, 0x2a7f8e, 0xc8502c, 0xe6c056, 0x1d2530].map(color);
const CLAY = color(0xa8623c);

function paint(x: number, y: number, z: number, seed: number, out: Float64Array): void {
  const angle = Math.atan2(y, x);
  const bare = z < 0.07 || Math.hypot(x, y) < radiusAt(z) - 0.02;
  if (bare) set(out, CLAY, 0.05);
  else {
    const band = Math.floor(z / 0.12);
    patchwork(angle * (2.6 + 0.35 * (latticeHash(band, 1, 1, seed) % 5)) + 20, z / 0.12, GLAZE, seed + 1, out);
    out[3] = 0.25;
  }
  const craquelure = Math.abs(fractalNoise(x * 14, y * 14, z * 14, 3, seed + 2) - 0.5);
  darken(out, 0.65 + 0.35 * smoothstep(0, 0.03, craquelure));
  mix(out, CLAY, 0.5 * smoothstep(0.6, 0.7, fractalNoise(x * 7, y * 7, z * 7, 4, seed + 3)));
  darken(out, 0.75 + 0.5 * fractalNoise(x * 80, y * 80, z * 80, 3, seed + 4));
}
