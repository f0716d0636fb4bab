/** A well mixed 32-bit hash of a lattice point. */
export function latticeHash(x: number, y: number, z: number, seed: number): number {
  let h = Math.imul(x, 0x8da6b343) ^ Math.imul(y, 0xd8163841) ^ Math.imul(z, 0xcb1ab31f) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

const UNIT = 1 / 4294967295;

/** Smooth value noise in [0, 1] with a lattice of spacing 1. */
export function noise(x: number, y: number, z: number, seed: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  const fx = x - ix;
  const fy = y - iy;
  const fz = z - iz;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const w = fz * fz * (3 - 2 * fz);
  const a = latticeHash(ix, iy, iz, seed);
  const b = latticeHash(ix + 1, iy, iz, seed);
  const c = latticeHash(ix, iy + 1, iz, seed);
  const d = latticeHash(ix + 1, iy + 1, iz, seed);
  const e = latticeHash(ix, iy, iz + 1, seed);
  const f = latticeHash(ix + 1, iy, iz + 1, seed);
  const g = latticeHash(ix, iy + 1, iz + 1, seed);
  const h = latticeHash(ix + 1, iy + 1, iz + 1, seed);
  const near = (a + (b - a) * u) * (1 - v) + (c + (d - c) * u) * v;
  const far = (e + (f - e) * u) * (1 - v) + (g + (h - g) * u) * v;
  return (near + (far - near) * w) * UNIT;
}

/** Sum of octaves of {@link noise}, each of double frequency and half amplitude, in about [0, 1] around 0.5. */
export function fractalNoise(x: number, y: number, z: number, octaves: number, seed: number): number {
  let sum = 0;
  let amplitude = 0.5;
  let total = 0;
  for (let octave = 0, frequency = 1; octave < octaves; octave++, frequency *= 2.03) {
    sum += amplitude * noise(x * frequency, y * frequency, z * frequency, seed + octave * 101);
    total += amplitude;
    amplitude *= 0.5;
  }
  return sum / total;
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
