import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';

/** What an attempt of another program has solved. */
export interface Attempted {
  readonly model: SparseModel;
  /** From the whole photos, though they have masks. */
  readonly usesSurroundings: boolean;
}
