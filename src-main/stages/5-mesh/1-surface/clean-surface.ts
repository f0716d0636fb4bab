import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { meshEdges, nextInFace } from '../../../geometry/mesh/edges.js';
import { faceAreas, faceComponents } from '../../../geometry/mesh/topology.js';
import { UnionFind } from '../../../geometry/mesh/union-find.js';

/** Area of a region against the disc of its perimeter, above which it fills no hole. */
const MAX_BULGE = 2;

/**
 * Removes what no photo supports: connected regions of stretched triangles, which span places without points. Regions small
 * against the whole are kept where they fill holes.
 *
 * @param maxEdges Float32Array[n], a triangle with an edge longer than both its ends allow is stretched; world units
 * @param maxHoleShare regions of at most this share of the supported area are kept
 */
export function removeMembranes(
  mesh: Mesh,
  maxEdges: Float32Array,
  maxHoleShare: number,
): { readonly keep: Uint8Array; readonly removedRegions: number } {
  const { indices, positions } = mesh;
  const areas = faceAreas(mesh);
  const keep = new Uint8Array(areas.length).fill(1);
  const isStretched = new Uint8Array(areas.length);
  let supportedArea = 0;
  for (let face = 0; face < areas.length; face++) {
    for (let h = 3 * face; h < 3 * face + 3; h++) {
      const longest = Math.max(maxEdges[indices[h]!]!, maxEdges[indices[nextInFace(h)]!]!);
      if (edgeLength(positions, indices, h) > longest) isStretched[face] = 1;
    }
    if (!isStretched[face]) supportedArea += areas[face]!;
  }
  const regions = new UnionFind(areas.length);
  const perimeters = new Float64Array(areas.length);
  const { halfEdges, starts } = meshEdges(indices, positions.length / 3);
  const forEachPair = (visit: (one: number, two: number, h: number) => void) => {
    for (let e = 0; e + 1 < starts.length; e++) {
      for (let i = starts[e]! + 1; i < starts[e + 1]!; i++) {
        visit(Math.floor(halfEdges[i - 1]! / 3), Math.floor(halfEdges[i]! / 3), halfEdges[i]!);
      }
    }
  };
  forEachPair((one, two) => {
    if (isStretched[one] && isStretched[two]) regions.union(one, two);
  });
  forEachPair((one, two, h) => {
    if (isStretched[one] === isStretched[two]) return;
    perimeters[regions.find(isStretched[one] ? one : two)]! += edgeLength(positions, indices, h);
  });
  const regionAreas = new Map<number, number>();
  for (let face = 0; face < areas.length; face++) {
    if (!isStretched[face]) continue;
    const region = regions.find(face);
    regionAreas.set(region, (regionAreas.get(region) ?? 0) + areas[face]!);
  }
  const removed = new Set<number>();
  for (const [region, area] of regionAreas) {
    // A disc has perimeter^2 = 4 pi area; more area than that is no filling of the hole but a needle or a tent over it.
    const discArea = perimeters[region]! ** 2 / (4 * Math.PI);
    if (area > maxHoleShare * supportedArea || area > MAX_BULGE * discArea) removed.add(region);
  }
  for (let face = 0; face < areas.length; face++)
    if (isStretched[face] && removed.has(regions.find(face))) keep[face] = 0;
  return { keep, removedRegions: removed.size };
}

function edgeLength(P: Float32Array, indices: Uint32Array, h: number): number {
  const a = indices[h]!;
  const b = indices[nextInFace(h)]!;
  return Math.hypot(P[3 * a]! - P[3 * b]!, P[3 * a + 1]! - P[3 * b + 1]!, P[3 * a + 2]! - P[3 * b + 2]!);
}

/**
 * Removes islands: components whose area is less than a share of the largest's, and all but the largest few.
 *
 * @returns which faces stay
 */
export function removeIslands(
  mesh: Mesh,
  minAreaShare: number,
  maxComponents: number,
): { readonly keep: Uint8Array; readonly removedIslands: number } {
  const { componentOf, count } = faceComponents(mesh.indices, mesh.positions.length / 3);
  const areas = new Float64Array(count);
  faceAreas(mesh).forEach((area, face) => {
    areas[componentOf[face]!]! += area;
  });
  const bySize = Array.from(areas, (area, component) => ({ area, component })).sort(
    (one, two) => two.area - one.area || one.component - two.component,
  );
  const largest = bySize[0]?.area ?? 0;
  const kept = new Set(
    bySize
      .slice(0, maxComponents)
      .filter(({ area }) => area >= minAreaShare * largest)
      .map(({ component }) => component),
  );
  return {
    keep: Uint8Array.from(componentOf, (component) => (kept.has(component) ? 1 : 0)),
    removedIslands: count - kept.size,
  };
}
