import { type Color, color, darken, mix, patchwork, set, weave } from '../objects/paint.js';
import { fractalNoise, latticeHash, noise, smoothstep } from './noise.js';

/** The round table that the object stands on: its top is z = 0. World units. */
export const TABLE = { radius: 1.38, thickness: 0.07 };
const RUG_RADIUS = 1.08;
/** Half the room's width, its floor and its ceiling. */
const ROOM = { half: 5.2, floor: -1.5, ceiling: 3.4 };

const RUG = [0x7c1f24, 0xc9963a, 0x20395c, 0xe8dcc0, 0x3c6e5a, 0x8a4a2a, 0x2a2523, 0xb5583a].map(color);
const FRINGE = color(0xe6dcc4);
const OAK = color(0x9a6a3c);
const OAK_DARK = color(0x5f3d20);
const BOOKS = [0x6b3a2e, 0x2f4858, 0xc2a878, 0x3d5a45, 0x8c8377, 0x4a3b52, 0xb89a72].map(color);
const PLASTER = color(0xb9ad9a);

/** Writes the paint of the table's top to out: a rug of many motifs, wood around it. */
export function paintTable(x: number, y: number, seed: number, out: Float64Array): void {
  const radius = Math.hypot(x, y);
  // The rug is not cut quite round.
  const edge = RUG_RADIUS + 0.02 * (noise(x * 3, y * 3, 0, seed + 30) - 0.5);
  if (radius > edge) {
    paintOak(x, y, radius > edge + 0.04 ? 1 : 0.6, seed, out);
    return;
  }
  if (radius > edge - 0.05) {
    set(out, FRINGE, 0);
    darken(out, 0.45 + 0.75 * noise(Math.atan2(y, x) * 90, radius * 8, 0, seed + 31));
  } else {
    const [u, v] = [x * 0.94 + y * 0.34, y * 0.94 - x * 0.34];
    const large = radius > edge - 0.2 ? 0.085 : 0.19;
    patchwork(u / large, v / large, RUG, seed + 32, out);
    weave(u, v, 130, seed + 33, out);
  }
  darken(out, 0.72 + 0.5 * fractalNoise(x * 4, y * 4, 0.3, 4, seed + 34));
}

function paintOak(x: number, y: number, shade: number, seed: number, out: Float64Array): void {
  const plank = Math.floor(y / 0.23);
  const hash = latticeHash(plank, 3, 5, seed + 35);
  const along = x + (hash & 255) * 0.1;
  set(out, OAK, 0.18);
  const grain = fractalNoise(along * 3, y * 46, plank, 4, seed + 36);
  mix(out, OAK_DARK, smoothstep(0.38, 0.7, grain) * 0.9);
  const pores = noise(along * 26, y * 210, plank, seed + 37);
  const gap = Math.abs(y / 0.23 - plank - 0.5);
  darken(out, shade * (0.75 + ((hash >>> 8) & 63) / 160) * (0.8 + 0.3 * pores) * (gap > 0.488 ? 0.35 : 1));
}

/**
 * Light that comes from the room along a ray that misses object and table: floor, bookshelves and plaster, unsharp as behind
 * the focus. Writes linear radiance to out.
 *
 * @param blank bare plaster everywhere, for captures without anything to see
 */
export function roomLight(
  center: readonly [number, number, number],
  direction: Float64Array,
  seed: number,
  blank: boolean,
  out: Float64Array,
): void {
  const reach = (axis: 0 | 1 | 2, low: number, high: number) => {
    const d = direction[axis]!;
    return d === 0 ? Number.POSITIVE_INFINITY : ((d > 0 ? high : low) - center[axis]) / d;
  };
  const [tx, ty] = [reach(0, -ROOM.half, ROOM.half), reach(1, -ROOM.half, ROOM.half)];
  const tz = reach(2, ROOM.floor, ROOM.ceiling);
  const t = Math.min(tx, ty, tz);
  const [x, y, z] = [0, 1, 2].map((i) => center[i]! + t * direction[i]!) as [number, number, number];
  const corner = 0.6 + 0.45 * smoothstep(-1.6, 1.5, z);
  if (blank) {
    set(out, PLASTER, 0);
    darken(out, 0.55 + 0.02 * x + 0.015 * y);
  } else if (t === tz) {
    set(out, z < 0 ? OAK_DARK : PLASTER, 0);
    mix(out, OAK, z < 0 ? fractalNoise(x * 0.9, y * 2.4, 1, 3, seed + 40) : 0);
    darken(out, 0.5 * (0.6 + 0.8 * fractalNoise(x * 0.7, y * 0.7, 2, 2, seed + 41)));
  } else {
    softBooks(t === tx ? y + 20 : x + 40, z, seed, out);
    mix(out, PLASTER, smoothstep(1.1, 1.5, z));
    darken(out, 0.5 * corner);
  }
}

/** Vertical bars in book colours that run into each other. */
function softBooks(along: number, z: number, seed: number, out: Float64Array): void {
  const shelf = Math.floor(z / 0.8);
  const position = along * 3.2 + latticeHash(shelf, 1, 2, seed + 42) * 1e-9;
  const book = Math.floor(position);
  const pick = (index: number): Color => BOOKS[latticeHash(index, shelf, 4, seed + 43) % BOOKS.length]!;
  set(out, pick(book), 0);
  mix(out, pick(book + 1), smoothstep(0.25, 1, position - book));
  mix(out, PLASTER, 0.35);
  const board = Math.abs(z / 0.8 - shelf - 0.5);
  darken(out, 1 - 0.75 * smoothstep(0.36, 0.5, board));
}
