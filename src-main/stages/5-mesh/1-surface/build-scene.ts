import type { View } from '../../../../src-shared/scene/view.js';
import type { Tetrahedra } from '../../../geometry/delaunay/delaunay-tetrahedra.js';
import { type RayScene, WEIGHT_UNIT } from './cast-rays.js';
import type { SurfaceVertices } from './merge-points.js';

const MAX_WEIGHT = 65535;

/** Joins vertices, tetrahedra and cameras to what rays are cast through; all arrays on SharedArrayBuffers, sums at 0. */
export function buildScene(
  vertices: SurfaceVertices,
  tetrahedra: Tetrahedra,
  views: readonly View[],
  sigmaPx: number,
  thicknessSigmas: number,
): RayScene {
  const { tetCount } = tetrahedra;
  const tetOfVertex = sharedI32(vertices.count).fill(-1);
  for (let t = tetCount - 1; t >= 0; t--) {
    for (let i = 0; i < 4; i++) {
      const corner = tetrahedra.vertices[4 * t + i]!;
      if (corner !== tetrahedra.infinity) tetOfVertex[corner] = t;
    }
  }
  const centers = new Float64Array(new SharedArrayBuffer(24 * views.length));
  views.forEach(({ camFromWorld: { R, t } }, view) => {
    for (let k = 0; k < 3; k++) centers[3 * view + k] = -(R[k]! * t[0]! + R[3 + k]! * t[1]! + R[6 + k]! * t[2]!);
  });
  const weights = new Uint16Array(new SharedArrayBuffer(vertices.counts.byteLength));
  vertices.counts.forEach((count, o) => {
    weights[o] = Math.min(MAX_WEIGHT, WEIGHT_UNIT * count);
  });
  const sigmas = new Float32Array(new SharedArrayBuffer(4 * vertices.count));
  vertices.footprints.forEach((footprint, v) => {
    sigmas[v] = sigmaPx * footprint;
  });
  return {
    positions: vertices.positions,
    corners: tetrahedra.vertices,
    twins: twinFacets(tetrahedra.neighbors),
    tetOfVertex,
    viewOffsets: vertices.viewOffsets,
    views: vertices.views,
    weights,
    centers,
    sigmas,
    thicknessSigmas,
    crossings: sharedI32(4 * tetCount),
    outside: sharedI32(tetCount),
    inside: sharedI32(tetCount),
  };
}

/** For each facet 4t + i the same facet as the neighbour numbers it. */
function twinFacets(neighbors: Int32Array): Int32Array {
  const twins = sharedI32(neighbors.length);
  for (let facet = 0; facet < neighbors.length; facet++) {
    let twin = 4 * neighbors[facet]!;
    while (neighbors[twin] !== facet >> 2) twin++;
    twins[facet] = twin;
  }
  return twins;
}

function sharedI32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}
