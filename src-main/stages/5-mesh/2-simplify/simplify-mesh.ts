/**
 * Fewer triangles at the least change of shape.
 *
 * Based on: M. Garland, P. Heckbert, Surface Simplification Using Quadric Error Metrics, SIGGRAPH 1997, as implemented by
 * `meshoptimizer` (A. Kapoulkine).
 */
import { MeshoptEncoder, MeshoptSimplifier, type SimplifierFlags } from 'meshoptimizer';
import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { meshEdges } from '../../../geometry/mesh/edges.js';
import { removeDegenerateTriangles } from '../../../geometry/mesh/remove-degenerate-triangles.js';
import { selectFaces } from '../../../geometry/mesh/select-faces.js';
import { splitNonManifold } from '../../../geometry/mesh/split-non-manifold.js';
import { faceAreas, faceComponents } from '../../../geometry/mesh/topology.js';

/** The target is aimed at from below, because mending edges may add triangles. */
const AIMS = [1, 0.99, 0.95, 0.85, 0.7, 0.5, 0.25];
/** No limit on the error relative to the extent: the count is what must hold. */
const ANY_ERROR = 1;
/** A component of fewer triangles collapses into nothing; the smallest are left out rather than all spoiled. */
const MIN_TRIANGLES_PER_COMPONENT = 20;
const MAX_REPAIRS = 6;

/**
 * @param mesh manifold
 * @param maxTriangles target, which holds
 * @returns a manifold mesh without degenerate or repeated triangles, in vertex cache order; the same mesh, mended, where it has no
 *   more triangles than that
 */
export async function simplifyMesh(mesh: Mesh, maxTriangles: number): Promise<Mesh> {
  await Promise.all([MeshoptSimplifier.ready, MeshoptEncoder.ready]);
  let best = mendMesh(mesh);
  for (const aim of AIMS) {
    if (best.indices.length <= 3 * maxTriangles) break;
    best = mendMesh(reduce(mesh, Math.max(4, Math.floor(aim * maxTriangles))));
  }
  return optimizeOrder(best);
}

/** What is given up when the simplifier stops early: the smallest components, evenly shaped triangles, in the end the topology. */
function reduce(mesh: Mesh, triangles: number): Mesh {
  const fits = (reduced: Mesh) => reduced.indices.length <= 3 * triangles;
  const fewer = largestComponents(mesh, triangles / MIN_TRIANGLES_PER_COMPONENT);
  if (fits(fewer)) return fewer;
  const even = simplified(fewer, triangles, ['RegularizeLight']);
  if (fits(even)) return even;
  const uneven = simplified(even, triangles, []);
  if (fits(uneven)) return uneven;
  const { positions } = uneven;
  const [indices] = MeshoptSimplifier.simplifySloppy(uneven.indices, positions, 3, null, 3 * triangles, ANY_ERROR);
  return selectFaces({ positions, indices }, () => true);
}

function simplified({ positions, indices }: Mesh, triangles: number, flags: SimplifierFlags[]): Mesh {
  const [fewer] = MeshoptSimplifier.simplify(indices, positions, 3, 3 * triangles, ANY_ERROR, flags);
  return selectFaces({ positions, indices: fewer }, () => true);
}

/** The components of largest area, so many of them; at least one. */
function largestComponents(mesh: Mesh, maxComponents: number): Mesh {
  const { componentOf, count } = faceComponents(mesh.indices, mesh.positions.length / 3);
  if (count <= maxComponents) return mesh;
  const areas = new Float64Array(count);
  faceAreas(mesh).forEach((area, face) => {
    areas[componentOf[face]!]! += area;
  });
  const bySize = Array.from(areas.keys()).sort((one, two) => areas[two]! - areas[one]! || one - two);
  const kept = new Set(bySize.slice(0, Math.max(1, Math.floor(maxComponents))));
  return selectFaces(mesh, (face) => kept.has(componentOf[face]!));
}

/** Degenerate and repeated triangles out, touching parts separated, until nothing is left to do. */
export function mendMesh(mesh: Mesh): Mesh {
  let current = mesh;
  for (let repair = 0; repair < MAX_REPAIRS; repair++) {
    const triangles = removeDegenerateTriangles(current);
    const { positions, indices } = splitNonManifold(triangles);
    const isUnchanged = indices.length === triangles.indices.length && positions.length === triangles.positions.length;
    current = dropConflictingFaces({ positions, indices });
    if (isUnchanged && current.indices.length === indices.length) break;
  }
  return current;
}

/** Where faces still share an edge that cannot be separated, as they meet again at its ends, the first two that agree stay. */
function dropConflictingFaces(mesh: Mesh): Mesh {
  const { positions, indices } = mesh;
  const { halfEdges, starts } = meshEdges(indices, positions.length / 3);
  const dropped = new Set<number>();
  for (let e = 0; e + 1 < starts.length; e++) {
    const group = halfEdges.subarray(starts[e]!, starts[e + 1]!);
    const opposite = group.find((h) => indices[h] !== indices[group[0]!]);
    if (group.length < 2 || (group.length === 2 && opposite !== undefined)) continue;
    for (const h of group) if (h !== group[0] && h !== opposite) dropped.add(Math.floor(h / 3));
  }
  return dropped.size === 0 ? mesh : selectFaces(mesh, (face) => !dropped.has(face));
}

function optimizeOrder({ positions, indices }: Mesh): Mesh {
  if (indices.length === 0) return { positions, indices };
  const ordered = indices.slice();
  const [remap, vertexCount] = MeshoptEncoder.reorderMesh(ordered, true, false);
  const moved = new Float32Array(3 * vertexCount);
  remap.forEach((target, v) => {
    if (target < vertexCount) for (let k = 0; k < 3; k++) moved[3 * target + k] = positions[3 * v + k]!;
  });
  return { positions: moved, indices: ordered };
}
