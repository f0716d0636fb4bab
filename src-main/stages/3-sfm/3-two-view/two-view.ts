import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../../src-shared/scene/camera.js';
import type { PhotoFeatures, PutativeMatches } from '../../../../src-shared/scene/features.js';
import { type MatchGraph, TWO_VIEW_KINDS, type TwoViewKind } from '../../../../src-shared/scene/match-graph.js';
import type { Photo, Warning } from '../../../../src-shared/scene/photo.js';
import type { Stage, StageContext } from '../../../pipeline/stage.js';
import { mergeGraphs } from './merge-graphs.js';
import { pairBatches } from './pair-batches.js';
import { TWO_VIEW_DEFAULTS, type TwoViewOptions } from './two-view-options.js';
import { REJECTIONS, type VerifyPairsInput, type VerifyPairsOutput } from './verify-pairs-task.js';

export interface TwoViewInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  readonly features: readonly PhotoFeatures[];
  readonly matches: PutativeMatches;
}

export interface TwoViewOutput {
  readonly graph: MatchGraph;
  readonly warnings: readonly Warning[];
  readonly report: {
    readonly pairs: number;
    /** Verified pairs of each kind. */
    readonly kinds: Readonly<Record<TwoViewKind, number>>;
    /** Pairs left out, by reason. */
    readonly rejected: Readonly<Record<(typeof REJECTIONS)[number], number>>;
    /** Pairs whose static background was dropped. */
    readonly staticBackground: number;
    readonly medianInliers: number;
    readonly medianAngleDeg: number;
  };
}

/**
 * Verifies the putative matches geometrically: 1. gathers the keypoints' positions, 2. verifies the pairs in batches on the
 * workers (see verify-pair.ts), 3. joins the batches to one graph, 4. checks that the camera moved at all.
 *
 * @throws SFM_NO_OVERLAP, SFM_IDENTICAL_PHOTOS, SFM_PURE_ROTATION
 */
export const twoViewStage: Stage<TwoViewInput, TwoViewOptions, TwoViewOutput> = {
  id: 'two-view',
  revision: 2,
  defaults: TWO_VIEW_DEFAULTS,
  async run(input, options, context) {
    const batches = await verifyBatches(input, options, context);
    const { graph, counts } = mergeGraphs(batches);
    const report = reportOf(graph, counts, input.matches.pairCount);
    context.log.info('two-view', { ...report });
    checkMotion(report);
    const file = await context.folder.writeArrays('graph.arr', { meta: {}, arrays: { ...graph } });
    return {
      graph: { file, pairCount: graph.kinds.length, matchCount: graph.matches.length / 2 },
      warnings: [],
      report,
    };
  },
};

/** Each batch is kept as a file, so that an interrupted run goes on behind it. */
async function verifyBatches(
  input: TwoViewInput,
  options: TwoViewOptions,
  context: StageContext,
): Promise<VerifyPairsOutput[]> {
  const { folder, kernels, signal, progress, seed } = context;
  const { pairs, offsets, matches } = await sharedMatches(input, context);
  const { keypoints, keypointOffsets } = await sharedKeypoints(input, context);
  const cameraById = new Map(input.cameras.map((camera) => [camera.cameraId, camera]));
  const cameras = input.photos.map(({ cameraId }) => cameraById.get(cameraId)!);
  const batches = pairBatches(offsets);
  const batchFile = (index: number) => `batch-${String(index).padStart(5, '0')}.arr`;
  const missing = batches.map((_, index) => index).filter((index) => !folder.has(batchFile(index)));
  const inputs = missing.map((index): VerifyPairsInput => {
    const [from, to] = batches[index]!;
    const own = { pairs: pairs.slice(2 * from, 2 * to), offsets: offsets.slice(from, to + 1) };
    return { ...own, matches, keypoints, keypointOffsets, cameras, options, seed };
  });
  const sizeOf = (index: number) => batches[index]![1] - batches[index]![0];
  const pairCount = pairs.length / 2;
  // Counted as they are written: files written at once may end in another order than their computations.
  let pairsWritten = missing.reduce((rest, index) => rest - sizeOf(index), pairCount);
  await kernels.map<VerifyPairsInput, VerifyPairsOutput>(VERIFY_TASK, inputs, signal, async (_done, output, item) => {
    await folder.writeArrays(batchFile(missing[item]!), { meta: {}, arrays: { ...output } });
    pairsWritten += sizeOf(missing[item]!);
    progress(pairsWritten / pairCount, `${pairsWritten} of ${pairCount} pairs`);
  });
  const results: VerifyPairsOutput[] = [];
  for (const index of batches.keys()) {
    results.push((await folder.readArrays<BatchArrays>(folder.ref(batchFile(index)))).arrays);
  }
  return results;
}

const VERIFY_TASK = new URL('./verify-pairs-task.js', import.meta.url);

type BatchArrays = { readonly [Name in keyof VerifyPairsOutput]: VerifyPairsOutput[Name] };

async function sharedMatches({ matches }: TwoViewInput, { folder }: StageContext) {
  const { arrays } = await folder.readArrays<{ pairs: Uint32Array; offsets: Uint32Array; matches: Uint32Array }>(
    matches.file,
  );
  const shared = new Uint32Array(new SharedArrayBuffer(arrays.matches.byteLength));
  shared.set(arrays.matches);
  return { pairs: arrays.pairs, offsets: arrays.offsets, matches: shared };
}

/** Positions of all keypoints in one shared array: each worker needs any of them, and reading the files again would cost more. */
async function sharedKeypoints({ features, photos }: TwoViewInput, { folder, signal }: StageContext) {
  const keypointOffsets = new Uint32Array(photos.length);
  let total = 0;
  for (const { photoId, count } of features) {
    keypointOffsets[photoId] = total;
    total += count;
  }
  const keypoints = new Float32Array(new SharedArrayBuffer(Math.max(1, total) * 8));
  for (const { photoId, file } of features) {
    signal.throwIfAborted();
    const { arrays } = await folder.readArrays<{ keypoints: Float32Array }>(file);
    const start = 2 * keypointOffsets[photoId]!;
    for (let i = 0; i < arrays.keypoints.length / 4; i++) {
      keypoints[start + 2 * i] = arrays.keypoints[4 * i]!;
      keypoints[start + 2 * i + 1] = arrays.keypoints[4 * i + 1]!;
    }
  }
  return { keypoints, keypointOffsets };
}

function reportOf(
  graph: Omit<VerifyPairsOutput, 'counts'>,
  counts: Uint32Array,
  pairs: number,
): TwoViewOutput['report'] {
  const kinds: Record<TwoViewKind, number> = { general: 0, planar: 0, rotation: 0, identical: 0 };
  for (const kind of graph.kinds) kinds[TWO_VIEW_KINDS[kind]!]++;
  const inliers = Uint32Array.from(graph.kinds, (_, i) => graph.offsets[i + 1]! - graph.offsets[i]!).sort();
  const angles = graph.medianAnglesDeg.slice().sort();
  return {
    pairs,
    kinds,
    rejected: {
      'too-few-matches': counts[0]!,
      'too-few-inliers': counts[1]!,
      chance: counts[2]!,
      'points-behind': counts[3]!,
    },
    staticBackground: counts[REJECTIONS.length]!,
    medianInliers: inliers[inliers.length >> 1] ?? 0,
    medianAngleDeg: angles[angles.length >> 1] ?? 0,
  };
}

/** Depth needs one pair at least that was taken from two places. */
function checkMotion({ pairs, kinds }: TwoViewOutput['report']): void {
  const moved = kinds.general + kinds.planar;
  if (moved > 0) return;
  if (kinds.rotation > 0) throw new StudioError('SFM_PURE_ROTATION', { details: { pairs, kinds } });
  if (kinds.identical > 0) throw new StudioError('SFM_IDENTICAL_PHOTOS', { details: { pairs, kinds } });
  throw new StudioError('SFM_NO_OVERLAP', { details: { pairs } });
}
