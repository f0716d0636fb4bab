import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Warning } from '../../../src-shared/scene/photo.js';
import type { PhotoExif } from '../../formats/exif/read-exif.js';
import { focalPrior } from './focal-prior.js';

/** What grouping needs to know of a photo. */
export interface GroupedPhoto {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly exif: PhotoExif;
}

export interface CameraGroups {
  readonly cameras: readonly CameraPrior[];
  /** The camera of each photo. */
  readonly cameraIds: readonly number[];
  readonly warnings: readonly Warning[];
}

/**
 * Puts photos of one camera at one zoom and size together: same make, model, upright size and focal length. The cameras get
 * RADIAL parameters from the focal prior, no distortion and the principal point in the middle; or the given intrinsics.
 *
 * @param given fx, fy, cx, cy[, k1, k2, p1, p2] in pixels of the upright photo, if the user knows them. With photos of several
 *   sizes they belong to the size whose middle is nearest to (cx, cy); the other photos are calibrated as usual, with a warning.
 * @throws INPUT_OPTION_INVALID where the given intrinsics fit no photo
 */
export function groupCameras(photos: readonly GroupedPhoto[], given?: readonly number[]): CameraGroups {
  const givenSize = given === undefined ? undefined : sizeOfGiven(photos, given);
  const cameras: CameraPrior[] = [];
  const byKey = new Map<string, number>();
  const withoutGiven: string[] = [];
  const cameraIds = photos.map(({ name, width, height, exif }) => {
    const hasGiven = givenSize !== undefined && width === givenSize.width && height === givenSize.height;
    if (givenSize !== undefined && !hasGiven) withoutGiven.push(name);
    const prior = focalPrior(exif, width, height);
    const key = JSON.stringify(
      hasGiven ? [width, height] : [width, height, exif.make, exif.model, Math.round(prior.focalPx * 100)],
    );
    let cameraId = byKey.get(key);
    if (cameraId === undefined) {
      cameraId = cameras.length;
      byKey.set(key, cameraId);
      const size = { cameraId, width, height };
      cameras.push(
        hasGiven && given !== undefined
          ? { ...size, ...givenModel(given), focalSource: 'given' }
          : {
              ...size,
              model: 'RADIAL',
              parameters: [prior.focalPx, width / 2, height / 2, 0, 0],
              focalSource: prior.source,
            },
      );
    }
    return cameraId;
  });
  return { cameras, cameraIds, warnings: notGiven(withoutGiven) };
}

function givenModel(given: readonly number[]): Pick<CameraPrior, 'model' | 'parameters'> {
  const distorted = given.slice(4).some((coefficient) => coefficient !== 0);
  return distorted
    ? { model: 'OPENCV', parameters: Array.from({ length: 8 }, (_, i) => given[i] ?? 0) }
    : { model: 'PINHOLE', parameters: given.slice(0, 4) };
}

/** The size of photo whose middle is nearest to the given principal point. */
function sizeOfGiven(photos: readonly GroupedPhoto[], given: readonly number[]): { width: number; height: number } {
  const [fx, fy, cx, cy] = given as readonly [number, number, number, number];
  const wrong = (message: string) => new StudioError('INPUT_OPTION_INVALID', { message, details: { camera: given } });
  if (![4, 8].includes(given.length) || !given.every(Number.isFinite) || fx <= 0 || fy <= 0) {
    throw wrong('A camera is given by fx,fy,cx,cy or fx,fy,cx,cy,k1,k2,p1,p2, in pixels.');
  }
  const offCentre = (size: { width: number; height: number }) =>
    Math.hypot(cx / size.width - 0.5, cy / size.height - 0.5);
  const best = photos.reduce((a, b) => (offCentre(b) < offCentre(a) ? b : a));
  if (cx <= 0 || cy <= 0 || cx >= best.width || cy >= best.height) {
    throw wrong(`The given principal point (${cx}, ${cy}) lies outside the photos (${best.width} x ${best.height}).`);
  }
  return { width: best.width, height: best.height };
}

function notGiven(photos: readonly string[]): Warning[] {
  if (photos.length === 0) return [];
  return [
    {
      code: 'CAMERA_NOT_APPLIED',
      message: `The given camera does not fit the size of ${photos.length === 1 ? '1 photo' : `${photos.length} photos`}; these are calibrated from the photos.`,
      photos,
    },
  ];
}
