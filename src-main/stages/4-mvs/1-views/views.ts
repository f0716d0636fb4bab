import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import { QUALITY_TIERS } from '../../../../src-shared/pipeline/quality-tiers.js';
import type { Photo } from '../../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../../src-shared/scene/sparse-model.js';
import type { View } from '../../../../src-shared/scene/view.js';
import { limitedSize } from '../../../formats/image/decode-photo.js';
import { readSparseModel } from '../../../formats/sparse-model/sparse-model-file.js';
import type { Stage } from '../../../pipeline/stage.js';
import type { WorkspacePath } from '../../../workspace/stage-folder.js';
import { DEPTH_RANGE_DEFAULTS, type DepthRangeOptions, depthRange, depthsOfSeenPoints } from './depth-range.js';
import { SELECT_SOURCES_DEFAULTS, type SelectSourcesOptions, selectSources } from './select-sources.js';
import { pinholeOf } from './undistort-photo.js';
import type { UndistortInput } from './undistort-task.js';

export interface ViewsInput {
  readonly photos: readonly Photo[];
  /** Sparse model file. */
  readonly model: WorkspacePath;
}

export interface ViewsOptions {
  /** Working size: photos are reduced to at most so many pixels. */
  readonly maxPixels: number;
  readonly sources: SelectSourcesOptions;
  readonly depthRange: DepthRangeOptions;
}

export const VIEWS_DEFAULTS: ViewsOptions = {
  maxPixels: QUALITY_TIERS.standard.depthMaxPixels,
  sources: SELECT_SOURCES_DEFAULTS,
  depthRange: DEPTH_RANGE_DEFAULTS,
};

export interface ViewsOutput {
  readonly views: readonly View[];
  readonly report: {
    readonly views: number;
    /** Medians over the views. */
    readonly pixels: number;
    readonly sourcesPerView: number;
    /** Names of registered photos that share too few points with others to be a view. */
    readonly leftOut: readonly string[];
  };
}

/**
 * Undistorted images of the registered photos at the working size, each with the source views and depths for stereo.
 *
 * 1. Source views by shared points, triangulation angle and resolution.
 * 2. Depth range from the sparse points.
 * 3. Undistortion, one photo a task; a photo whose file is there is not done again.
 */
export const viewsStage: Stage<ViewsInput, ViewsOptions, ViewsOutput> = {
  id: 'views',
  revision: 1,
  defaults: VIEWS_DEFAULTS,
  async run({ photos, model: modelPath }, options, { signal, progress, log, kernels, folder }) {
    const model = await readSparseModel(folder.resolve(modelPath));
    const photoOf = new Map(photos.map((photo) => [photo.photoId, photo]));
    const planned = planViews(model, options, (photoId) => {
      const photo = photoOf.get(photoId);
      if (!photo) throw new StudioError('INTERNAL', { message: 'The model has a photo that import did not accept.' });
      return photo;
    });
    const views = planned.map((view) => ({ ...view, file: folder.ref(`view-${view.photoId}.bin`) }));

    const missing = views.filter((view) => !folder.has(`view-${view.photoId}.bin`));
    const cameraOf = new Map(model.images.map(({ photoId, cameraId }) => [photoId, cameraId]));
    const inputs = missing.map((view): UndistortInput => {
      const camera = model.cameras.find(({ cameraId }) => cameraId === cameraOf.get(view.photoId))!;
      const { width, height } = view;
      return { photo: photoOf.get(view.photoId)!, camera, width, height, path: folder.resolve(view.file) };
    });
    const start = views.length - missing.length;
    await kernels.map(new URL('./undistort-task.js', import.meta.url), inputs, signal, (done) =>
      progress((start + done) / views.length, `Preparing photo ${start + done} of ${views.length}`),
    );

    const kept = new Set(views.map((view) => view.photoId));
    const leftOut = model.images.filter((image) => !kept.has(image.photoId)).map((image) => image.name);
    const report = {
      views: views.length,
      pixels: median(views.map((view) => view.width * view.height)),
      sourcesPerView: median(views.map((view) => view.sources.length)),
      leftOut,
    };
    log.info('views', report);
    return { views, report };
  },
};

/** Views without their files: those that have sources and a depth range; sources are indices in the list returned. */
export function planViews(
  model: SparseModel,
  options: ViewsOptions,
  sizeOf: (photoId: number) => { readonly width: number; readonly height: number },
): Omit<View, 'file'>[] {
  const sources = selectSources(model, options.sources);
  const seen = depthsOfSeenPoints(model);
  const ranges = model.images.map((image) =>
    depthRange(image, model, seen.get(image.photoId) ?? new Float64Array(), options.depthRange),
  );
  const usable = model.images.map((_, index) => ranges[index] !== undefined && sources[index]!.length > 0);
  const indexInList = new Map<number, number>();
  usable.forEach((isUsable, index) => {
    if (isUsable) indexInList.set(index, indexInList.size);
  });
  return [...indexInList.keys()].map((index) => {
    const image = model.images[index]!;
    const camera = model.cameras.find(({ cameraId }) => cameraId === image.cameraId)!;
    const { width, height } = limitedSize(sizeOf(image.photoId), { maxPixels: options.maxPixels });
    return {
      photoId: image.photoId,
      ...pinholeOf(camera, width, height),
      camFromWorld: image.camFromWorld,
      sources: sources[index]!.filter((source) => usable[source]).map((source) => indexInList.get(source)!),
      ...ranges[index]!,
    };
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
