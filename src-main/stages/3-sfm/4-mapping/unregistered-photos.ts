import type { RejectedPhoto } from '../../../../src-shared/scene/photo.js';
import type { MappingScene } from './mapping-scene.js';
import type { Reconstruction } from './reconstruction.js';

/**
 * The photos that are not in the model, each with the reason: it belongs to a group of photos that match each other but not
 * the model's, or it does not match enough.
 */
export function listUnregistered({ photos, links }: MappingScene, { isRegistered }: Reconstruction): RejectedPhoto[] {
  return photos
    .filter((photo) => isRegistered[photo.photoId] === 0)
    .map(({ photoId, name }): RejectedPhoto => {
      const matches = links.strongestRegistered(photoId, isRegistered);
      if (matches === 0 && links.neighboursOf(photoId).length > 0) {
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
