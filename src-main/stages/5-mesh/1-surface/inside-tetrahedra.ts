import { silhouetteVotes } from './carve-silhouette.js';
import { type RayScene, WEIGHT_UNIT } from './cast-rays.js';
import { sphereCosines } from './facet-quality.js';
import { minimumCut } from './minimum-cut.js';
import type { SurfaceOptions } from './surface-options.js';

/** More than any sum of evidence, and far below overflow. */
const CERTAIN = 1 << 29;

/**
 * Labels the tetrahedra outside or inside at the least cost: lines of sight cut, evidence ignored, badly shaped facets.
 *
 * @param scene after all rays are cast; its `crossings` are consumed
 * @param silhouettes Int32Array[tets], what the masks say of each tetrahedron (`carveView`); with masks all beyond the hull is outside
 */
export function insideTetrahedra(
  scene: RayScene,
  silhouettes: Int32Array | undefined,
  { qualityWeight, carving }: SurfaceOptions,
): { readonly isInside: Uint8Array; readonly flow: number } {
  const { positions, corners, twins, crossings, outside, inside } = scene;
  const infinity = positions.length / 3;
  const cosines = sphereCosines(positions, corners);
  const atInfinity = new Uint8Array(outside.length);
  for (let i = 0; i < corners.length; i++) if (corners[i] === infinity) atInfinity[i >> 2] = 1;
  for (let facet = 0; facet < twins.length; facet++) {
    const twin = twins[facet]!;
    // Beyond the hull there are no facets, but what is unseen there goes with its neighbours.
    const areBeyond = atInfinity[facet >> 2] && atInfinity[twin >> 2];
    const cosine = areBeyond ? 0 : Math.min(cosines[facet]!, cosines[twin]!);
    crossings[facet]! += Math.round(qualityWeight * WEIGHT_UNIT * (1 - cosine));
  }
  const terminals = new Int32Array(outside.length);
  for (let t = 0; t < terminals.length; t++) {
    terminals[t] = Math.max(-CERTAIN, Math.min(CERTAIN, outside[t]! - inside[t]!));
  }
  if (silhouettes) {
    for (let t = 0; t < terminals.length; t++) {
      const { seeing, excluding } = silhouetteVotes(silhouettes[t]!);
      if (excluding < carving.minViews || excluding < carving.minShare * seeing) continue;
      terminals[t]! += Math.round(excluding * carving.weight * WEIGHT_UNIT);
    }
    for (let t = 0; t < terminals.length; t++) if (atInfinity[t]) terminals[t] = CERTAIN;
  }
  const { sides, flow } = minimumCut(twins, crossings, terminals);
  // What neither evidence reaches is solid: behind a wall that is seen from one side there is no second surface.
  return { isInside: sides.map((side) => (side === 1 ? 0 : 1)), flow };
}
