import { MeshoptSimplifier } from 'meshoptimizer';
import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { colorVertices } from './color-vertices.js';
import { selectFaces } from './select-faces.js';

export interface PreviewMesh extends Mesh {
  /** Uint8Array[n*3], RGB. */
  readonly colors: Uint8Array;
}

/** A cell of the colours is so many mean distances between vertices wide. */
const CELL_EDGES = 1.2;

/**
 * A mesh of few triangles with a colour a vertex, to look at while a run goes on: quick rather than faithful.
 *
 * @param points what the colours come from
 * @param maxTriangles target; small parts may keep a few more
 */
export async function previewMesh(
  mesh: Mesh,
  points: { readonly positions: Float32Array; readonly colors: Uint8Array },
  maxTriangles: number,
): Promise<PreviewMesh> {
  await MeshoptSimplifier.ready;
  const [indices] =
    mesh.indices.length > 3 * maxTriangles
      ? MeshoptSimplifier.simplifySloppy(mesh.indices, mesh.positions, 3, null, 3 * maxTriangles, 1)
      : [mesh.indices];
  const { positions, indices: fewer } = selectFaces({ positions: mesh.positions, indices }, () => true);
  const cellSize = CELL_EDGES * meanEdge(positions, fewer);
  return { positions, indices: fewer, colors: colorVertices(positions, points, cellSize) };
}

/** Mean length of the triangles' first edges, world units; 1 where there are none. */
function meanEdge(positions: Float32Array, indices: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b] = [indices[i]! * 3, indices[i + 1]! * 3];
    sum += Math.hypot(...[0, 1, 2].map((k) => positions[a + k]! - positions[b + k]!));
  }
  return sum > 0 ? sum / (indices.length / 3) : 1;
}
