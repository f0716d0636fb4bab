import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { Stage, StageContext } from '../../../pipeline/stage.js';
import { keepSparse } from '../keep-sparse.js';
import type { SparseOutput } from '../sparse-output.js';
import { buildTracks, type Tracks } from './build-tracks.js';
import { findStart } from './find-start.js';
import { finishModel, type GrowthControl, growModel } from './grow-model.js';
import { MAPPING_DEFAULTS, type MappingOptions } from './mapping-options.js';
import { type MappingInput, type MappingScene, readMappingScene } from './mapping-scene.js';
import type { Reconstruction } from './reconstruction.js';
import { sparseModelOf } from './sparse-model-of.js';
import { previewOf } from './sparse-preview.js';
import { listUnregistered } from './unregistered-photos.js';

/**
 * Incremental structure from motion: 1. join matches to tracks, 2. find a good start, 3. grow the model photo by photo, 4. try again from other photos where the model is
 * small, 5. adjust all, 6. write the model.
 *
 * Based on: Schonberger & Frahm, Structure-from-Motion revisited, CVPR 2016.
 */
export const mapping: Stage<MappingInput, MappingOptions, SparseOutput> = {
  id: 'mapping',
  revision: 1,
  defaults: MAPPING_DEFAULTS,
  async run(input, options, context) {
    const solved = await solveModel(input, options, context);
    return keepSparse(solved.sparse, input, solved.unregistered, context);
  },
};

/** @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED */
export async function solveModel(input: MappingInput, options: MappingOptions, context: StageContext) {
  const scene = await readMappingScene(input, options.minPairMatches, context.folder);
  const tracks = buildTracks(scene, options.minPairMatches);
  context.log.debug('mapping.tracks', { tracks: tracks.count, observations: tracks.photos.length });
  const model = reconstruct(scene, tracks, options, context);
  finishModel(model, context.signal);
  return { sparse: sparseModelOf(model), unregistered: listUnregistered(scene, model) };
}

/** The largest model that can be made. @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED */
function reconstruct(
  scene: MappingScene,
  tracks: Tracks,
  options: MappingOptions,
  context: StageContext,
): Reconstruction {
  const photoCount = scene.photos.length;
  const isUsed = new Uint8Array(photoCount);
  let best: Reconstruction | undefined;
  let shownSize = 0;
  const control: GrowthControl = {
    seed: context.seed,
    signal: context.signal,
    maxPhotos: photoCount,
    onRegistered(model) {
      const size = model.registered.length;
      if (size <= shownSize) return;
      shownSize = size;
      context.progress((0.9 * size) / photoCount, `${size} of ${photoCount} photos aligned`);
      if (isShown(size)) context.preview(previewOf(model));
    },
  };
  // A second model is worth its time only where the photos left over could make a larger one.
  let left = photoCount;
  while (left > (best?.registered.length ?? 0)) {
    const model = findStart(scene, tracks, options, control, (photo) => isUsed[photo] === 0, context.log);
    if (model === undefined) break;
    growModel(model, control);
    context.log.debug('mapping.model', { registered: model.registered.length, points: model.pointCount });
    if (model.registered.length > (best?.registered.length ?? 0)) best = model;
    for (const photo of model.registered) isUsed[photo] = 1;
    left = isUsed.reduce((count, used) => count + 1 - used, 0);
  }
  if (best === undefined) throw new StudioError('SFM_NO_INITIAL_PAIR');
  if (best.registered.length < options.minRegisteredPhotos) {
    throw new StudioError('SFM_TOO_FEW_REGISTERED', {
      message: `Only ${best.registered.length} of ${photoCount} photos could be aligned.`,
      details: { registered: best.registered.length, photos: photoCount },
    });
  }
  return best;
}

/** Shows each of the first photos, then ever fewer, so that a thousand photos do not mean a thousand previews. */
const isShown = (size: number) => size <= 20 || size % Math.ceil(size / 20) === 0;
