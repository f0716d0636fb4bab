/**
 * The undirected edges of a triangle mesh. Half-edge h = 3 * face + k goes from `indices[h]` to `indices[nextInFace(h)]`.
 */
export interface MeshEdges {
  /** Int32Array[faces*3], half-edges grouped by edge; within an edge in ascending order. */
  readonly halfEdges: Int32Array;
  /** Int32Array[edges + 1]: the half-edges of edge e are `halfEdges[starts[e] .. starts[e + 1] - 1]`. */
  readonly starts: Int32Array;
}

/** The half-edge after h in its triangle. */
export function nextInFace(h: number): number {
  return h % 3 === 2 ? h - 2 : h + 1;
}

/** Groups the half-edges by the pair of vertices that they join, ordered by the lower and then the higher vertex. */
export function meshEdges(indices: Uint32Array, vertexCount: number): MeshEdges {
  const count = indices.length;
  const lows = new Uint32Array(count);
  const highs = new Uint32Array(count);
  const bucketStarts = new Uint32Array(vertexCount + 1);
  for (let h = 0; h < count; h++) {
    const one = indices[h]!;
    const two = indices[nextInFace(h)]!;
    lows[h] = Math.min(one, two);
    highs[h] = Math.max(one, two);
    bucketStarts[lows[h]! + 1]!++;
  }
  for (let v = 0; v < vertexCount; v++) bucketStarts[v + 1]! += bucketStarts[v]!;
  const cursors = bucketStarts.slice();
  const halfEdges = new Int32Array(count);
  for (let h = 0; h < count; h++) {
    // Insertion into the bucket, kept sorted by the higher vertex: buckets hold about six half-edges.
    let at = cursors[lows[h]!]!++;
    const first = bucketStarts[lows[h]!]!;
    for (; at > first && highs[halfEdges[at - 1]!]! > highs[h]!; at--) halfEdges[at] = halfEdges[at - 1]!;
    halfEdges[at] = h;
  }
  const starts = new Int32Array(count + 1);
  let edgeCount = 0;
  for (let i = 0; i < count; i++) {
    const h = halfEdges[i]!;
    const before = i > 0 ? halfEdges[i - 1]! : -1;
    if (before === -1 || lows[h] !== lows[before] || highs[h] !== highs[before]) starts[edgeCount++] = i;
  }
  starts[edgeCount] = count;
  return { halfEdges, starts: starts.slice(0, edgeCount + 1) };
}
