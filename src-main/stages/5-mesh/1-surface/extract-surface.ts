import type { Mesh } from '../../../../src-shared/scene/mesh.js';

/** Slots of the corners of the facet opposite slot i, counter-clockwise seen from inside a tetrahedron of positive orientation. */
const FACET_A = [1, 0, 0, 0] as const;
const FACET_B = [3, 2, 3, 1] as const;
const FACET_C = [2, 3, 1, 2] as const;

/**
 * The facets between outside and inside, facing the outside. Facets with the vertex at infinity are left out.
 *
 * @param positions Float64Array[n*3]
 * @param corners Int32Array[4*tets]
 * @param twins Int32Array[4*tets]
 * @param isInside Uint8Array[tets], 1 = inside
 * @returns a mesh of the used vertices only, and the vertex of the tetrahedralization that each was
 */
export function extractSurface(
  positions: Float64Array,
  corners: Int32Array,
  twins: Int32Array,
  isInside: Uint8Array,
): Mesh & { readonly sources: Uint32Array } {
  const infinity = positions.length / 3;
  const newIndex = new Int32Array(infinity).fill(-1);
  const sources: number[] = [];
  const indices: number[] = [];
  const use = (vertex: number) => {
    if (newIndex[vertex] === -1) newIndex[vertex] = sources.push(vertex) - 1;
    return newIndex[vertex]!;
  };
  for (let t = 0; t < isInside.length; t++) {
    if (isInside[t]) continue;
    for (let i = 0; i < 4; i++) {
      if (!isInside[twins[4 * t + i]! >> 2]) continue;
      const a = corners[4 * t + FACET_A[i]!]!;
      const b = corners[4 * t + FACET_B[i]!]!;
      const c = corners[4 * t + FACET_C[i]!]!;
      if (a === infinity || b === infinity || c === infinity) continue;
      // Seen from inside the outer tetrahedron, which is where the cameras are.
      indices.push(use(a), use(b), use(c));
    }
  }
  const kept = new Float32Array(3 * sources.length);
  sources.forEach((vertex, i) => {
    for (let k = 0; k < 3; k++) kept[3 * i + k] = positions[3 * vertex + k]!;
  });
  return { positions: kept, indices: Uint32Array.from(indices), sources: Uint32Array.from(sources) };
}
