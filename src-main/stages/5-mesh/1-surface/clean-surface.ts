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
 * @param pixelSizes Float32Array[n], size of a photo's pixel at each vertex, world units
 * @param maxEdgePx a triangle with an edge longer than this at both its ends is stretched
 * @param maxHoleShare regions of at most this share of the supported area are kept; areas as photos see them
 */
export function removeMembranes(
  mesh: Mesh,
  pixelSizes: Float32Array,
  maxEdgePx: number,
  maxHoleShare: number,
): { readonly keep: Uint8Array; readonly removedRegions: number } {
  const { indices, positions } = mesh;
  const areas = faceAreas(mesh);
  const seenAreas = apparentAreas(mesh, pixelSizes);
  const keep = new Uint8Array(areas.length).fill(1);
  const isStretched = new Uint8Array(areas.length);
  let supportedArea = 0;
  for (let face = 0; face < areas.length; face++) {
    for (let h = 3 * face; h < 3 * face + 3; h++) {
      const longest = maxEdgePx * Math.max(pixelSizes[indices[h]!]!, pixelSizes[indices[nextInFace(h)]!]!);
      if (edgeLength(positions, indices, h) > longest) isStretched[face] = 1;
    }
    if (!isStretched[face]) supportedArea += seenAreas[face]!;
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
  const regionAreas = new Map<number, { area: number; seenArea: number }>();
  for (let face = 0; face < areas.length; face++) {
    if (!isStretched[face]) continue;
    const region = regions.find(face);
    const { area, seenArea } = regionAreas.get(region) ?? { area: 0, seenArea: 0 };
    regionAreas.set(region, { area: area + areas[face]!, seenArea: seenArea + seenAreas[face]! });
  }
  const removed = new Set<number>();
  for (const [region, { area, seenArea }] of regionAreas) {
    // A disc has perimeter^2 = 4 pi area; more area than that is no filling of the hole but a needle or a tent over it.
    const discArea = perimeters[region]! ** 2 / (4 * Math.PI);
    if (seenArea > maxHoleShare * supportedArea || area > MAX_BULGE * discArea) removed.add(region);
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
 * Area of each face as photos see it, in pixels: what is near and seen in detail counts more than what is large and far. (By
 * area in world units the houses behind a statue are all there is.)
 *
 * @param pixelSizes Float32Array[n], size of a photo's pixel at each vertex, world units
 */
function apparentAreas(mesh: Mesh, pixelSizes: Float32Array): Float64Array {
  return faceAreas(mesh).map((area, face) => {
    const size = (k: number) => pixelSizes[mesh.indices[3 * face + k]!]!;
    return area / ((size(0) + size(1) + size(2)) / 3) ** 2;
  });
}

export interface IslandLimits {
  /** Components with less than this share of the largest one's area, as photos see it, are removed, */
  readonly minIslandShare: number;
  /** so are those that are this many times as far from the cameras as the largest: what is behind it, torn off by what hides it, */
  readonly maxDistanceRatio: number;
  /** and all but the largest few. */
  readonly maxComponents: number;
}

/**
 * Removes islands by their {@link IslandLimits}.
 *
 * @param pixelSizes Float32Array[n], size of a photo's pixel at each vertex, world units; it grows with the distance
 * @returns which faces stay
 */
export function removeIslands(
  mesh: Mesh,
  pixelSizes: Float32Array,
  { minIslandShare, maxDistanceRatio, maxComponents }: IslandLimits,
): { readonly keep: Uint8Array; readonly removedIslands: number } {
  const { componentOf, count } = faceComponents(mesh.indices, mesh.positions.length / 3);
  const areas = new Float64Array(count);
  const pixelSums = new Float64Array(count);
  apparentAreas(mesh, pixelSizes).forEach((area, face) => {
    areas[componentOf[face]!]! += area;
    pixelSums[componentOf[face]!]! += area * pixelSizes[mesh.indices[3 * face]!]!;
  });
  const bySize = Array.from(areas, (area, component) => ({
    area,
    component,
    pixelSize: pixelSums[component]! / area,
  })).sort((one, two) => two.area - one.area || one.component - two.component);
  const largest = bySize[0] ?? { area: 0, pixelSize: 0 };
  const kept = new Set(
    bySize
      .filter(
        ({ area, pixelSize }) =>
          area >= minIslandShare * largest.area && pixelSize <= maxDistanceRatio * largest.pixelSize,
      )
      .slice(0, maxComponents)
      .map(({ component }) => component),
  );
  return {
    keep: Uint8Array.from(componentOf, (component) => (kept.has(component) ? 1 : 0)),
    removedIslands: count - kept.size,
  };
}
