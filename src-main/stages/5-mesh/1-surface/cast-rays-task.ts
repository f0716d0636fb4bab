import { castRays, type RayScene } from './cast-rays.js';

export interface CastRaysInput {
  readonly scene: RayScene;
  /** Vertices `first .. end - 1`. */
  readonly first: number;
  readonly end: number;
}

/** Adds what the lines of sight of some vertices say to the scene's shared sums. */
export function run({ scene, first, end }: CastRaysInput): void {
  castRays(scene, first, end);
}
