import type { Warning } from '../../../src-shared/scene/photo.js';
import { findLookalikes, groupPairs } from './find-duplicates.js';
import type { UsablePhoto } from './inspect-photo.js';
import { flagsOf, type PhotoFlagCode, type PhotoFlagLimits, usualPhoto } from './photo-flags.js';

const photosAre = (count: number): string => (count === 1 ? '1 photo is' : `${count} photos are`);

const MESSAGES: Readonly<Record<PhotoFlagCode, (count: number) => string>> = {
  PHOTO_BLURRED: (count) => `${photosAre(count)} much less sharp than the others.`,
  PHOTO_TOO_DARK: (count) => `${photosAre(count)} nearly black, or much darker than the others.`,
  PHOTO_TOO_BRIGHT: (count) => `${photosAre(count)} nearly white.`,
  PHOTO_CLIPPED: (count) => `${photosAre(count)} burnt out to white in large parts.`,
  PHOTO_OTHER_CAMERA: (count) => `${photosAre(count)} of another camera, lens, zoom or size than most.`,
};

/**
 * What a person should know of the accepted photos: which are much less sharp than the rest, badly exposed, of another camera,
 * or nearly the same. None is left out for it: a poor photo may be the only one of its side.
 */
export function qualityWarnings(
  photos: readonly (UsablePhoto & { name: string })[],
  limits: PhotoFlagLimits,
): Warning[] {
  const usual = usualPhoto(photos, limits);
  const flags = photos.map((photo) => flagsOf(photo, usual, limits));
  const warnings = Object.entries(MESSAGES).flatMap(([code, message]): Warning[] => {
    const names = photos.filter((_, i) => flags[i]?.some((flag) => flag === code)).map(({ name }) => name);
    return names.length === 0 ? [] : [{ code, message: message(names.length), photos: names }];
  });

  const thumbprints = photos.map((photo) => photo.thumbprint);
  const pairs = findLookalikes(thumbprints, limits.minDuplicateCorrelation);
  const groups = groupPairs([...photos.keys()], pairs);
  if (groups.length === 0) return warnings;
  const alike = groups.flat().map((index) => photos[index]!.name);
  const message = `${alike.length} photos look the same as another one, in ${groups.length} ${groups.length === 1 ? 'group' : 'groups'}.`;
  return [...warnings, { code: 'PHOTO_NEAR_DUPLICATE', message, photos: alike }];
}
