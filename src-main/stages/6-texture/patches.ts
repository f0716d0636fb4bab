import type { TexelLayout } from './texel-layout.js';

/**
 * Small pieces of the surface, about 8 x 8 texels of one chart: the unit in which photos are compared and outliers rejected, of
 * the same size whether triangles are large or small.
 */
export interface Patches {
  readonly count: number;
  /** Uint32Array[k], patch of each texel of the layout; shared memory. */
  readonly patchOfTexel: Uint32Array;
  /** A few points of every patch; shared memory. */
  readonly samples: SurfaceSamples;
}

/** Points of the surface: `positions` and `normals` Float32Array[s*3], world; `patches` Uint32Array[s]. */
export interface SurfaceSamples {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly patches: Uint32Array;
}

const PATCH_PX = 8;
/** Every so many texels in x and y is a sample. */
const SAMPLE_STEP_PX = 4;

/**
 * @param chartOfFace Int32Array[m]
 * @param normals Float32Array[m*3], of the faces
 */
export function makePatches(layout: TexelLayout, chartOfFace: Int32Array, normals: Float32Array): Patches {
  const { size, faceOffsets, texels, positions } = layout;
  const cells = Math.ceil(size / PATCH_PX);
  const patchOfTexel = new Uint32Array(new SharedArrayBuffer(texels.length * 4));
  const numbers = new Map<number, number>();
  const isSampled: boolean[] = [];
  const chosen: number[] = [];
  const faceOfChosen: number[] = [];
  for (let face = 0; face < chartOfFace.length; face++) {
    for (let i = faceOffsets[face]!; i < faceOffsets[face + 1]!; i++) {
      const x = texels[i]! % size;
      const y = Math.floor(texels[i]! / size);
      const cell = Math.floor(y / PATCH_PX) * cells + Math.floor(x / PATCH_PX);
      const key = chartOfFace[face]! * cells * cells + cell;
      let patch = numbers.get(key);
      if (patch === undefined) {
        patch = numbers.size;
        numbers.set(key, patch);
      }
      patchOfTexel[i] = patch;
      const isOnLattice = x % SAMPLE_STEP_PX === 1 && y % SAMPLE_STEP_PX === 1;
      if (isSampled[patch] && !isOnLattice) continue;
      isSampled[patch] = true;
      chosen.push(i);
      faceOfChosen.push(face);
    }
  }
  const samples = {
    positions: new Float32Array(new SharedArrayBuffer(chosen.length * 12)),
    normals: new Float32Array(new SharedArrayBuffer(chosen.length * 12)),
    patches: new Uint32Array(new SharedArrayBuffer(chosen.length * 4)),
  };
  chosen.forEach((i, sample) => {
    samples.patches[sample] = patchOfTexel[i]!;
    for (let d = 0; d < 3; d++) {
      samples.positions[sample * 3 + d] = positions[i * 3 + d]!;
      samples.normals[sample * 3 + d] = normals[faceOfChosen[sample]! * 3 + d]!;
    }
  });
  return { count: numbers.size, patchOfTexel, samples };
}
