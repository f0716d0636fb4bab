import type { StageContext } from '../../../pipeline/stage.js';
import type { Patches } from '../patches.js';
import type { TexelLayout } from '../texel-layout.js';
import type { RegisteredView } from '../views/photo-views.js';
import type { BlendInput, BlendOptions } from './blend-view-task.js';
import type { SplitMesh } from './fill-unseen.js';
import type { PatchVotes } from './reject-outliers.js';

export type { BlendOptions } from './blend-view-task.js';

const STRIPES = 32;

export interface BlendSource {
  readonly views: readonly RegisteredView[];
  readonly mesh: SplitMesh;
  readonly normals: Float32Array;
  readonly layout: TexelLayout;
  readonly patches: Patches;
  readonly votes: PatchVotes;
  /** Float64Array[views*3]. */
  readonly gains: Float64Array;
}

/** @returns `sums` Float32Array[k*8] as `BlendInput` describes them; `samples`: number of photo samples in them */
export async function blendViews(
  { views, mesh, normals, layout, patches, votes, gains }: BlendSource,
  { lowBandPower, highBandPower }: BlendOptions,
  context: StageContext,
): Promise<{ sums: Float32Array; samples: number }> {
  const sums = new Float32Array(new SharedArrayBuffer(layout.texels.length * 32));
  const stripes = equalStripes(layout.faceOffsets);
  const turns = new Int32Array(new SharedArrayBuffer(STRIPES * 4));
  const inputs = views.map(({ photo, width, height, lens, camFromWorld }, turn): BlendInput => {
    return {
      view: { photo, width, height, lens, camFromWorld },
      turn,
      mesh: { positions: mesh.positions, indices: mesh.indices },
      normals,
      faceOffsets: layout.faceOffsets,
      positions: layout.positions,
      patchOfTexel: patches.patchOfTexel,
      factors: votes.factors[turn]!,
      bestWeights: votes.bestWeights,
      gains: Array.from(gains.subarray(turn * 3, turn * 3 + 3)),
      options: { lowBandPower, highBandPower },
      sums,
      stripes,
      turns,
    };
  });
  const task = new URL('./blend-view-task.js', import.meta.url);
  const outcomes = await context.kernels.map<BlendInput, { samples: number }>(task, inputs, context.signal, (done) => {
    context.progress(0.35 + (0.55 * done) / views.length, 'Blending the photos');
  });
  return { sums, samples: outcomes.reduce((sum, { samples }) => sum + samples, 0) };
}

/** Faces cut into stripes of about equally many texels: the first face of each, then the number of faces. */
function equalStripes(faceOffsets: Uint32Array): number[] {
  const faceCount = faceOffsets.length - 1;
  const bounds = [0];
  for (let face = 0; face < faceCount && bounds.length < STRIPES; face++) {
    if (faceOffsets[face]! >= (faceOffsets[faceCount]! * bounds.length) / STRIPES) bounds.push(face);
  }
  while (bounds.length <= STRIPES) bounds.push(faceCount);
  return bounds;
}
