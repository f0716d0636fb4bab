import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import type { SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import { keepSparse } from '../photos/keep-sparse.js';
import { modelOfPhotos } from '../photos/model-of-photos.js';
import { preparePhotos } from '../photos/prepare-photos.js';
import { leftOutOf, requirePhotos } from '../photos/registered-photos.js';
import { presetsFor } from './feature-presets.js';
import { type AttemptInput, type AttemptOptions, attemptWith } from './openmvg-attempt.js';
import { openMvgFilesIn } from './openmvg-commands.js';

export type OpenMvgSparseInput = AttemptInput;

export interface OpenMvgSparseOptions extends AttemptOptions {
  /** Steps more or fewer features than photos of their size usually get (`presetsFor`). */
  readonly featureDetail: number;
  /** Below this share of aligned photos the next preset of features is tried. */
  readonly minRegisteredShare: number;
  /** A model of fewer photos is no result. */
  readonly minRegisteredPhotos: number;
}

export const OPENMVG_SPARSE_DEFAULTS: OpenMvgSparseOptions = {
  method: 'incremental',
  featureDetail: 0,
  maxPhotosMatchedInPairs: 400,
  sequenceOverlap: 20,
  minRegisteredShare: 0.9,
  minRegisteredPhotos: 3,
};

/** Shares of the stage's time, about: when the photos are prepared, and when the first attempt ends if there is another. */
const PREPARED = 0.05;
const FIRST_ATTEMPT = 0.7;

/**
 * The sparse stage done by OpenMVG, with the output of the built-in `mapping`: 1. upright photos and masks, 2. an attempt with the
 * features that suit the photos' size, 3. where it leaves out many photos, another with more features, and the better of both,
 * 4. with our photos' ids, names and conventions into a sparse model file.
 *
 * A run that was interrupted goes on at the step it was in; features at the photo.
 *
 * @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED; TOOL_NOT_CAPABLE, TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const openMvgSparse: Stage<OpenMvgSparseInput, OpenMvgSparseOptions, SparseOutput> = {
  id: 'mapping',
  revision: 2,
  defaults: OPENMVG_SPARSE_DEFAULTS,
  async run(input, options, context) {
    const { photos, cameras } = input;
    const { root } = context.folder;
    const images = join(root, 'images');
    const maskPathOf = (name: string) => join(images, `${name.replace(/\.\w+$/, '')}_mask.png`);
    await preparePhotos(photos, { images, maskPathOf }, context, (share) => context.progress(PREPARED * share));
    const solved = await bestAttempt(input, options, context);
    const model = modelOfPhotos(solved, {
      photoOf: (image) => photos.find(({ photoId }) => photoId === image.photoId),
      cameraIdOf: ({ cameraId }) => cameraId,
    });
    requirePhotos(model, photos.length, options.minRegisteredPhotos);
    const used = presetsFor(photos, options.featureDetail).map((preset) => openMvgFilesIn(root, preset));
    const folders = [images, ...used.flatMap(({ matches, solved: results }) => [matches, results])];
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
    const unregistered = leftOutOf(photos, model, 'OpenMVG found too few points that agree with the model.');
    return keepSparse(model, { photos, cameras }, unregistered, context);
  },
};

/** @throws SFM_NO_INITIAL_PAIR */
async function bestAttempt(
  input: OpenMvgSparseInput,
  { featureDetail, minRegisteredShare, ...options }: OpenMvgSparseOptions,
  context: StageContext,
): Promise<SparseModel> {
  const { photos } = input;
  let best: SparseModel | undefined;
  let start = PREPARED;
  for (const preset of presetsFor(photos, featureDetail)) {
    const [from, to] = [start, start === PREPARED ? FIRST_ATTEMPT : 1];
    const model = await attemptWith(preset, input, options, context, (share, note) =>
      context.progress(from + (to - from) * share, note),
    );
    const registered = model?.images.length ?? 0;
    context.log.info('attempt', { preset, registered });
    if (registered > (best?.images.length ?? 0)) best = model;
    if (registered >= minRegisteredShare * photos.length) break;
    start = to;
  }
  if (best === undefined) throw new StudioError('SFM_NO_INITIAL_PAIR');
  return best;
}
