import type { CaptureOptions } from '../capture-options.js';
import { elephant } from './elephant.js';
import type { SceneObject } from './scene-object.js';
import { vase } from './vase.js';

/** The object of a capture; the seed changes its paint. */
export function makeObject(name: CaptureOptions['object'], seed: number): SceneObject {
  return name === 'elephant' ? elephant(seed) : vase(seed);
}
