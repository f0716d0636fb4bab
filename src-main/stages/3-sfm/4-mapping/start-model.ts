import { TWO_VIEW_KINDS } from '../../../../src-shared/scene/match-graph.js';
import { unproject } from '../../../geometry/camera-projection.js';
import { estimateEssential } from '../../../geometry/estimate-essential.js';
import { Random } from '../../../geometry/random.js';
import { adjustReconstruction } from './adjust-reconstruction.js';
import type { Tracks } from './build-tracks.js';
import { filterPoints } from './filter-points.js';
import type { MappingOptions } from './mapping-options.js';
import type { MappingScene } from './mapping-scene.js';
import { type FocalStart, Reconstruction } from './reconstruction.js';
import { tracksOfPhoto, triangulateTracks } from './triangulate-tracks.js';

/** Median angle of the two views' rays from which a wider one makes no better start. */
const AMPLE_ANGLE_DEG = 12;
/** Homography share from which a pair may be a plane or a rotation. */
const PLANAR_RATIO = 0.6;

/**
 * Pairs to start from, best first: many matches, seen under a wide angle, not on one plane. A photo is in one pair at most, so
 * that the tries differ.
 *
 * @param isAllowed which photos may be used
 * @returns indices of pairs of the graph
 */
export function rankInitialPairs(
  { graph }: MappingScene,
  options: MappingOptions,
  isAllowed: (photo: number) => boolean,
): number[] {
  const scored: { pair: number; score: number }[] = [];
  for (let pair = 0; pair * 2 < graph.pairs.length; pair++) {
    const matches = graph.offsets[pair + 1]! - graph.offsets[pair]!;
    if (matches < options.minInitialMatches) continue;
    if (!isAllowed(graph.pairs[pair * 2]!) || !isAllowed(graph.pairs[pair * 2 + 1]!)) continue;
    const kind = TWO_VIEW_KINDS[graph.kinds[pair]!];
    if (kind === 'rotation' || kind === 'identical') continue;
    const width = Math.min(1, graph.medianAnglesDeg[pair]! / AMPLE_ANGLE_DEG) ** 2;
    const relief = Math.min(1, Math.max(0.1, (1 - graph.homographyRatios[pair]!) / (1 - PLANAR_RATIO)));
    scored.push({ pair, score: matches * (0.01 + width) * relief });
  }
  scored.sort((a, b) => b.score - a.score || a.pair - b.pair);
  const used = new Set<number>();
  const best: number[] = [];
  for (const { pair } of scored) {
    const [first, second] = [graph.pairs[pair * 2]!, graph.pairs[pair * 2 + 1]!];
    if (used.has(first) || used.has(second)) continue;
    used.add(first).add(second);
    best.push(pair);
    if (best.length === options.maxInitialPairs) break;
  }
  return best;
}

/** Largest distance of a match from its epipolar line, for the relative pose of the initial pair. */
const MAX_EPIPOLAR_ERROR_PX = 2;
const MIN_INITIAL_POINTS = 30;
const MIN_IN_FRONT_SHARE = 0.7;

/**
 * Makes a model of two photos. Their relative pose is estimated from the matches anew, for the focal length at hand.
 *
 * @returns undefined when the pair's geometry does not hold: few points, or too small an angle
 */
export function startModel(
  scene: MappingScene,
  tracks: Tracks,
  options: MappingOptions,
  pair: number,
  focal: FocalStart,
  minAngleDeg: number,
  seed: number,
): Reconstruction | undefined {
  const model = new Reconstruction(scene, tracks, options, focal);
  const { graph, keypoints } = scene;
  const first = graph.pairs[pair * 2]!;
  const second = graph.pairs[pair * 2 + 1]!;
  const matches = graph.matches.subarray(graph.offsets[pair]! * 2, graph.offsets[pair + 1]! * 2);
  const x1 = normalized(model, first, keypoints[first]!, matches, 0);
  const x2 = normalized(model, second, keypoints[second]!, matches, 1);
  const focalPx = Math.min(model.lensOf(first)[0]!, model.lensOf(second)[0]!);
  const threshold = (MAX_EPIPOLAR_ERROR_PX * Math.max(model.pixelScales[first]!, model.pixelScales[second]!)) / focalPx;
  const relative = estimateEssential(x1, x2, { threshold }, new Random(seed, pair));
  if (relative === undefined || relative.inFrontShare < MIN_IN_FRONT_SHARE) return undefined;
  model.register(first, { R: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), t: new Float64Array(3) });
  model.register(second, relative.cam2FromCam1);
  triangulateTracks(model, tracksOfPhoto(model, first));
  filterPoints(model, tracksOfPhoto(model, first));
  if (model.pointCount < MIN_INITIAL_POINTS) return undefined;
  const points = [...tracksOfPhoto(model, first)].filter((track) => model.hasPoint[track] === 1);
  adjustReconstruction(model, {
    photos: [second],
    tracks: points,
    intrinsics: 'none',
    maxIterations: 20,
    functionTolerance: 1e-4,
  });
  filterPoints(model, points);
  const left = points.filter((track) => model.hasPoint[track] === 1);
  const wide = left.filter((track) => model.hasAngle(track, (minAngleDeg * Math.PI) / 180));
  return left.length >= MIN_INITIAL_POINTS && wide.length >= left.length / 2 ? model : undefined;
}

/** Normalised image points of one side of the matches. @param side 0 for the first photo of the pair, 1 for the second */
function normalized(
  model: Reconstruction,
  photo: number,
  keypoints: Float32Array,
  matches: Uint32Array,
  side: 0 | 1,
): Float64Array {
  const out = new Float64Array(matches.length);
  const lens = model.lensOf(photo);
  for (let i = 0; i * 2 < matches.length; i++) {
    const keypoint = matches[i * 2 + side]!;
    unproject(lens, 0, keypoints[keypoint * 2]!, keypoints[keypoint * 2 + 1]!, out, i * 2);
  }
  return out;
}
