import type { Warning } from '../../../src-shared/scene/photo.js';
import { findNearDuplicates } from './find-duplicates.js';
import type { ImportOptions } from './import-options.js';
import type { UsablePhoto } from './inspect-photo.js';

type Limits = Pick<
  ImportOptions,
  'minRelativeSharpness' | 'minPercentile95' | 'maxPercentile5' | 'minDuplicateCorrelation'
>;

/**
 * What a person should know of the accepted photos: which are much less sharp than the rest, nearly black or white, or nearly
 * the same. None is left out for it: a poor photo may be the only one of its side.
 */
export function qualityWarnings(photos: readonly (UsablePhoto & { name: string })[], limits: Limits): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, names: readonly string[]) => {
    if (names.length > 0) warnings.push({ code, message, photos: names });
  };

  const sharpness = photos.map((photo) => photo.sharpness).sort((a, b) => a - b);
  const median = sharpness[Math.floor(sharpness.length / 2)] ?? 0;
  const blurred = photos.filter((photo) => photo.sharpness < limits.minRelativeSharpness * median);
  warn('PHOTO_BLURRED', `${blurred.length} photo(s) are much less sharp than the others.`, namesOf(blurred));

  const exposed = photos.filter(
    ({ exposure }) => exposure.percentile95 < limits.minPercentile95 || exposure.percentile5 > limits.maxPercentile5,
  );
  warn('PHOTO_BADLY_EXPOSED', `${exposed.length} photo(s) are nearly black or white.`, namesOf(exposed));

  const thumbprints = photos.map((photo) => photo.thumbprint);
  const groups = findNearDuplicates(thumbprints, limits.minDuplicateCorrelation);
  const alike = groups.flat().map((index) => photos[index]!);
  const message = `${alike.length} photos look the same as another one, in ${groups.length} group(s).`;
  warn('PHOTO_NEAR_DUPLICATE', message, namesOf(alike));
  return warnings;
}

const namesOf = (photos: readonly { name: string }[]) => photos.map(({ name }) => name);
