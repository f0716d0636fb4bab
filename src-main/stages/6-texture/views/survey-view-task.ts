import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { decodeMask, decodePhoto } from '../../../formats/image/decode-photo.js';
import type { SurfaceSamples } from '../patches.js';
import { distort, observeSurface, type PhotoView } from './observe-surface.js';
import { samplePhoto } from './sample-photo.js';
import { look, type Sight } from './sight.js';

export interface SurveyInput {
  readonly view: PhotoView;
  readonly mesh: Mesh;
  readonly samples: SurfaceSamples;
  readonly patchCount: number;
}

/** The patches that a photo sees, ascending. */
export interface ViewSurvey {
  /** Uint32Array[n]. */
  readonly patches: Uint32Array;
  /** Float32Array[n*3], mean RGB of the visible samples. */
  readonly colors: Float32Array;
  /** Float32Array[n], mean weight over all samples of the patch, at the survey's size. */
  readonly weights: Float32Array;
}

/** Finds which patches a photo sees, how well, and in what colour. */
export async function run({ view, mesh, samples, patchCount }: SurveyInput): Promise<ViewSurvey> {
  const { data: rgb } = await decodePhoto(view.photo, {
    channels: 3,
    maxDimensionPx: Math.max(view.width, view.height),
  });
  const surface = observeSurface(mesh, view, await decodeMask(view.photo, view.width, view.height));
  const sums = new Float32Array(patchCount * 4);
  const counts = new Uint16Array(patchCount);
  const sight: Sight = { weight: 0, u: 0, v: 0 };
  const pixel = new Float64Array(2);
  const color = new Float64Array(3);
  for (let i = 0; i < samples.patches.length; i++) {
    const patch = samples.patches[i]!;
    counts[patch]!++;
    const [x, y, z] = triple(samples.positions, i);
    const [nx, ny, nz] = triple(samples.normals, i);
    look(surface, x, y, z, nx, ny, nz, sight);
    if (sight.weight === 0) continue;
    distort(view.lens, sight.u + surface.left, sight.v + surface.top, pixel);
    samplePhoto(rgb, view.width, view.height, pixel[0]!, pixel[1]!, color);
    for (let c = 0; c < 3; c++) sums[patch * 4 + c]! += sight.weight * color[c]!;
    sums[patch * 4 + 3]! += sight.weight;
  }
  return gather(sums, counts);
}

const triple = (array: Float32Array, i: number) => [array[i * 3]!, array[i * 3 + 1]!, array[i * 3 + 2]!] as const;

function gather(sums: Float32Array, counts: Uint16Array): ViewSurvey {
  const seen: number[] = [];
  for (let patch = 0; patch < counts.length; patch++) if (sums[patch * 4 + 3]! > 0) seen.push(patch);
  const colors = new Float32Array(seen.length * 3);
  const weights = new Float32Array(seen.length);
  seen.forEach((patch, i) => {
    const sum = sums[patch * 4 + 3]!;
    weights[i] = sum / counts[patch]!;
    for (let c = 0; c < 3; c++) colors[i * 3 + c] = sums[patch * 4 + c]! / sum;
  });
  return { patches: Uint32Array.from(seen), colors, weights };
}
