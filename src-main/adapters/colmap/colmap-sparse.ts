import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import { keepSparse } from '../../stages/3-sfm/keep-sparse.js';
import { MIN_OBJECT_OBSERVATIONS, modelInMasks } from '../../stages/3-sfm/model-in-masks.js';
import { SATISFYING_SHARE, type SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import type { Attempted } from '../photos/attempted.js';
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
  /** Another attempt is made where those before align a smaller share of the photos. */
  readonly satisfyingShare: number;
  readonly thorough: ColmapEffort;
  /** Observations of the object that most photos must have in the attempt which looks beside it too. */
  readonly minObjectObservations: number;
}

/**
 * `thorough` is for few features: small photos, small masks. Of 24 synthetic photos of 480 px with masks COLMAP's own figures aligned 12 or
 * 13 (four seeds), in two models of a ring each, and these 24. Of 12, 30 degrees apart (seeds 5, 6 and 7 of the captures), COLMAP's own figures
 * aligned 4, 4 and 5: photos two steps apart share some 10 to 20 features of the object, and `minPoseMatches` asks for 30. With 15 it
 * was 7, 8 and 7, with 10 it is 12 and 8 (third not tried), at focal lengths of 510 to 551 px for a true 546. What did not help: features of
 * affine shape (5 and 5), fainter ones (12, 8 and 8), fainter and longer ones (the same). A looser ratio between matches (0.9) aligns all 12, some
 * by wrong matches: focal lengths of 580 to 940 px. From the whole photos COLMAP's own figures align 12, 12 and 12, at 546 px: so
 * that comes first.
 */
export const COLMAP_SPARSE_DEFAULTS: ColmapSparseOptions = {
  maxDimensionPx: 3200,
  maxPhotosMatchedInPairs: 400,
  sequenceOverlap: 20,
  globalFromPhotos: 300,
  minRegisteredPhotos: 3,
  satisfyingShare: SATISFYING_SHARE,
  thorough: {
    peakThreshold: 0.004,
    isMatchingGuided: true,
    maxMatchErrorPx: 2,
    minInitialMatches: 50,
    minPoseMatches: 10,
  },
  minObjectObservations: MIN_OBJECT_OBSERVATIONS,
};

/** Where attempts end in the stage's time, about. A second is rare, a third rarer: they have to do with what is left. */
const PREPARED = 0.05;
const ATTEMPTS_END = [0.7, 0.86, 0.98] as const;

/**
 * The sparse stage done by COLMAP, with the output of the built-in `mapping`: 1. upright photos and masks, 2. features, matching and
 * mapping, 3. where that left out photos with masks, once more from the whole photos, of which the object is kept, 4. where photos are
 * left out still, once more and more thoroughly, 5. the largest model with our photos' ids.
 *
 * A run that was interrupted goes on at the step it was in; matching at the pair. COLMAP does not give the same bits each time on
 * several threads.
 *
 * @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED; TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const colmapSparse: Stage<ColmapSparseInput, ColmapSparseOptions, SparseOutput> = {
  id: 'mapping',
  revision: 5,
  defaults: COLMAP_SPARSE_DEFAULTS,
  async run(input, options, context) {
    const { photos, cameras } = input;
    const best = await bestOfAttempts(input, options, context);
    if (best === undefined) throw new StudioError('SFM_NO_INITIAL_PAIR');
    const { model, usesSurroundings } = best;
    requirePhotos(model, photos.length, options.minRegisteredPhotos);
    for (const attempt of ATTEMPTS_END.keys()) {
      const { images, masks, models, database } = colmapFilesIn(context.folder.root, attempt + 1);
      for (const file of [images, masks, models, database]) await rm(file, { recursive: true, force: true });
    }
    const unregistered = leftOutOf(photos, model, 'COLMAP found too few points that agree with the model.');
    return keepSparse(model, { photos, cameras }, unregistered, context, usesSurroundings);
  },
};

/** @returns the model of the most photos, of the first attempt among equals; `undefined` when none found a pair to begin with */
async function bestOfAttempts(
  { photos, cameras, colmap }: ColmapSparseInput,
  options: ColmapSparseOptions,
  context: StageContext,
): Promise<Attempted | undefined> {
  const { folder, kernels, seed, log } = context;
  const { images, masks } = colmapFilesIn(folder.root);
  const places = { images, maskPathOf: (name: string) => join(masks, `${name}.png`), hasMaskEach: true };
  const names = await preparePhotos(photos, places, context, (share) => context.progress(PREPARED * share));
  const hasMasks = photos.some(({ maskPath }) => maskPath !== undefined);
  const efforts: ColmapEffort[] = [{}, ...(hasMasks ? [{ ignoresMasks: true }] : []), options.thorough];
  let best: Attempted | undefined;
  for (const [index, effort] of efforts.entries()) {
    const files = colmapFilesIn(folder.root, index + 1);
    const setup: ColmapSetup = { program: colmap, files, threads: kernels.threads, seed, effort };
    const span = { from: ATTEMPTS_END[index - 1] ?? PREPARED, to: ATTEMPTS_END[index]! };
    let model = await solveCameras({ photos, cameras, names }, setup, options, context, span);
    model &&= modelOfPhotos(model, {
      photoOf: (image) => photos.find(({ photoId }) => photoId === photoIdOf(image.name)),
      cameraIdOf: (_, photo) => photo.cameraId,
    });
    if (effort.ignoresMasks) model &&= await modelInMasks(model, photos, options.minObjectObservations);
    const aligned = model?.images.length ?? 0;
    if (model && aligned > (best?.model.images.length ?? 0))
      best = { model, usesSurroundings: effort.ignoresMasks === true };
    if (aligned >= options.satisfyingShare * photos.length) break;
    log.info('colmap-unsatisfied', { attempt: index + 1, aligned, photos: photos.length });
  }
  return best;
}
