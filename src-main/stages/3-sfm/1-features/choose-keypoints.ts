import type { ChooseCandidates } from '../../../kernels/sift/scale-space.js';
import type { FeaturesOptions } from './features.js';

type Size = { readonly width: number; readonly height: number };
type Limits = Pick<FeaturesOptions, 'maxFeatures' | 'contrast' | 'fillUpTo'>;

/** Cells along the longer side of the grid over which keypoints are spread. */
const GRID_CELLS = 16;

/**
 * Orders keypoints by importance: strong and large ones first, spread over the image. Each cell of a grid ranks its own
 * keypoints by response times the root of the scale (larger ones are found again more often); then all cells' best come, then all
 * cells' second best, and so on.
 *
 * @param indices of the keypoints to order
 * @param keypoints Float32Array[n*4]: x, y, sigma, (anything); pixels of the image
 * @param response of keypoint i
 * @returns the indices, most important first; ties by index
 */
export function rankKeypoints(
  indices: readonly number[],
  keypoints: Float32Array,
  response: (i: number) => number,
  { width, height }: Size,
): number[] {
  const cellSize = Math.max(width, height) / GRID_CELLS;
  const columns = Math.ceil(width / cellSize);
  const scores = new Map(indices.map((i) => [i, response(i) * Math.sqrt(keypoints[i * 4 + 2]!)]));
  const byScore = [...indices].sort((a, b) => scores.get(b)! - scores.get(a)! || a - b);

  const taken = new Map<number, number>();
  const turns = new Map<number, number>();
  for (const i of byScore) {
    const cell = Math.floor(keypoints[i * 4 + 1]! / cellSize) * columns + Math.floor(keypoints[i * 4]! / cellSize);
    const turn = taken.get(cell) ?? 0;
    taken.set(cell, turn + 1);
    turns.set(i, turn);
  }
  return byScore.sort((a, b) => turns.get(a)! - turns.get(b)! || scores.get(b)! - scores.get(a)! || a - b);
}

/**
 * Chooses which extrema of each octave are described: those on the object; where they are more than the photo may have, the most
 * important ones. Extrema below the usual contrast only fill up a photo that shows little texture.
 */
export function candidateChooser(
  size: Size,
  limits: Limits,
  isOnObject: (x: number, y: number) => boolean,
): ChooseCandidates {
  let strongSoFar = 0;
  return ({ count, keypoints }) => {
    const response = (i: number) => keypoints[i * 4 + 3]!;
    const strong: number[] = [];
    const weak: number[] = [];
    for (let i = 0; i < count; i++) {
      if (!isOnObject(keypoints[i * 4]!, keypoints[i * 4 + 1]!)) continue;
      (response(i) >= limits.contrast ? strong : weak).push(i);
    }
    strongSoFar += strong.length;
    const kept =
      strong.length <= limits.maxFeatures
        ? strong
        : rankKeypoints(strong, keypoints, response, size).slice(0, limits.maxFeatures);
    return [...kept, ...strongest(weak, response, limits.fillUpTo - strongSoFar)].sort((a, b) => a - b);
  };
}

/** Orders the described keypoints of all octaves and keeps what the limits allow. @returns indices, most important first */
export function chooseFeatures(
  { count, keypoints, responses }: { count: number; keypoints: Float32Array; responses: Float32Array },
  size: Size,
  limits: Limits,
): number[] {
  const response = (i: number) => responses[i]!;
  const all = Array.from({ length: count }, (_, i) => i);
  const strong = all.filter((i) => response(i) >= limits.contrast);
  const weak = all.filter((i) => response(i) < limits.contrast);
  const kept = [...strong, ...strongest(weak, response, limits.fillUpTo - strong.length)];
  return rankKeypoints(kept, keypoints, response, size).slice(0, limits.maxFeatures);
}

function strongest(indices: readonly number[], response: (i: number) => number, count: number): number[] {
  if (count <= 0) return [];
  return [...indices].sort((a, b) => response(b) - response(a) || a - b).slice(0, count);
}
