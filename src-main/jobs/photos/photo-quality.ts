import type { PhotoExifResource, PhotoFlag, PhotoQuality } from '../../../src-shared/api/photo-schemas.js';
import { ERROR_CODES, type ErrorCode } from '../../../src-shared/errors/error-codes.js';
import type { PhotoExif } from '../../formats/exif/read-exif.js';
import { groupPairs } from '../../stages/1-import/find-duplicates.js';
import { cameraDifferences, flagsOf, PHOTO_FLAG_LIMITS, usualPhoto } from '../../stages/1-import/photo-flags.js';
import type { StoredInspection } from '../store/inspection-store.js';

type Usable = Extract<StoredInspection, { usable: true }>;

/** What is known of a photo of a job. */
export interface InspectedPhoto {
  readonly photoId: string;
  readonly isIncluded: boolean;
  readonly inspection: StoredInspection;
}

/**
 * Says of each photo what a person should know before a run, as the import stage will say it in the run: both ask the same
 * functions. Photos are compared with those that are included, which are what a run sees.
 */
export function photoQualities(photos: readonly InspectedPhoto[]): ReadonlyMap<string, PhotoQuality> {
  const usable = photos.flatMap(({ inspection, ...photo }) => (inspection.usable ? [{ ...photo, inspection }] : []));
  const included = usable.filter(({ isIncluded }) => isIncluded);
  const usual = usualPhoto(
    included.map(({ inspection }) => inspection),
    PHOTO_FLAG_LIMITS,
  );
  const alike = lookalikes(usable);
  return new Map(
    photos.map(({ photoId, inspection }) => {
      if (!inspection.usable) return [photoId, unusable(inspection)];
      const flags = flagsOf(inspection, usual, PHOTO_FLAG_LIMITS).map((code): PhotoFlag => {
        if (code !== 'PHOTO_OTHER_CAMERA') return flag(code);
        return { ...flag(code), differences: cameraDifferences(inspection, usual, PHOTO_FLAG_LIMITS) };
      });
      const others = alike.get(photoId);
      if (others) flags.push({ ...flag('PHOTO_NEAR_DUPLICATE'), alike: [...others] });
      return [
        photoId,
        { usable: true, flags, measures: measures(inspection, usual.sharpness), exif: exif(inspection.exif) },
      ];
    }),
  );
}

const flag = (code: ErrorCode): PhotoFlag => ({
  ...{ code, message: ERROR_CODES[code].message, hint: ERROR_CODES[code].hint },
});

function unusable({ code, reason }: StoredInspection & { usable: false }): PhotoQuality {
  return { usable: false, flags: [{ ...flag(code), message: reason }], measures: null, exif: {} };
}

/** The included photos that look like each photo. */
function lookalikes(
  photos: readonly { readonly photoId: string; readonly isIncluded: boolean; readonly inspection: Usable }[],
): ReadonlyMap<string, readonly string[]> {
  const included = new Set(photos.filter(({ isIncluded }) => isIncluded).map(({ photoId }) => photoId));
  const pairs = photos.flatMap(({ photoId, inspection }) => inspection.alike.map((other) => [photoId, other] as const));
  const groups = groupPairs(
    photos.map(({ photoId }) => photoId),
    pairs,
  );
  const found = new Map<string, readonly string[]>();
  for (const group of groups) {
    for (const photoId of group) {
      const others = group.filter((other) => other !== photoId && included.has(other));
      if (others.length > 0) found.set(photoId, others);
    }
  }
  return found;
}

function measures({ sharpness, exposure }: Usable, usualSharpness: number): PhotoQuality['measures'] {
  return {
    sharpness,
    relative_sharpness: usualSharpness > 0 ? sharpness / usualSharpness : 1,
    percentile_5: exposure.percentile5,
    percentile_95: exposure.percentile95,
    clipped_share: exposure.clippedShare,
  };
}

function exif({ make, model, lens, capturedAt, ...figures }: PhotoExif): PhotoExifResource {
  const fields = {
    ...{ make, model, lens, captured_at: capturedAt },
    ...{ focal_length_mm: figures.focalLengthMm, focal_length_35mm: figures.focalLength35mm },
    ...{ exposure_seconds: figures.exposureSeconds, f_number: figures.fNumber, iso: figures.iso },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
