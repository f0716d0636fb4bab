/** The borders of the islands that a texture is made of. */
export interface UvIslands {
  readonly count: number;
  /** u, v of both ends of each line, 0..1, v down. */
  readonly lines: Float32Array;
}

/**
 * Finds the borders: edges that belong to one triangle only. Vertices are of their own on each side of a border, so no
 * comparison of coordinates is needed.
 *
 * @param indices three vertices a triangle
 * @param uvs two numbers a vertex
 */
export function uvIslands(indices: ArrayLike<number>, uvs: ArrayLike<number>): UvIslands {
  const vertexCount = uvs.length / 2;
  const seen = new Map<number, number>();
  const parent = Int32Array.from({ length: vertexCount }, (_, vertex) => vertex);
  const root = (vertex: number): number => {
    let at = vertex;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? at] ?? at;
      at = parent[at] ?? at;
    }
    return at;
  };
  const used = new Uint8Array(vertexCount);
  for (let i = 0; i < indices.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const a = indices[i + k] ?? 0;
      const b = indices[i + ((k + 1) % 3)] ?? 0;
      const key = Math.min(a, b) * vertexCount + Math.max(a, b);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      used[a] = 1;
      parent[Math.max(root(a), root(b))] = Math.min(root(a), root(b));
    }
  }
  const lines: number[] = [];
  for (const [key, times] of seen) {
    if (times !== 1) continue;
    for (const vertex of [Math.floor(key / vertexCount), key % vertexCount]) {
      lines.push(uvs[vertex * 2] ?? 0, uvs[vertex * 2 + 1] ?? 0);
    }
  }
  let count = 0;
  for (let vertex = 0; vertex < vertexCount; vertex++) if (used[vertex] && parent[vertex] === vertex) count++;
  return { count, lines: Float32Array.from(lines) };
}
