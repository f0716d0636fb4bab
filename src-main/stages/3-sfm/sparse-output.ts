import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { PreviewEvent } from '../../../src-shared/pipeline/preview-event.js';
import type { Camera } from '../../../src-shared/scene/camera.js';
import type { Photo, RejectedPhoto, Warning } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';

/** Where an attempt aligns a smaller share of the photos, another way is tried. */
export const SATISFYING_SHARE = 0.9;

/** What every engine's sparse stage gives: the rest of the pipeline goes on from it. */
export interface SparseOutput {
  /** Sparse model file (`readSparseModel`). */
  readonly model: WorkspacePath;
  readonly unregistered: readonly RejectedPhoto[];
  readonly report: SparseReport;
  readonly warnings: readonly Warning[];
}

export interface SparseReport {
  readonly photoCount: number;
  readonly registeredCount: number;
  readonly pointCount: number;
  readonly observationCount: number;
  readonly meanTrackLength: number;
  readonly meanReprojectionErrorPx: number;
  readonly cameras: readonly {
    readonly cameraId: number;
    readonly initialFocalPx: number;
    readonly refinedFocalPx: number;
    /** All parameters, in the model's order. */
    readonly parameters: readonly number[];
  }[];
}

/** Whether the photos could not be aligned: in one way, for in another they may be. All else ends a run. */
export const isAlignmentFailure = (error: unknown): error is StudioError =>
  error instanceof StudioError && error.code.startsWith('SFM_');

/** Counts and means of a model. @param photos, cameras that it was to be made from */
export function sparseReportOf(
  { photos, cameras }: { readonly photos: readonly Photo[]; readonly cameras: readonly Camera[] },
  model: SparseModel,
): SparseReport {
  const pointCount = model.errors.length;
  const observationCount = model.trackPhotoIds.length;
  let errorSum = 0;
  for (let point = 0; point < pointCount; point++) {
    errorSum += model.errors[point]! * (model.trackOffsets[point + 1]! - model.trackOffsets[point]!);
  }
  return {
    photoCount: photos.length,
    registeredCount: model.images.length,
    pointCount,
    observationCount,
    meanTrackLength: observationCount / Math.max(1, pointCount),
    meanReprojectionErrorPx: errorSum / Math.max(1, observationCount),
    cameras: model.cameras.map(({ cameraId, parameters }) => {
      const prior = cameras.find((camera) => camera.cameraId === cameraId);
      const initialFocalPx = prior?.parameters[0] ?? 0;
      return { cameraId, initialFocalPx, refinedFocalPx: parameters[0] ?? 0, parameters };
    }),
  };
}

/** A warning a reason for which photos were left out. */
export function leftOutWarnings(unregistered: readonly RejectedPhoto[]): Warning[] {
  return (['PHOTO_NOT_REGISTERED', 'PHOTO_OTHER_SCENE'] as const).flatMap((code) => {
    const photos = unregistered.filter((photo) => photo.code === code).map((photo) => photo.name);
    if (photos.length === 0) return [];
    const what = photos.length === 1 ? '1 photo' : `${photos.length} photos`;
    const message =
      code === 'PHOTO_OTHER_SCENE'
        ? `${what} of another scene left out: the larger group was reconstructed.`
        : `${what} could not be aligned with the others.`;
    return [{ code, message, photos }];
  });
}

const MAX_PREVIEW_POINTS = 3000;

/** The cameras and a sample of the points of a finished model, in its own world: the one that all later previews are in. */
export function sparseModelPreview({ images, positions, colors, errors }: SparseModel): PreviewEvent {
  const stride = Math.max(1, Math.ceil(errors.length / MAX_PREVIEW_POINTS));
  const points: number[] = [];
  for (let i = 0; i < errors.length; i += stride) {
    points.push(...positions.subarray(i * 3, i * 3 + 3), ...colors.subarray(i * 3, i * 3 + 3));
  }
  return {
    kind: 'sparse',
    cameras: images.map(({ photoId, camFromWorld: { R, t } }) => {
      const center = [0, 1, 2].map((k) => -(R[k]! * t[0]! + R[3 + k]! * t[1]! + R[6 + k]! * t[2]!));
      return { photoId, center, R: [...R] };
    }),
    points,
  };
}
