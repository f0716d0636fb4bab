import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { Stage } from '../../pipeline/stage.js';
import type { SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import { keepSparse } from '../photos/keep-sparse.js';
import { modelOfPhotos } from '../photos/model-of-photos.js';
import { photoIdOf, preparePhotos } from '../photos/prepare-photos.js';
import { leftOutOf, requirePhotos } from '../photos/registered-photos.js';
import { type ColmapEffort, type ColmapSetup, colmapFilesIn } from './colmap-commands.js';
import type { ColmapProgram } from './colmap-program.js';
import { solveCameras } from './solve-cameras.js';

export interface ColmapSparseInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  readonly colmap: ColmapProgram;
}

export interface ColmapSparseOptions {
  /** Photos are reduced to this length of their longer side to find features. */
  readonly maxDimensionPx: number;
  /** Up to so many photos each is matched with each; more are taken to be in the order of a walk. */
  readonly maxPhotosMatchedInPairs: number;
  /** Neighbours in the order of the photos with which a photo is matched then. */
  readonly sequenceOverlap: number;
  /** From so many photos the global mapper is used, where COLMAP has it: it takes minutes where the other takes hours. */
  readonly globalFromPhotos: number;
  /** A model of fewer photos is no result. */
  readonly minRegisteredPhotos: number;
  /** A second, more thorough attempt is made where the first aligns a smaller share of the photos. */
  readonly satisfyingShare: number;
  readonly thorough: ColmapEffort;
}

/**
 * `thorough` is for few features: small photos, small masks. Of 24 synthetic photos of 480 px with masks COLMAP's own figures aligned 12 or
 * 13 (four seeds), in two models of a ring each, and these 24.
 */
export const COLMAP_SPARSE_DEFAULTS: ColmapSparseOptions = {
  maxDimensionPx: 3200,
  maxPhotosMatchedInPairs: 400,
  sequenceOverlap: 20,
  globalFromPhotos: 300,
  minRegisteredPhotos: 3,
  satisfyingShare: 0.9,
  thorough: {
    peakThreshold: 0.004,
    isMatchingGuided: true,
    maxMatchErrorPx: 2,
    minInitialMatches: 50,
    minPoseMatches: 15,
  },
};

/** Shares of the stage's time, about, at which its steps end. A second attempt is rare: it has to do with what is left. */
const PREPARED = 0.05;
const FIRST_ATTEMPT = 0.8;
const SECOND_ATTEMPT = 0.98;

/**
 * The sparse stage done by COLMAP, with the output of the built-in `mapping`: 1. upright photos and masks, 2. features, matching and
 * mapping, 3. once more and more thoroughly, where that left photos out, 4. the larger model with our photos' ids.
 *
 * A run that was interrupted goes on at the step it was in; matching at the pair. COLMAP does not give the same bits each time on
 * several threads.
 *
 * @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED; TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const colmapSparse: Stage<ColmapSparseInput, ColmapSparseOptions, SparseOutput> = {
  id: 'mapping',
  revision: 3,
  defaults: COLMAP_SPARSE_DEFAULTS,
  async run({ photos, cameras, colmap }, options, context) {
    const { folder, kernels, seed } = context;
    const files = colmapFilesIn(folder.root);
    const setup: ColmapSetup = { program: colmap, files, threads: kernels.threads, seed, effort: {} };
    const places = { images: files.images, maskPathOf: (name: string) => join(files.masks, `${name}.png`) };
    const names = await preparePhotos(photos, places, context, (share) => context.progress(PREPARED * share));
    const input = { photos, cameras, names };
    let model = await solveCameras(input, setup, options, context, { from: PREPARED, to: FIRST_ATTEMPT });
    if ((model?.images.length ?? 0) < options.satisfyingShare * photos.length) {
      context.log.info('colmap-again', { registered: model?.images.length ?? 0, photos: photos.length });
      const again = { ...setup, files: colmapFilesIn(folder.root, 2), effort: options.thorough };
      const thorough = await solveCameras(input, again, options, context, { from: FIRST_ATTEMPT, to: SECOND_ATTEMPT });
      if ((thorough?.images.length ?? 0) > (model?.images.length ?? 0)) model = thorough;
    }
    if (model === undefined) throw new StudioError('SFM_NO_INITIAL_PAIR');
    const sparse = modelOfPhotos(model, {
      photoOf: (image) => photos.find(({ photoId }) => photoId === photoIdOf(image.name)),
      cameraIdOf: (_, photo) => photo.cameraId,
    });
    requirePhotos(sparse, photos.length, options.minRegisteredPhotos);
    for (const { images, masks, models, database } of [files, colmapFilesIn(folder.root, 2)]) {
      for (const file of [images, masks, models, database]) await rm(file, { recursive: true, force: true });
    }
    const unregistered = leftOutOf(photos, sparse, 'COLMAP found too few points that agree with the model.');
    return keepSparse(sparse, { photos, cameras }, unregistered, context);
  },
};
