import type { DensePoints } from '../../../../src-shared/scene/dense-points.js';
import { hilbertOrder } from '../../../geometry/delaunay/hilbert-order.js';
import { PointGrid } from './point-grid.js';

/** Vertices for the tetrahedralization, with the views that see them. Views of vertex v: `viewOffsets[v] .. viewOffsets[v+1]-1`. */
export interface SurfaceVertices {
  readonly count: number;
  /** Distance over which points were merged, in pixels at the point. */
  readonly mergedPx: number;
  /** Float64Array[n*3] on a SharedArrayBuffer, world. */
  readonly positions: Float64Array;
  /** Float32Array[n], size of a pixel of the best view at the vertex, world units. */
  readonly footprints: Float32Array;
  /** Uint32Array[n + 1], shared. */
  readonly viewOffsets: Uint32Array;
  /** Uint16Array[...], shared: index in the list of views. */
  readonly views: Uint16Array;
  /** Uint16Array[...], shared: how many merged points the view confirms. */
  readonly counts: Uint16Array;
}

export interface MergeOptions {
  /** Points nearer than this to an earlier one are merged with it, in pixels at the point. */
  readonly mergeDistancePx: number;
  /** The distance is raised until at most this many vertices remain. */
  readonly maxVertices: number;
  /** Clusters with fewer others than this within a distance in pixels are left out. */
  readonly isolationPx: number;
  readonly minNeighbors: number;
  /** Of the views of a vertex those that confirm most of its points. */
  readonly maxViewsPerVertex: number;
}

/** Points whose normals differ by more (cosine) stay apart: the two sides of a thin part. */
const MIN_NORMAL_COSINE = 0.2;
const GROWTH = 1.25;

/**
 * Replaces clusters of points nearer to each other than some pixels by their mean, with the union of their views: less noise,
 * and no more vertices than the photos resolve. A point joins the nearest earlier centre, so the order of the points decides.
 *
 * @param photoIds photo of each view, in the order of the list of views; points' other views are left out
 */
export function mergePoints(points: DensePoints, photoIds: readonly number[], options: MergeOptions): SurfaceVertices {
  let distancePx = options.mergeDistancePx;
  for (;;) {
    const clusters = clusterPoints(points, distancePx, options.maxVertices);
    if (clusters) {
      const { isolationPx, minNeighbors } = options;
      const ordered = alongCurve(points, dropIsolated(points, clusters, isolationPx, minNeighbors));
      return { mergedPx: distancePx, ...collectVertices(points, photoIds, ordered, options.maxViewsPerVertex) };
    }
    distancePx *= GROWTH;
  }
}

interface Clusters {
  /** Uint32Array[clusters], the first point of each. */
  readonly seeds: Uint32Array;
  /** Int32Array[points], cluster of each point, -1 = none. */
  readonly ofPoint: Int32Array;
}

/** @returns undefined where there are more than maxClusters */
function clusterPoints(points: DensePoints, distancePx: number, maxClusters: number): Clusters | undefined {
  const count = points.footprints.length;
  const grid = new PointGrid(points, distancePx);
  const ofPoint = new Int32Array(count);
  const seeds: number[] = [];
  for (let i = 0; i < count; i++) {
    const seed = grid.nearest(i, MIN_NORMAL_COSINE);
    if (seed !== -1) ofPoint[i] = ofPoint[seed]!;
    else {
      if (seeds.length === maxClusters) return undefined;
      ofPoint[i] = seeds.push(i) - 1;
      grid.add(i);
    }
  }
  return { seeds: Uint32Array.from(seeds), ofPoint };
}

/** Leaves out clusters with few others around: outliers, which would be corners of the surface where nothing else is near. */
function dropIsolated(
  points: DensePoints,
  { seeds, ofPoint }: Clusters,
  radiusPx: number,
  minNeighbors: number,
): Clusters {
  const grid = new PointGrid(points, radiusPx);
  for (const seed of seeds) grid.add(seed);
  const kept = seeds.map((seed) => (grid.hasNeighbors(seed, minNeighbors) ? 1 : 0));
  const newIndex = new Int32Array(seeds.length).fill(-1);
  let count = 0;
  for (let cluster = 0; cluster < seeds.length; cluster++) if (kept[cluster]) newIndex[cluster] = count++;
  return {
    seeds: seeds.filter((_, cluster) => kept[cluster] === 1),
    ofPoint: ofPoint.map((cluster) => newIndex[cluster]!),
  };
}

/** Numbers the clusters along a Hilbert curve, so that what is near in space is near in memory: rays are cast 1.3 times as fast. */
function alongCurve(points: DensePoints, { seeds, ofPoint }: Clusters): Clusters {
  const positions = new Float32Array(3 * seeds.length);
  seeds.forEach((seed, cluster) => {
    positions.set(points.positions.subarray(3 * seed, 3 * seed + 3), 3 * cluster);
  });
  const order = hilbertOrder(positions);
  const rank = new Int32Array(seeds.length);
  order.forEach((cluster, position) => {
    rank[cluster] = position;
  });
  return {
    seeds: order.map((cluster) => seeds[cluster]!),
    ofPoint: ofPoint.map((cluster) => (cluster === -1 ? -1 : rank[cluster]!)),
  };
}

function collectVertices(
  points: DensePoints,
  photoIds: readonly number[],
  clusters: Clusters,
  maxViewsPerVertex: number,
): Omit<SurfaceVertices, 'mergedPx'> {
  const { ofPoint } = clusters;
  const count = clusters.seeds.length;
  const viewOfPhoto = new Map(photoIds.map((photoId, view) => [photoId, view]));
  const members = groupByCluster(ofPoint, count);

  const positions = new Float64Array(new SharedArrayBuffer(24 * count));
  const footprints = new Float32Array(count);
  const viewOffsets = new Uint32Array(new SharedArrayBuffer(4 * (count + 1)));
  const views = new Uint16Array(points.viewPhotoIds.length);
  const counts = new Uint16Array(points.viewPhotoIds.length);
  const seen = new Uint16Array(photoIds.length);
  let observations = 0;
  for (let v = 0; v < count; v++) {
    const touched: number[] = [];
    let weightSum = 0;
    let footprint = Infinity;
    for (let m = members.offsets[v]!; m < members.offsets[v + 1]!; m++) {
      const point = members.points[m]!;
      for (let o = points.viewOffsets[point]!; o < points.viewOffsets[point + 1]!; o++) {
        const view = viewOfPhoto.get(points.viewPhotoIds[o]!);
        if (view === undefined) continue;
        if (seen[view]!++ === 0) touched.push(view);
      }
      // Points that more views confirm are more precise.
      const weight = points.viewOffsets[point + 1]! - points.viewOffsets[point]! + 1;
      for (let k = 0; k < 3; k++) positions[3 * v + k]! += weight * points.positions[3 * point + k]!;
      weightSum += weight;
      footprint = Math.min(footprint, points.footprints[point]!);
    }
    for (let k = 0; k < 3; k++) positions[3 * v + k]! /= weightSum;
    footprints[v] = footprint;
    const chosen = touched.sort((one, two) => seen[two]! - seen[one]! || one - two).slice(0, maxViewsPerVertex);
    for (const view of chosen.sort((one, two) => one - two)) {
      views[observations] = view;
      counts[observations++] = seen[view]!;
    }
    for (const view of touched) seen[view] = 0;
    viewOffsets[v + 1] = observations;
  }
  return {
    count,
    positions,
    footprints,
    viewOffsets,
    views: sharedU16(views.subarray(0, observations)),
    counts: sharedU16(counts.subarray(0, observations)),
  };
}

function groupByCluster(ofPoint: Int32Array, count: number): { offsets: Uint32Array; points: Uint32Array } {
  const offsets = new Uint32Array(count + 1);
  for (const cluster of ofPoint) if (cluster !== -1) offsets[cluster + 1]!++;
  for (let v = 0; v < count; v++) offsets[v + 1]! += offsets[v]!;
  const cursor = offsets.slice();
  const points = new Uint32Array(offsets[count]!);
  for (let i = 0; i < ofPoint.length; i++) if (ofPoint[i] !== -1) points[cursor[ofPoint[i]!]!++] = i;
  return { offsets, points };
}

function sharedU16(array: Uint16Array): Uint16Array {
  const shared = new Uint16Array(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}
