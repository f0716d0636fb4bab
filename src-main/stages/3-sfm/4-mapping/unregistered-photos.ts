import type { RejectedPhoto } from '../../../../src-shared/scene/photo.js';
import type { MappingScene } from './mapping-scene.js';
import type { Reconstruction } from './reconstruction.js';

/**
 * The photos that are not in the model, each with the reason: it belongs to a group of photos that match each other but not
 * the model's, or it does not match enough.
 *
 * @param minPairMatches matches from which two photos show the same things
 */
export function listUnregistered(
  { photos, graph }: MappingScene,
  model: Reconstruction,
  minPairMatches: number,
): RejectedPhoto[] {
  const matchesWithModel = new Uint32Array(photos.length);
  const neighbours: number[][] = photos.map(() => []);
  for (let pair = 0; pair * 2 < graph.pairs.length; pair++) {
    const [first, second] = [graph.pairs[pair * 2]!, graph.pairs[pair * 2 + 1]!];
    const count = graph.offsets[pair + 1]! - graph.offsets[pair]!;
    if (count < minPairMatches) continue;
    if (model.isRegistered[first]) matchesWithModel[second] = Math.max(matchesWithModel[second]!, count);
    if (model.isRegistered[second]) matchesWithModel[first] = Math.max(matchesWithModel[first]!, count);
    if (model.isRegistered[first] || model.isRegistered[second]) continue;
    neighbours[first]!.push(second);
    neighbours[second]!.push(first);
  }
  return photos
    .filter((photo) => model.isRegistered[photo.photoId] === 0)
    .map(({ photoId, name }): RejectedPhoto => {
      const matches = matchesWithModel[photoId]!;
      if (matches === 0 && neighbours[photoId]!.length > 0) {
        const reason = 'It matches other photos that were left out, but none of the aligned ones.';
        return { name, code: 'PHOTO_OTHER_SCENE', reason };
      }
      const reason =
        matches === 0
          ? 'No other photo shows enough of the same things.'
          : `Its best match with an aligned photo has ${matches} points, which do not agree with the model.`;
      return { name, code: 'PHOTO_NOT_REGISTERED', reason };
    });
}
