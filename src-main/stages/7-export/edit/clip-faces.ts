import type { MeshDraft } from './mesh-draft.js';

/**
 * Vertices so near to a plane lie on it, and no new one is made beside them: units of the automatic frame, in which the model's
 * longest side is 1.
 */
const ON_PLANE = 1e-6;

/**
 * Clips triangles by half spaces (Sutherland, Hodgman, "Reentrant polygon clipping", CACM 1974). Vertices on a plane belong to the
 * inside. A new vertex is computed from the inner towards the outer end of its edge, by whichever triangle comes first, and is
 * shared by the others; so neighbours fit together, also along charts, where each has vertices of its own.
 *
 * @param draft receives the new vertices
 * @param cuts false leaves out every triangle that is not wholly inside
 */
export function clipFaces(
  indices: Uint32Array,
  draft: MeshDraft,
  planes: Float64Array,
  cuts: boolean,
): { readonly faces: number[]; readonly crossedTriangles: number } {
  const planeCount = planes.length / 4;
  const outside = outCodes(draft, planes);
  const onEdge = new Map<string, number>();
  const faces: number[] = [];
  let crossedTriangles = 0;

  const clip = (polygon: readonly number[], plane: number): number[] => {
    const distances = polygon.map((vertex) => sideOf(draft, vertex, planes, plane));
    const clipped: number[] = [];
    for (let i = 0; i < polygon.length; i++) {
      const next = (i + 1) % polygon.length;
      const [a, b] = [polygon[i]!, polygon[next]!];
      const [from, to] = [distances[i]!, distances[next]!];
      if (from >= 0) clipped.push(a);
      if (from * to < 0) clipped.push(from > 0 ? crossing(a, b, from, to, plane) : crossing(b, a, to, from, plane));
    }
    return clipped;
  };
  const crossing = (inner: number, outer: number, innerDistance: number, outerDistance: number, plane: number) => {
    const key = `${inner} ${outer} ${plane}`;
    const vertex = onEdge.get(key) ?? draft.addBetween(inner, outer, innerDistance / (innerDistance - outerDistance));
    onEdge.set(key, vertex);
    return vertex;
  };

  for (let face = 0; face < indices.length; face += 3) {
    const corners = [indices[face]!, indices[face + 1]!, indices[face + 2]!] as const;
    const [a, b, c] = corners.map((corner) => outside[corner]!) as [number, number, number];
    if ((a & b & c) !== 0) continue;
    const crossed = a | b | c;
    if (crossed === 0) {
      faces.push(...corners);
      continue;
    }
    crossedTriangles++;
    if (!cuts) continue;
    let polygon: number[] = [...corners];
    for (let plane = 0; plane < planeCount && polygon.length > 2; plane++) {
      if ((crossed >> plane) & 1) polygon = clip(polygon, plane);
    }
    for (let k = 1; k + 1 < polygon.length; k++) {
      const piece = [polygon[0]!, polygon[k]!, polygon[k + 1]!] as const;
      if (!draft.isCollapsed(piece)) faces.push(...piece);
    }
  }
  return { faces, crossedTriangles };
}

/** For each vertex a bit for each plane that it is outside of. */
function outCodes(draft: MeshDraft, planes: Float64Array): Uint8Array {
  return Uint8Array.from({ length: draft.vertexCount }, (_, vertex) => {
    let code = 0;
    for (let plane = 0; plane < planes.length / 4; plane++) {
      if (sideOf(draft, vertex, planes, plane) < 0) code |= 1 << plane;
    }
    return code;
  });
}

/** Distance from the plane, positive inside; 0 for all that counts as on it. */
function sideOf(draft: MeshDraft, vertex: number, planes: Float64Array, plane: number): number {
  const distance = draft.distance(vertex, planes, plane * 4);
  return Math.abs(distance) <= ON_PLANE ? 0 : distance;
}
