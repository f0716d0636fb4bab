import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import { keepSparse } from '../../stages/3-sfm/keep-sparse.js';
import { MIN_OBJECT_OBSERVATIONS, modelInMasks } from '../../stages/3-sfm/model-in-masks.js';
import { SATISFYING_SHARE, type SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import type { Attempted } from '../photos/attempted.js';
import { modelOfPhotos } from '../photos/model-of-photos.js';
import { preparePhotos } from '../photos/prepare-photos.js';
import { leftOutOf, requirePhotos } from '../photos/registered-photos.js';
import { effortsFor } from './feature-presets.js';
import { type AttemptInput, type AttemptOptions, attemptWith } from './openmvg-attempt.js';
import { type OpenMvgEffort, openMvgFilesIn } from './openmvg-commands.js';

export type OpenMvgSparseInput = AttemptInput;

export interface OpenMvgSparseOptions extends AttemptOptions {
  /** Steps more or fewer features than photos of their size usually get (`presetsFor`). */
  readonly featureDetail: number;
  /** Below this share of aligned photos another attempt is made. */
  readonly satisfyingShare: number;
  /** Observations of the object that most photos must have in the attempt which looks beside it too. */
  readonly minObjectObservations: number;
  /** A model of fewer photos is no result. */
  readonly minRegisteredPhotos: number;
}

export const OPENMVG_SPARSE_DEFAULTS: OpenMvgSparseOptions = {
  method: 'incremental',
  featureDetail: 0,
  maxPhotosMatchedInPairs: 400,
  sequenceOverlap: 20,
  satisfyingShare: SATISFYING_SHARE,
  minObjectObservations: MIN_OBJECT_OBSERVATIONS,
  minRegisteredPhotos: 3,
};

/** Where attempts end in the stage's time, about. A second is rare, a third rarer: they have to do with what is left. */
const PREPARED = 0.05;
const ATTEMPTS_END = [0.7, 0.86, 0.98] as const;

/**
 * The sparse stage done by OpenMVG, with the output of the built-in `mapping`: 1. upright photos and masks, 2. an attempt with the
 * features that suit the photos' size, 3. where it leaves out many photos, another with more features, then one that looks beside the
 * masks too, of which the object is kept, 4. the largest model, with our photos' ids, names and conventions, into a sparse model file.
 *
 * A run that was interrupted goes on at the step it was in; features at the photo.
 *
 * @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED; TOOL_NOT_CAPABLE, TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const openMvgSparse: Stage<OpenMvgSparseInput, OpenMvgSparseOptions, SparseOutput> = {
  id: 'mapping',
  revision: 3,
  defaults: OPENMVG_SPARSE_DEFAULTS,
  async run(input, options, context) {
    const { photos, cameras } = input;
    const { model, usesSurroundings } = await bestAttempt(input, options, context);
    requirePhotos(model, photos.length, options.minRegisteredPhotos);
    const used = effortsFor(photos, options.featureDetail).map((effort) => openMvgFilesIn(context.folder.root, effort));
    const folders = used.flatMap(({ images, matches, solved }) => [images, matches, solved]);
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
    const unregistered = leftOutOf(photos, model, 'OpenMVG found too few points that agree with the model.');
    return keepSparse(model, { photos, cameras }, unregistered, context, usesSurroundings);
  },
};

/** @returns the model of the most photos, of the first attempt among equals. @throws SFM_NO_INITIAL_PAIR */
async function bestAttempt(
  input: OpenMvgSparseInput,
  options: OpenMvgSparseOptions,
  context: StageContext,
): Promise<Attempted> {
  const { photos } = input;
  let best: Attempted | undefined;
  for (const [index, effort] of effortsFor(photos, options.featureDetail).entries()) {
    const { images } = openMvgFilesIn(context.folder.root, effort);
    const maskPathOf = (name: string) => join(images, `${name.replace(/\.\w+$/, '')}_mask.png`);
    const seen = effort.ignoresMasks ? photos.map(({ maskPath: _, ...photo }) => photo) : photos;
    await preparePhotos(seen, { images, maskPathOf }, context, (share) => context.progress(PREPARED * share));
    const [from, to] = [ATTEMPTS_END[index - 1] ?? PREPARED, ATTEMPTS_END[index]!];
    const solved = await attemptWith(effort, input, options, context, (share, note) =>
      context.progress(from + (to - from) * share, note),
    );
    const found = solved && (await modelOfObject(solved, effort, input, options));
    const registered = found?.images.length ?? 0;
    context.log.info('openmvg-attempt', { ...effort, registered, photos: photos.length });
    if (found && registered > (best?.model.images.length ?? 0))
      best = { model: found, usesSurroundings: effort.ignoresMasks };
    if (registered >= options.satisfyingShare * photos.length) break;
  }
  if (best === undefined) throw new StudioError('SFM_NO_INITIAL_PAIR');
  return best;
}

/** @returns undefined for a model of what is around the object */
async function modelOfObject(
  solved: SparseModel,
  { ignoresMasks }: OpenMvgEffort,
  { photos }: OpenMvgSparseInput,
  { minObjectObservations }: OpenMvgSparseOptions,
): Promise<SparseModel | undefined> {
  const model = modelOfPhotos(solved, {
    photoOf: (image) => photos.find(({ photoId }) => photoId === image.photoId),
    cameraIdOf: ({ cameraId }) => cameraId,
  });
  return ignoresMasks ? modelInMasks(model, photos, minObjectObservations) : model;
}
