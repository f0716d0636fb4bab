import type { Nearest } from '../../../kernels/match-descriptors/hash-tables.js';
import { pairMatcher } from '../../../kernels/match-descriptors/index.js';
import type { MatchablePhoto } from './match-pairs-task.js';
import type { MatchingOptions } from './matching.js';

/** Length of a descriptor (`src-shared/scene/features.ts`). */
const DESCRIPTOR_NORM = 512;

/**
 * Matches two photos: nearest neighbours that are so in both directions, pass the ratio test in both, and are not too different.
 * Keypoints with several orientations give one match a place.
 *
 * @returns Uint32Array[m*2]: keypoint index in the first and second photo, ascending in the first
 */
export function matchPair(first: MatchablePhoto, second: MatchablePhoto, options: MatchingOptions): Uint32Array {
  if (first.count === 0 || second.count === 0) return new Uint32Array(0);
  const matcher = pairMatcher(first, second, options);
  const forward = matcher.forward();
  const distinct = distinctQueries(forward, options);
  // Only targets of good matches need the way back.
  const targets = [...new Set(distinct.map((i) => forward[i * 3]!))];
  const backward = matcher.backward(Uint32Array.from(targets));
  const nearestOfTarget = new Map(distinctQueries(backward, options).map((t) => [targets[t]!, backward[t * 3]!]));

  const matches: number[] = [];
  const places = new Set<string>();
  for (const i of distinct) {
    const j = forward[i * 3]!;
    if (nearestOfTarget.get(j) !== i) continue;
    const place = placeOf(first.keypoints, i) + placeOf(second.keypoints, j);
    if (places.has(place)) continue;
    places.add(place);
    matches.push(i, j);
  }
  return Uint32Array.from(matches);
}

/** Queries whose nearest neighbour is much nearer than the second nearest. */
function distinctQueries(nearest: Nearest, { maxRatio, maxDistance }: MatchingOptions): number[] {
  const maxSquare = (maxDistance * DESCRIPTOR_NORM) ** 2;
  const distinct: number[] = [];
  for (let i = 0; i * 3 < nearest.length; i++) {
    const square = nearest[i * 3 + 1]!;
    if (nearest[i * 3]! >= 0 && square <= maxSquare && square < maxRatio * maxRatio * nearest[i * 3 + 2]!)
      distinct.push(i);
  }
  return distinct;
}

const placeOf = (keypoints: Float32Array, i: number) => `${keypoints[i * 4]},${keypoints[i * 4 + 1]};`;
