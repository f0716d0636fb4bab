import { Box3, type BufferAttribute, Vector3 } from 'three';
import type { CropBox } from '../../src-shared/pipeline/edit-options.js';
import { boxAround, type EditFrame } from './edit-frame.js';
import type { LoadedModel } from './load-model.js';

/** Beyond the bounds, so that nothing is cut by accident: share of the longest side. */
const MARGIN = 0.01;

/** A box around all of the model. */
export function wholeBox({ geometry }: LoadedModel, frame: EditFrame): CropBox {
  const bounds = new Box3().setFromBufferAttribute(geometry.getAttribute('position') as BufferAttribute);
  return boxAround(inAutomatic(bounds, frame).expandByScalar(MARGIN));
}

/** A box around what is worth looking at: without the pieces of the room that scans bring along. */
export function objectBox(model: LoadedModel, frame: EditFrame): CropBox {
  const { center, radius } = model.sphere;
  const main = new Box3().setFromCenterAndSize(center, new Vector3().setScalar(2 * radius));
  const position = model.geometry.getAttribute('position') as BufferAttribute;
  const kept = new Box3();
  const point = new Vector3();
  for (let i = 0; i < position.count; i++) {
    point.fromBufferAttribute(position, i);
    if (main.containsPoint(point)) kept.expandByPoint(point);
  }
  return boxAround(inAutomatic(kept, frame).expandByScalar(MARGIN / 4));
}

const inAutomatic = (bounds: Box3, { automaticFromGlb }: EditFrame) => bounds.clone().applyMatrix4(automaticFromGlb);
