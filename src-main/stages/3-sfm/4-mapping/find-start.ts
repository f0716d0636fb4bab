import type { FocalSource } from '../../../../src-shared/scene/camera.js';
import type { Log } from '../../../logging/log.js';
import type { Tracks } from './build-tracks.js';
import { adjustGlobally, type GrowthControl, growModel } from './grow-model.js';
import type { MappingOptions } from './mapping-options.js';
import type { MappingScene } from './mapping-scene.js';
import type { Reconstruction } from './reconstruction.js';
import { rankInitialPairs, startModel } from './start-model.js';

/**
 * Tries initial pairs, and focal lengths where they are guesses, each by a model of a few photos, and returns the best one.
 * The first pair with which a trial registers all the photos asked for decides: later pairs are worse by rank.
 *
 * @param isAllowed which photos may form the initial pair
 */
export function findStart(
  scene: MappingScene,
  tracks: Tracks,
  options: MappingOptions,
  control: GrowthControl,
  isAllowed: (photo: number) => boolean,
  log: Log,
): Reconstruction | undefined {
  const pairs = rankInitialPairs(scene, options, isAllowed);
  let best: Trial | undefined;
  for (const { minAngleDeg, sources } of attemptsOf(options)) {
    for (const pair of pairs) {
      const photos = [...scene.graph.pairs.subarray(pair * 2, pair * 2 + 2)];
      const isDoubted = photos.some((photo) =>
        sources.includes(scene.cameras[scene.photoCameras[photo]!]!.focalSource),
      );
      for (const factor of isDoubted ? options.focalFactors : [1]) {
        control.signal.throwIfAborted();
        const model = startModel(scene, tracks, options, pair, { factor, sources }, minAngleDeg, control.seed);
        if (model === undefined) continue;
        growModel(model, { ...control, maxPhotos: options.trialPhotoCount });
        adjustGlobally(model, control.signal);
        const trial = { model, ...qualityOf(model) };
        const { registered, observations, errorPx } = trial;
        const focal = model.lensOf(photos[0]!)[0]!;
        log.debug('mapping.trial', { photos, factor, minAngleDeg, registered, observations, errorPx, focal });
        if (best === undefined || isBetter(trial, best)) best = trial;
      }
      if (best !== undefined && best.registered >= Math.min(options.trialPhotoCount, scene.photos.length)) {
        return best.model;
      }
    }
    if (best !== undefined && best.registered >= options.minRegisteredPhotos) break;
  }
  return best?.model;
}

/** What is demanded of a start, and which focal lengths are doubted: ever less and ever more. */
function attemptsOf({ minInitialAngleDeg }: MappingOptions) {
  const guess: FocalSource[] = ['guess'];
  const all: FocalSource[] = ['guess', 'exif-35mm', 'exif-sensor'];
  return [
    { minAngleDeg: minInitialAngleDeg, sources: guess },
    { minAngleDeg: minInitialAngleDeg / 2, sources: all },
  ];
}

interface Trial {
  readonly model: Reconstruction;
  readonly registered: number;
  readonly observations: number;
  /** Root mean square, scaled px. */
  readonly errorPx: number;
}

function qualityOf(model: Reconstruction): Omit<Trial, 'model'> {
  let observations = 0;
  let squares = 0;
  for (let node = 0; node < model.isObserved.length; node++) {
    if (model.isObserved[node] === 0) continue;
    observations++;
    squares += model.squaredError(node);
  }
  return { registered: model.registered.length, observations, errorPx: Math.sqrt(squares / Math.max(1, observations)) };
}

/** More photos; else more observations for their errors. */
function isBetter(a: Trial, b: Trial): boolean {
  if (a.registered !== b.registered) return a.registered > b.registered;
  return a.observations / (0.5 + a.errorPx) > b.observations / (0.5 + b.errorPx);
}
