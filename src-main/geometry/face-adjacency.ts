/**
 * The neighbours of every triangle, across its edges.
 *
 * An edge joins two faces when exactly two faces use it, in opposite directions; edges of one face, of three or more, or of two
 * faces that disagree in orientation join nothing.
 *
 * @param indices Uint32Array[m*3]
 * @param vertexCount vertices that the indices refer to
 * @returns Int32Array[m*3]: entry `3 * face + k` is `3 * other + j`, the same edge seen from the other face, where edge k runs
 *   from corner k to corner (k + 1) % 3; -1 where nothing is joined
 */
export function faceAdjacency(indices: Uint32Array, vertexCount: number): Int32Array {
  const { offsets, edges } = edgesByLowerVertex(indices, vertexCount);
  const adjacent = new Int32Array(indices.length).fill(-1);
  for (let v = 0; v < vertexCount; v++) {
    const end = offsets[v + 1]!;
    for (let i = offsets[v]!; i < end; i++) {
      const edge = edges[i]!;
      const upper = upperVertex(indices, edge);
      let partner = -1;
      let uses = 1;
      for (let j = offsets[v]!; j < end; j++) {
        if (j === i || upperVertex(indices, edges[j]!) !== upper) continue;
        partner = edges[j]!;
        uses++;
      }
      if (uses === 2 && indices[edge] !== indices[partner]) adjacent[edge] = partner;
    }
  }
  return adjacent;
}

/** Half-edges (`3 * face + k`) grouped by the smaller of their two vertices, in the order of the faces. */
function edgesByLowerVertex(indices: Uint32Array, vertexCount: number) {
  const offsets = new Uint32Array(vertexCount + 1);
  for (let edge = 0; edge < indices.length; edge++) offsets[lowerVertex(indices, edge) + 1]!++;
  for (let v = 0; v < vertexCount; v++) offsets[v + 1]! += offsets[v]!;
  const next = offsets.slice();
  const edges = new Uint32Array(indices.length);
  for (let edge = 0; edge < indices.length; edge++) edges[next[lowerVertex(indices, edge)]!++] = edge;
  return { offsets, edges };
}

/** The corner at which half-edge `3 * face + k` ends. */
export const edgeEnd = (edge: number): number => (edge % 3 === 2 ? edge - 2 : edge + 1);

const lowerVertex = (indices: Uint32Array, edge: number) => Math.min(indices[edge]!, indices[edgeEnd(edge)]!);
const upperVertex = (indices: Uint32Array, edge: number) => Math.max(indices[edge]!, indices[edgeEnd(edge)]!);
