import type { DensePoints } from '../../../../src-shared/scene/dense-points.js';

/** Vertices for the tetrahedralization, with the views that see them. Views of vertex v: `viewOffsets[v] .. viewOffsets[v+1]-1`. */
export interface SurfaceVertices {
  readonly count: number;
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
    if (clusters) return collectVertices(points, photoIds, clusters);
    distancePx *= GROWTH;
  }
}

interface Clusters {
  readonly count: number;
  /** Int32Array[points], cluster of each point. */
  readonly ofPoint: Int32Array;
}

/** @returns undefined where there are more than maxClusters */
function clusterPoints(points: DensePoints, distancePx: number, maxClusters: number): Clusters | undefined {
  const count = points.footprints.length;
  const grid = new SeedGrid(points, distancePx);
  const ofPoint = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const seed = grid.nearest(i);
    if (seed !== -1) ofPoint[i] = ofPoint[seed]!;
    else {
      if (grid.count === maxClusters) return undefined;
      ofPoint[i] = grid.count;
      grid.add(i);
    }
  }
  return { count: grid.count, ofPoint };
}

/** Hashed grids of the clusters' first points, one per power of two of the merge radius. */
class SeedGrid {
  count = 0;
  readonly #buckets = new Int32Array(1 << 20).fill(-1);
  readonly #next: Int32Array;
  readonly #levelOf: Int8Array;
  readonly #levels: number[] = [];

  constructor(
    private readonly points: DensePoints,
    private readonly distancePx: number,
  ) {
    this.#next = new Int32Array(points.footprints.length);
    this.#levelOf = new Int8Array(points.footprints.length);
  }

  #radius(i: number): number {
    return this.distancePx * this.points.footprints[i]!;
  }

  #bucket(level: number, x: number, y: number, z: number): number {
    const hash =
      Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791) ^ Math.imul(level, 2654435761);
    return (hash ^ (hash >>> 15)) & (this.#buckets.length - 1);
  }

  add(i: number): void {
    const { positions } = this.points;
    const level = Math.ceil(Math.log2(this.#radius(i)));
    if (!this.#levels.includes(level)) this.#levels.push(level);
    this.#levelOf[i] = level;
    const size = 2 ** level;
    const bucket = this.#bucket(
      level,
      Math.floor(positions[3 * i]! / size),
      Math.floor(positions[3 * i + 1]! / size),
      Math.floor(positions[3 * i + 2]! / size),
    );
    this.#next[i] = this.#buckets[bucket]!;
    this.#buckets[bucket] = i;
    this.count++;
  }

  /** @returns the nearest seed within its own radius of point i that faces the same way, or -1 */
  nearest(i: number): number {
    const { positions, normals } = this.points;
    const x = positions[3 * i]!;
    const y = positions[3 * i + 1]!;
    const z = positions[3 * i + 2]!;
    let best = -1;
    let bestDistance = Infinity;
    for (const level of this.#levels) {
      const size = 2 ** level;
      // The seed's radius is at most the size of a cell: it lies in the same or a neighbouring cell.
      const cx = Math.floor(x / size);
      const cy = Math.floor(y / size);
      const cz = Math.floor(z / size);
      for (let dz = -1; dz <= 1; dz++) {
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            const bucket = this.#bucket(level, cx + dx, cy + dy, cz + dz);
            for (let seed = this.#buckets[bucket]!; seed !== -1; seed = this.#next[seed]!) {
              if (this.#levelOf[seed] !== level) continue;
              const ex = positions[3 * seed]! - x;
              const ey = positions[3 * seed + 1]! - y;
              const ez = positions[3 * seed + 2]! - z;
              const distance = Math.sqrt(ex * ex + ey * ey + ez * ez);
              if (distance > this.#radius(seed) || distance > bestDistance) continue;
              if (distance === bestDistance && seed > best) continue;
              const cosine =
                normals[3 * i]! * normals[3 * seed]! +
                normals[3 * i + 1]! * normals[3 * seed + 1]! +
                normals[3 * i + 2]! * normals[3 * seed + 2]!;
              if (cosine < MIN_NORMAL_COSINE) continue;
              best = seed;
              bestDistance = distance;
            }
          }
        }
      }
    }
    return best;
  }
}

function collectVertices(points: DensePoints, photoIds: readonly number[], clusters: Clusters): SurfaceVertices {
  const { count, ofPoint } = clusters;
  const pointCount = ofPoint.length;
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
    for (const view of touched.sort((one, two) => one - two)) {
      views[observations] = view;
      counts[observations++] = seen[view]!;
      seen[view] = 0;
    }
    viewOffsets[v + 1] = observations;
  }
  if (pointCount === 0) viewOffsets.fill(0);
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
  for (const cluster of ofPoint) offsets[cluster + 1]!++;
  for (let v = 0; v < count; v++) offsets[v + 1]! += offsets[v]!;
  const cursor = offsets.slice();
  const points = new Uint32Array(ofPoint.length);
  for (let i = 0; i < ofPoint.length; i++) points[cursor[ofPoint[i]!]!++] = i;
  return { offsets, points };
}

function sharedU16(array: Uint16Array): Uint16Array {
  const shared = new Uint16Array(new SharedArrayBuffer(array.byteLength));
  shared.set(array);
  return shared;
}
