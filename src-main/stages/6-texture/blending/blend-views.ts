import type { StageContext } from '../../../pipeline/stage.js';
import type { Patches } from '../patches.js';
import type { TexelLayout } from '../texel-layout.js';
import type { RegisteredView } from '../views/photo-views.js';
import type { BlendInput, BlendOptions } from './blend-view-task.js';
import { composeTexels, type TexelColors, unseenTexels } from './compose-texels.js';
import type { SplitMesh } from './fill-unseen.js';
import type { PatchVotes } from './reject-outliers.js';

export type { BlendOptions } from './blend-view-task.js';

const STRIPES = 32;
/** Texels blended at once: 160 MB of sums. A texture of 2048 px is one part, one of 4096 px is three. */
const MAX_TEXELS = 5_000_000;

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

/**
 * Blends all views into colours, part by part of the texture where it is large, so that the sums stay within
 * {@link MAX_TEXELS} * 32 bytes; every part decodes the photos again.
 *
 * @returns `samples`: number of photo samples blended
 */
export async function blendViews(
  source: BlendSource,
  options: BlendOptions,
  context: StageContext,
): Promise<TexelColors & { readonly samples: number }> {
  const { faceOffsets, texels } = source.layout;
  const colors = unseenTexels(texels.length);
  const parts = equalRanges(faceOffsets, 0, faceOffsets.length - 1, Math.ceil(texels.length / MAX_TEXELS) || 1);
  let samples = 0;
  for (let part = 0; part + 1 < parts.length; part++) {
    const first = faceOffsets[parts[part]!]!;
    const end = faceOffsets[parts[part + 1]!]!;
    const sums = new Float32Array(new SharedArrayBuffer((end - first) * 32));
    const stripes = equalRanges(faceOffsets, parts[part]!, parts[part + 1]!, STRIPES);
    const inputs = blendInputs(source, options, { sums, firstTexel: first, stripes });
    const task = new URL('./blend-view-task.js', import.meta.url);
    const outcomes = await context.kernels.map<BlendInput, { samples: number }>(
      task,
      inputs,
      context.signal,
      (done) => {
        const share = (part + done / inputs.length) / (parts.length - 1);
        context.progress(0.35 + 0.55 * share, 'Blending the photos');
      },
    );
    composeTexels(sums, first, end, colors);
    samples += outcomes.reduce((sum, outcome) => sum + outcome.samples, 0);
  }
  return { ...colors, samples };
}

function blendInputs(
  { views, mesh, normals, layout, patches, votes, gains }: BlendSource,
  { lowBandPower, highBandPower }: BlendOptions,
  part: Pick<BlendInput, 'sums' | 'firstTexel' | 'stripes'>,
): BlendInput[] {
  const turns = new Int32Array(new SharedArrayBuffer(STRIPES * 4));
  return views.map(({ photo, width, height, lens, camFromWorld }, turn) => ({
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
    turns,
    ...part,
  }));
}

/** Faces `first .. end - 1` cut into ranges of about equally many texels: the first face of each, then `end`. */
function equalRanges(faceOffsets: Uint32Array, first: number, end: number, count: number): number[] {
  const start = faceOffsets[first]!;
  const total = faceOffsets[end]! - start;
  const bounds = [first];
  for (let face = first; face < end && bounds.length < count; face++) {
    if (faceOffsets[face]! - start >= (total * bounds.length) / count) bounds.push(face);
  }
  while (bounds.length <= count) bounds.push(end);
  return bounds;
}
