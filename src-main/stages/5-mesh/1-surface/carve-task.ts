import type { View } from '../../../../src-shared/scene/view.js';
import { readArrays } from '../../../formats/arrays/array-file.js';
import { carveView } from './carve-silhouette.js';

export interface CarveInput {
  readonly view: View;
  /** Absolute path of the view's file. */
  readonly path: string;
  readonly marginShare: number;
  readonly positions: Float64Array;
  readonly corners: Int32Array;
  /** Int32Array[tets], shared: what the views' silhouettes say of each tetrahedron. */
  readonly silhouettes: Int32Array;
}

/** Counts one view's silhouette in; a view without a mask says nothing. */
export async function run({ view, path, marginShare, positions, corners, silhouettes }: CarveInput): Promise<void> {
  const { arrays } = await readArrays(path);
  const { mask } = arrays;
  if (mask instanceof Uint8Array) carveView(view, mask, marginShare, positions, corners, silhouettes);
}
