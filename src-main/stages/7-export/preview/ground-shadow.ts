import type { Mesh } from '../../../../src-shared/scene/mesh.js';

/** The soft shadow of a model on the ground y = 0. */
export interface GroundShadow {
  /** Share of the light that is missing at (x, z), 0..1. */
  at(x: number, z: number): number;
}

const CELLS = 160;
/** Ground around the model, over its width on either side. */
const MARGIN = 0.8;
/** Parts higher than this share of the model's height cast no shadow of their own any more. */
const REACH = 0.6;
const STRENGTH = 0.72;
/** Widths of the blur, cells: a sharp one at the contact and a wide one around it. */
const CONTACT_CELLS = 2;
const AMBIENT_CELLS = 11;

/** Light from a wide sky: what hangs above a place darkens it, the more the lower it hangs. */
export function groundShadow({ positions }: Mesh): GroundShadow {
  let reach = 0;
  let height = 0;
  for (let i = 0; i < positions.length; i += 3) {
    reach = Math.max(reach, Math.abs(positions[i]!), Math.abs(positions[i + 2]!));
    height = Math.max(height, positions[i + 1]!);
  }
  const half = reach * (1 + MARGIN) || 1;
  const cell = (2 * half) / CELLS;
  const cover = new Float32Array(CELLS * CELLS);
  for (let i = 0; i < positions.length; i += 3) {
    const x = Math.floor((positions[i]! + half) / cell);
    const z = Math.floor((positions[i + 2]! + half) / cell);
    if (x < 0 || z < 0 || x >= CELLS || z >= CELLS) continue;
    const near = Math.max(0, 1 - positions[i + 1]! / (REACH * height || 1));
    cover[z * CELLS + x] = Math.max(cover[z * CELLS + x]!, near * near);
  }
  const closed = blur(cover, 1).map((value) => Math.min(1, value * 3));
  const contact = blur(closed, CONTACT_CELLS);
  const ambient = blur(closed, AMBIENT_CELLS);
  const dark = contact.map((value, i) => STRENGTH * Math.min(1, 0.45 * value + 0.75 * ambient[i]!));
  return { at: (x, z) => interpolate(dark, (x + half) / cell - 0.5, (z + half) / cell - 0.5) };
}

function interpolate(values: Float32Array, x: number, y: number): number {
  if (!(x >= 0 && y >= 0 && x < CELLS - 1 && y < CELLS - 1)) return 0;
  const column = Math.floor(x);
  const row = Math.floor(y);
  const i = row * CELLS + column;
  const right = x - column;
  const upper = values[i]! * (1 - right) + values[i + 1]! * right;
  const lower = values[i + CELLS]! * (1 - right) + values[i + CELLS + 1]! * right;
  return upper + (y - row) * (lower - upper);
}

/** Three box filters each way, which is close to a Gaussian of this standard deviation. */
function blur(values: Float32Array, sigma: number): Float32Array {
  const radius = Math.max(1, Math.round(sigma));
  let result = values;
  for (let pass = 0; pass < 3; pass++) result = boxRows(boxRows(result, radius), radius);
  return result;
}

/** Box filter along the rows, transposed. */
function boxRows(values: Float32Array, radius: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let y = 0; y < CELLS; y++) {
    for (let x = 0; x < CELLS; x++) {
      let sum = 0;
      for (let k = Math.max(0, x - radius); k <= Math.min(CELLS - 1, x + radius); k++) sum += values[y * CELLS + k]!;
      result[x * CELLS + y] = sum / (2 * radius + 1);
    }
  }
  return result;
}
