import { MAX_PHOTO_PIXELS } from '../../formats/image/decode-photo.js';

export interface ImportOptions {
  /** Known intrinsics of the upright full photo, pixels: fx, fy, cx, cy[, k1, k2, p1, p2]. */
  readonly camera?: readonly number[];
  /** Photos that claim more pixels are left out by their header, before decoding. */
  readonly maxPixels: number;
  readonly minShortSidePx: number;
  readonly minPhotoCount: number;
  /** Photos less sharp than this share of the median of all are remarked on. */
  readonly minRelativeSharpness: number;
  /** Photos whose brightest 5 % begin below this grey value are too dark. */
  readonly minPercentile95: number;
  /** Photos whose darkest 5 % end above this grey value are too bright. */
  readonly maxPercentile5: number;
  /** Correlation of thumbprints from which photos count as nearly the same. */
  readonly minDuplicateCorrelation: number;
}

export const IMPORT_DEFAULTS: ImportOptions = {
  maxPixels: MAX_PHOTO_PIXELS,
  minShortSidePx: 320,
  minPhotoCount: 3,
  minRelativeSharpness: 0.25,
  minPercentile95: 40,
  maxPercentile5: 235,
  minDuplicateCorrelation: 0.999,
};
