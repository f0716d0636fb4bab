import type { PhotoExif } from '../../formats/exif/read-exif.js';
import type { Exposure } from './photo-figures.js';

export interface PhotoFlagLimits {
  /** Photos less sharp than this share of the median of all are blurred. */
  readonly minRelativeSharpness: number;
  /** Photos whose brightest 5 % begin below this grey value are too dark. */
  readonly minPercentile95: number;
  /** So are those whose brightest 5 % begin below this share of the median of all. */
  readonly minRelativePercentile95: number;
  /** Photos whose darkest 5 % end above this grey value are too bright. */
  readonly maxPercentile5: number;
  /**
   * Photos of which this share more is burnt out than of the median photo are clipped: a white background counts for all, and
   * a changing part of bright sky is no fault (saharov: up to 0.2 more than the median).
   */
  readonly maxClippedExcess: number;
  /** Focal lengths that differ by less than this share count as one. */
  readonly focalTolerance: number;
  /** Correlation of thumbprints from which photos count as nearly the same. */
  readonly minDuplicateCorrelation: number;
}

export const PHOTO_FLAG_LIMITS: PhotoFlagLimits = {
  minRelativeSharpness: 0.25,
  minPercentile95: 40,
  minRelativePercentile95: 0.5,
  maxPercentile5: 235,
  maxClippedExcess: 0.3,
  focalTolerance: 0.02,
  minDuplicateCorrelation: 0.999,
};

/** What is looked at to compare a photo with the others of its set. */
export interface ComparedPhoto {
  readonly width: number;
  readonly height: number;
  readonly exif: PhotoExif;
  /** Variance of the Laplacian at a fixed scale. */
  readonly sharpness: number;
  readonly exposure: Exposure;
}

/** In what a photo's camera differs from that of most photos. */
export type CameraDifference = 'camera' | 'lens' | 'focal-length' | 'size';

/** What most photos of a set are like. Values that less than a half share are undefined: then nothing differs from them. */
export interface UsualPhoto {
  readonly sharpness: number;
  readonly percentile95: number;
  readonly clippedShare: number;
  /** Make and model; empty where the photos do not say. */
  readonly camera: string | undefined;
  readonly lens: string | undefined;
  readonly focalLengthMm: number | undefined;
  /** Longer and shorter side: photos held upright and across are alike. */
  readonly size: string | undefined;
}

export type PhotoFlagCode =
  | 'PHOTO_BLURRED'
  | 'PHOTO_TOO_DARK'
  | 'PHOTO_TOO_BRIGHT'
  | 'PHOTO_CLIPPED'
  | 'PHOTO_OTHER_CAMERA';

/** Below this nothing can be said of a majority. */
const MIN_PHOTOS_TO_COMPARE = 3;

/** The medians and majorities of a set of photos. */
export function usualPhoto(photos: readonly ComparedPhoto[], { focalTolerance }: PhotoFlagLimits): UsualPhoto {
  const focal = median(photos.flatMap(({ exif }) => exif.focalLengthMm ?? []));
  const alike = photos.filter(({ exif }) => isNear(exif.focalLengthMm, focal, focalTolerance)).length;
  return {
    sharpness: median(photos.map((photo) => photo.sharpness)),
    percentile95: median(photos.map(({ exposure }) => exposure.percentile95)),
    clippedShare: median(photos.map(({ exposure }) => exposure.clippedShare)),
    camera: majority(photos.map(cameraOf)),
    lens: majority(photos.map(lensOf)),
    focalLengthMm: photos.length >= MIN_PHOTOS_TO_COMPARE && 2 * alike > photos.length ? focal : undefined,
    size: majority(photos.map(sizeOf)),
  };
}

/**
 * What a person should know of a photo, before a run and in it: the service and the import stage both ask here.
 *
 * @param usual of the set that the photo is compared with
 */
export function flagsOf(photo: ComparedPhoto, usual: UsualPhoto, limits: PhotoFlagLimits): PhotoFlagCode[] {
  const { percentile5, percentile95, clippedShare } = photo.exposure;
  const flags: PhotoFlagCode[] = [];
  if (photo.sharpness < limits.minRelativeSharpness * usual.sharpness) flags.push('PHOTO_BLURRED');
  const dark = Math.max(limits.minPercentile95, limits.minRelativePercentile95 * usual.percentile95);
  if (percentile95 < dark) flags.push('PHOTO_TOO_DARK');
  else if (percentile5 > limits.maxPercentile5) flags.push('PHOTO_TOO_BRIGHT');
  else if (clippedShare > usual.clippedShare + limits.maxClippedExcess) flags.push('PHOTO_CLIPPED');
  if (cameraDifferences(photo, usual, limits).length > 0) flags.push('PHOTO_OTHER_CAMERA');
  return flags;
}

export function cameraDifferences(
  photo: ComparedPhoto,
  usual: UsualPhoto,
  { focalTolerance }: PhotoFlagLimits,
): CameraDifference[] {
  const differences: CameraDifference[] = [];
  if (usual.camera !== undefined && cameraOf(photo) !== usual.camera) differences.push('camera');
  if (usual.lens !== undefined && lensOf(photo) !== usual.lens) differences.push('lens');
  const { focalLengthMm } = photo.exif;
  const isOtherZoom =
    focalLengthMm !== undefined &&
    usual.focalLengthMm !== undefined &&
    !isNear(focalLengthMm, usual.focalLengthMm, focalTolerance);
  if (isOtherZoom) differences.push('focal-length');
  if (usual.size !== undefined && sizeOf(photo) !== usual.size) differences.push('size');
  return differences;
}

const cameraOf = ({ exif: { make = '', model = '' } }: ComparedPhoto) => `${make} ${model}`.trim();
const lensOf = ({ exif }: ComparedPhoto) => exif.lens ?? '';
const sizeOf = ({ width, height }: ComparedPhoto) => `${Math.max(width, height)} x ${Math.min(width, height)}`;

const isNear = (a: number | undefined, b: number, tolerance: number): boolean =>
  a !== undefined && Math.abs(a / b - 1) <= tolerance;

/** The value that more than half have. */
function majority(values: readonly string[]): string | undefined {
  if (values.length < MIN_PHOTOS_TO_COMPARE) return undefined;
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].find(([, count]) => 2 * count > values.length)?.[0];
}

/** The upper one of two in the middle; 0 of none. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
