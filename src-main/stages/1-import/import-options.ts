import { MAX_PHOTO_PIXELS } from '../../formats/image/decode-photo.js';
import { PHOTO_FLAG_LIMITS, type PhotoFlagLimits } from './photo-flags.js';

export interface ImportOptions extends PhotoFlagLimits {
  /** Known intrinsics of the upright full photo, pixels: fx, fy, cx, cy[, k1, k2, p1, p2]. */
  readonly camera?: readonly number[];
  /** Photos that claim more pixels are left out by their header, before decoding. */
  readonly maxPixels: number;
  readonly minShortSidePx: number;
  readonly minPhotoCount: number;
}

export const IMPORT_DEFAULTS: ImportOptions = {
  ...PHOTO_FLAG_LIMITS,
  maxPixels: MAX_PHOTO_PIXELS,
  minShortSidePx: 320,
  minPhotoCount: 3,
};
