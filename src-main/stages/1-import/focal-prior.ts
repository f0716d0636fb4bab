import type { FocalSource } from '../../../src-shared/scene/camera.js';
import type { PhotoExif } from '../../formats/exif/read-exif.js';
import { sensorLongSideMm } from './sensor-sizes.js';

/** Diagonal of a 36 x 24 mm frame: "35 mm equivalent" means the same diagonal angle of view (CIPA DCG-001). */
const FULL_FRAME_DIAGONAL_MM = Math.hypot(36, 24);
/** Focal length in units of the longer side where nothing is known: a phone's main camera has 0.7 to 1.2 (COLMAP's choice). */
const GUESS_PER_LONG_SIDE = 1.2;
/** From a wide angle of 120 degrees to a long telephoto lens; values outside are mistakes of the writer. */
const PLAUSIBLE_PER_LONG_SIDE = [0.28, 25] as const;

export interface FocalPrior {
  readonly focalPx: number;
  readonly source: Exclude<FocalSource, 'given'>;
}

/**
 * The focal length of a photo in pixels as far as its EXIF tells: by the 35 mm equivalent, else by the focal length and the
 * sensor (a table of common cameras, then the FocalPlaneResolution tags), else a guess.
 *
 * @param width pixels of the upright photo; the camera's full frame is assumed, so a cropped photo gets too small a value
 * @param height likewise
 */
export function focalPrior(exif: PhotoExif, width: number, height: number): FocalPrior {
  const longSide = Math.max(width, height);
  const plausible = (focalPx: number) =>
    focalPx >= PLAUSIBLE_PER_LONG_SIDE[0] * longSide && focalPx <= PLAUSIBLE_PER_LONG_SIDE[1] * longSide;
  if (exif.focalLength35mm !== undefined) {
    const focalPx = (exif.focalLength35mm / FULL_FRAME_DIAGONAL_MM) * Math.hypot(width, height);
    if (plausible(focalPx)) return { focalPx, source: 'exif-35mm' };
  }
  const sensorMm = sensorLongSideMm(exif.model) ?? exif.sensorLongSideMm;
  if (exif.focalLengthMm !== undefined && sensorMm !== undefined) {
    const focalPx = (exif.focalLengthMm / sensorMm) * longSide;
    if (plausible(focalPx)) return { focalPx, source: 'exif-sensor' };
  }
  return { focalPx: GUESS_PER_LONG_SIDE * longSide, source: 'guess' };
}
