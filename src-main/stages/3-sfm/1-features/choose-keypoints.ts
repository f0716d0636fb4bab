/** Keypoints to choose from; see {@link rankKeypoints}. */
export interface RankedKeypoints {
  readonly count: number;
  /** Float32Array[n*4]: x, y, sigma, (anything); pixels. */
  readonly keypoints: Float32Array;
  /** Response of keypoint i. */
  readonly response: (i: number) => number;
}

/** Cells along the longer side of the grid over which keypoints are spread. */
const GRID_CELLS = 16;

/**
 * Orders keypoints by importance: strong and large ones first, spread over the image. Each cell of a grid ranks its own
 * keypoints by response times the root of the scale (larger ones are found again more often); then all cells' best come, then all
 * cells' second best, and so on.
 *
 * @returns indices of all keypoints, most important first; ties by index
 */
export function rankKeypoints(
  { count, keypoints, response }: RankedKeypoints,
  width: number,
  height: number,
): number[] {
  const cellSize = Math.max(width, height) / GRID_CELLS;
  const columns = Math.ceil(width / cellSize);
  const scores = Float64Array.from({ length: count }, (_, i) => response(i) * Math.sqrt(keypoints[i * 4 + 2]!));
  const byScore = Array.from({ length: count }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);

  const taken = new Map<number, number>();
  const turns = new Float64Array(count);
  for (const i of byScore) {
    const cell = Math.floor(keypoints[i * 4 + 1]! / cellSize) * columns + Math.floor(keypoints[i * 4]! / cellSize);
    const turn = taken.get(cell) ?? 0;
    taken.set(cell, turn + 1);
    turns[i] = turn;
  }
  return byScore.sort((a, b) => turns[a]! - turns[b]! || scores[b]! - scores[a]! || a - b);
}
