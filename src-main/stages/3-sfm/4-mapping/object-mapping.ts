import type { Stage } from '../../../pipeline/stage.js';
import { keepSparse } from '../keep-sparse.js';
import { MIN_OBJECT_OBSERVATIONS, modelInMasks } from '../model-in-masks.js';
import { isAlignmentFailure, type SparseOutput } from '../sparse-output.js';
import { solveModel } from './mapping.js';
import { MAPPING_DEFAULTS, type MappingOptions } from './mapping-options.js';
import type { MappingInput } from './mapping-scene.js';

export interface ObjectMappingOptions extends MappingOptions {
  /** Observations of the object that most photos must have. */
  readonly minObjectObservations: number;
}

export interface ObjectMappingOutput {
  /** Absent where the photos have no model, or one that is not of the object. */
  readonly sparse?: SparseOutput;
}

/**
 * Mapping from features of the whole photos, for objects in whose masks too few are: what is around the object helps to solve the cameras,
 * and of the points the object's are kept. Where the object was turned before a camera that stood still the model is of its
 * surroundings, and is dropped. What did not work out is an output as well, so that it is not tried again with the same photos.
 *
 * Expects photos with masks, and features and graph that were found without.
 */
export const objectMapping: Stage<MappingInput, ObjectMappingOptions, ObjectMappingOutput> = {
  id: 'mapping',
  revision: 1,
  defaults: { ...MAPPING_DEFAULTS, minObjectObservations: MIN_OBJECT_OBSERVATIONS },
  async run(input, options, context) {
    try {
      const { sparse, unregistered } = await solveModel(input, options, context);
      const object = await modelInMasks(sparse, input.photos, options.minObjectObservations);
      context.log.info('mapping.whole-photos', { aligned: sparse.images.length, isOfObject: object !== undefined });
      return object === undefined ? {} : { sparse: await keepSparse(object, input, unregistered, context, true) };
    } catch (error) {
      if (!isAlignmentFailure(error)) throw error;
      context.log.info('mapping.whole-photos', { code: error.code });
      return {};
    }
  },
};
