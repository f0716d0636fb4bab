import type { CameraPrior } from '../../../../src-shared/scene/camera.js';
import { TWO_VIEW_KINDS } from '../../../../src-shared/scene/match-graph.js';
import { Random } from '../../../geometry/random.js';
import { pairCamera } from './pair-camera.js';
import type { TwoViewOptions } from './two-view-options.js';
import type { PairRejection } from './verify-epipolar.js';
import { verifyPair } from './verify-pair.js';

/** A batch of pairs: views into arrays that all workers share. */
export interface VerifyPairsInput {
  /** Uint32Array[p*2], photo ids of the pairs of this batch. */
  readonly pairs: Uint32Array;
  /** Uint32Array[p+1], the matches of pair i are `offsets[i] .. offsets[i + 1] - 1` of `matches`. */
  readonly offsets: Uint32Array;
  /** Shared Uint32Array[m*2], keypoint indices of all pairs. */
  readonly matches: Uint32Array;
  /** Shared Float32Array, x and y of the keypoints of all photos; those of photo i start at `2 keypointOffsets[i]`. */
  readonly keypoints: Float32Array;
  readonly keypointOffsets: Uint32Array;
  /** By photo id. */
  readonly cameras: readonly CameraPrior[];
  readonly options: TwoViewOptions;
  readonly seed: number;
}

/** The verified pairs of a batch, in the layout of MatchGraph, and what became of the others. */
export interface VerifyPairsOutput {
  readonly pairs: Uint32Array;
  readonly offsets: Uint32Array;
  readonly matches: Uint32Array;
  readonly kinds: Uint8Array;
  readonly cam2FromCam1: Float64Array;
  readonly medianAnglesDeg: Float32Array;
  readonly homographyRatios: Float32Array;
  /** Uint32Array: pairs left out, by {@link REJECTIONS}; then the number of pairs whose static background was dropped. */
  readonly counts: Uint32Array;
}

export const REJECTIONS = [
  'too-few-matches',
  'too-few-inliers',
  'chance',
  'points-behind',
] as const satisfies readonly PairRejection[];

/** Keeps this stage's random numbers apart from those of others with the same job seed. */
const STAGE_SEED = 0x2fe3;

/** Verifies the pairs of a batch, each with random numbers of its own, so that batches may be cut anywhere. */
export function run(input: VerifyPairsInput): VerifyPairsOutput {
  const { pairs, offsets, keypoints, keypointOffsets, options } = input;
  const cameras = input.cameras.map(pairCamera);
  const kept = { pairs: [] as number[], offsets: [0], matches: [] as number[], kinds: [] as number[] };
  const geometry = { poses: [] as number[], angles: [] as number[], ratios: [] as number[] };
  const counts = new Uint32Array(REJECTIONS.length + 1);
  for (let p = 0; p < pairs.length / 2; p++) {
    const [photo1, photo2] = [pairs[p * 2]!, pairs[p * 2 + 1]!];
    const matches = input.matches.subarray(2 * offsets[p]!, 2 * offsets[p + 1]!);
    const pixelsOf = (photo: number, side: number) => {
      const pixels = new Float64Array(matches.length);
      for (let m = 0; m < matches.length; m += 2) {
        const at = 2 * (keypointOffsets[photo]! + matches[m + side]!);
        pixels[m] = keypoints[at]!;
        pixels[m + 1] = keypoints[at + 1]!;
      }
      return pixels;
    };
    const points = { pixels1: pixelsOf(photo1, 0), pixels2: pixelsOf(photo2, 1) };
    const random = new Random(input.seed, STAGE_SEED, photo1, photo2);
    const verified = verifyPair(points, cameras[photo1]!, cameras[photo2]!, options, random);
    if (typeof verified === 'string') {
      counts[REJECTIONS.indexOf(verified)]!++;
      continue;
    }
    if (verified.staticDropped > 0) counts[REJECTIONS.length]!++;
    kept.pairs.push(photo1, photo2);
    for (const i of verified.inliers) kept.matches.push(matches[i * 2]!, matches[i * 2 + 1]!);
    kept.offsets.push(kept.matches.length / 2);
    kept.kinds.push(TWO_VIEW_KINDS.indexOf(verified.kind));
    geometry.poses.push(...verified.cam2FromCam1.R, ...verified.cam2FromCam1.t);
    geometry.angles.push(verified.medianAngleDeg);
    geometry.ratios.push(verified.homographyRatio);
  }
  return {
    pairs: Uint32Array.from(kept.pairs),
    offsets: Uint32Array.from(kept.offsets),
    matches: Uint32Array.from(kept.matches),
    kinds: Uint8Array.from(kept.kinds),
    cam2FromCam1: Float64Array.from(geometry.poses),
    medianAnglesDeg: Float32Array.from(geometry.angles),
    homographyRatios: Float32Array.from(geometry.ratios),
    counts,
  };
}
