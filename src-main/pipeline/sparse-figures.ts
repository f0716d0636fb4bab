import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { SparseModel } from '../../src-shared/scene/sparse-model.js';
import type { PhotogrammetryResults } from './photogrammetry.js';

/** What qa.json tells of the cameras and points. */
export function sparseFigures(model: SparseModel, results: PhotogrammetryResults): NonNullable<QaReport['sparse']> {
  const priors = results.import?.output.cameras ?? [];
  const points = model.errors.length;
  const observations = model.trackPhotoIds.length;
  const sorted = model.errors.slice().sort();
  return {
    registeredPhotos: model.images.length,
    points,
    observations,
    meanTrackLength: points === 0 ? 0 : observations / points,
    meanReprojectionErrorPx: results.mapping?.output.report.meanReprojectionErrorPx ?? 0,
    medianReprojectionErrorPx: sorted[Math.floor(points / 2)] ?? 0,
    // A camera that import does not know came with an imported model.
    cameras: model.cameras.map(({ cameraId, model: type, width, height, parameters }) => ({
      cameraId,
      model: type,
      width,
      height,
      parameters: [...parameters],
      focalSource: priors.find((prior) => prior.cameraId === cameraId)?.focalSource ?? 'given',
    })),
  };
}

/** How many points each photo sees, by photo id. */
export function observationsByPhoto({ trackPhotoIds }: SparseModel): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const photoId of trackPhotoIds) counts.set(photoId, (counts.get(photoId) ?? 0) + 1);
  return counts;
}
