import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { flattenSpikes } from '../../../geometry/mesh/flatten-spikes.js';
import { selectFaces } from '../../../geometry/mesh/select-faces.js';
import { smoothMesh } from '../../../geometry/mesh/smooth-mesh.js';
import { splitNonManifold } from '../../../geometry/mesh/split-non-manifold.js';
import type { RayScene } from './cast-rays.js';
import { removeIslands, removeMembranes } from './clean-surface.js';
import { extractSurface } from './extract-surface.js';
import { insideTetrahedra } from './inside-tetrahedra.js';
import type { SurfaceOptions } from './surface-options.js';

const SPIKE_ROUNDS = 3;

export interface ExtractInput {
  readonly scene: RayScene;
  /** Distance over which points were merged, in pixels at the point. */
  readonly mergedPx: number;
  /** Int32Array[tets]: what the silhouettes say of each tetrahedron (`carveView`); absent without masks. */
  readonly silhouettes?: Int32Array;
  readonly options: SurfaceOptions;
}

export interface ExtractOutput {
  readonly mesh: Mesh;
  readonly flow: number;
  readonly cutTriangles: number;
  readonly removedMembranes: number;
  readonly removedIslands: number;
}

/** Cuts the graph, takes the surface between its sides, and cleans it. */
export function run({ scene, mergedPx, silhouettes, options }: ExtractInput): ExtractOutput {
  const { sigmaPx, cleaning } = options;
  const { isInside, flow } = insideTetrahedra(scene, silhouettes, options);
  const cut = extractSurface(scene.positions, scene.corners, scene.twins, isInside);

  const maxEdgePx = Math.max(cleaning.maxEdgePx, cleaning.minStretch * mergedPx);
  const maxHoleShare = silhouettes ? cleaning.maxMaskedHoleShare : cleaning.maxHoleShare;
  const pixelSizes = Float32Array.from(cut.sources, (v) => scene.sigmas[v]! / sigmaPx);
  const membranes = removeMembranes(cut, pixelSizes, maxEdgePx, cleaning.closeHoles ? Infinity : maxHoleShare);
  const supported = selectFaces(cut, (face) => membranes.keep[face] === 1);
  const manifold = splitNonManifold(supported);
  const manifoldPixelSizes = Float32Array.from(manifold.vertexSources, (v) => pixelSizes[supported.vertexSources[v]!]!);
  const islands = removeIslands(manifold, manifoldPixelSizes, cleaning);
  const { positions, indices } = selectFaces(manifold, (face) => islands.keep[face] === 1);
  const blunt = flattenSpikes({ positions, indices }, cleaning.maxSharpness, SPIKE_ROUNDS);
  return {
    mesh: smoothMesh(blunt, cleaning.smoothingIterations, cleaning.smoothingStep),
    flow,
    cutTriangles: cut.indices.length / 3,
    removedMembranes: membranes.removedRegions,
    removedIslands: islands.removedIslands,
  };
}
