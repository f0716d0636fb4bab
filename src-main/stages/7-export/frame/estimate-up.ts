import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import type { RegisteredImage } from '../../../../src-shared/scene/sparse-model.js';
import { faceNormals } from '../../../geometry/face-normals.js';
import { cameraCentre } from '../../../geometry/rigid-transform.js';
import { dot3, normalize3 } from '../../../linalg/matrix3.js';
import { symmetricEigen } from '../../../linalg/symmetric-eigen.js';

/** Where the upward direction was taken from. */
export type UpSource = 'upright photos' | 'photos turned by 90 degrees';

export interface UpEstimate {
  /** Float64Array[3], unit, world. */
  readonly up: Float64Array;
  readonly source: UpSource;
  /** Whether a ground or base of the object within some degrees of level was made exactly level. */
  readonly isLevelled: boolean;
}

/**
 * Where the horizontal axes are spread by less than this (variance of their directions; a facade from one side), the axis at right
 * angles to them is ambiguous, and the mean direction of the images decides.
 */
const AMBIGUOUS_SPREAD = 0.03;
/**
 * The photos count as turned by 90 degrees when their vertical axes are spread around a common axis by so much (difference of the
 * two smallest variances of their directions; 0.5 for a full ring) ...
 */
const MIN_TURNED_SPREAD = 0.15;
/** ... and so many times as much as their horizontal axes are. */
const TURNED_RATIO = 2;

/**
 * The direction that was up when the photos were taken.
 *
 * People hold cameras level: the images' horizontal axes are all across the vertical, whatever the tilt of the camera (Szeliski,
 * "Image alignment and stitching", 2006, section 2.5: "up vector selection"). So up is the direction most at right angles to all of
 * them, on the side where the images have their tops. Where instead the vertical axes turn around a common direction and the
 * horizontal ones hardly do (an object lying on its side in every photo of a ring around it), the photos were turned by 90 degrees;
 * which end is up is then said by the cameras, which rather look down on objects than up, and by the wider end, which is the foot.
 */
export function estimateUp(images: readonly RegisteredImage[], mesh: Mesh): UpEstimate {
  const rights = images.map(({ camFromWorld: { R } }) => R.slice(0, 3));
  const ups = images.map(({ camFromWorld: { R } }) => R.slice(3, 6).map((value) => -value));
  const spread = axisSpread(ups);
  const isTurned = spread > MIN_TURNED_SPREAD && spread > TURNED_RATIO * axisSpread(rights);
  const axis = isTurned ? commonAxis(ups, mean(rights)) : commonAxis(rights, mean(ups));
  const signed = isTurned && isUpsideDown(axis, images, mesh) ? axis.map((value) => -value) : axis;
  const levelled = level(signed, mesh);
  return {
    up: levelled ?? signed,
    source: isTurned ? 'photos turned by 90 degrees' : 'upright photos',
    isLevelled: levelled !== undefined,
  };
}

/** How clearly directions have one axis at right angles to them all: 0 for parallel ones, 0.5 for a full ring. */
function axisSpread(directions: readonly Float64Array[]): number {
  const values = new Float64Array(3);
  symmetricEigen(secondMoments(directions), 3, values, new Float64Array(9));
  return values[1]! - values[0]!;
}

/** Float64Array[9], mean of v v^T. */
function secondMoments(vectors: readonly Float64Array[]): Float64Array {
  const A = new Float64Array(9);
  for (const vector of vectors) {
    for (let i = 0; i < 9; i++) A[i]! += (vector[Math.floor(i / 3)]! * vector[i % 3]!) / vectors.length;
  }
  return A;
}

function mean(vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(3);
  for (const vector of vectors) for (let d = 0; d < 3; d++) sum[d]! += vector[d]! / vectors.length;
  return sum;
}

/** The unit vector most at right angles to all of `across`, on the side of `side`. */
function commonAxis(across: readonly Float64Array[], side: Float64Array): Float64Array {
  const A = secondMoments(across);
  const values = new Float64Array(3);
  const vectors = new Float64Array(9);
  symmetricEigen(A.slice(), 3, values, vectors);
  const pull = Math.max(0, AMBIGUOUS_SPREAD - values[1]!);
  if (pull > 0 && Math.hypot(...side) > 1e-6) {
    const direction = normalize3(side.slice());
    for (let i = 0; i < 9; i++) A[i]! -= pull * direction[Math.floor(i / 3)]! * direction[i % 3]!;
    symmetricEigen(A, 3, values, vectors);
  }
  const axis = vectors.slice(0, 3);
  return dot3(axis, side) < 0 ? axis.map((value) => -value) : axis;
}

function isUpsideDown(up: Float64Array, images: readonly RegisteredImage[], mesh: Mesh): boolean {
  const centre = centroid(mesh);
  let elevation = 0;
  for (const { camFromWorld } of images) {
    const C = cameraCentre(camFromWorld);
    const direction = C.map((value, d) => value - centre[d]!);
    elevation += dot3(up, direction) / Math.hypot(...direction) / images.length;
  }
  const { low, high } = endWidths(mesh, up);
  const vote = (value: number) => Math.min(1, Math.max(-1, value));
  return vote(elevation / CLEAR_ELEVATION) + vote(Math.log2(low / high)) < 0;
}

/** Sine of the cameras' mean height above the object at which they have their full vote, as a foot of twice the width has. */
const CLEAR_ELEVATION = 0.25;

function centroid({ positions }: Mesh): Float64Array {
  const sum = new Float64Array(3);
  for (let i = 0; i < positions.length; i++) sum[i % 3]! += (positions[i]! / positions.length) * 3;
  return sum;
}

const END_SHARE = 0.2;

/** Root mean square distance from the middle axis of the lowest and of the highest part of the vertices. */
function endWidths({ positions }: Mesh, up: Float64Array): { low: number; high: number } {
  const count = positions.length / 3;
  const at = (i: number) => positions.subarray(i * 3, i * 3 + 3);
  const height = (p: Float32Array) => p[0]! * up[0]! + p[1]! * up[1]! + p[2]! * up[2]!;
  const heights = Float64Array.from({ length: count }, (_, i) => height(at(i)));
  const sorted = heights.slice().sort();
  const bottom = sorted[Math.floor(0.01 * count)]!;
  const top = sorted[Math.floor(0.99 * count)]!;
  const middle = centroid({ positions, indices: new Uint32Array() });
  const width = (from: number, to: number) => {
    let sum = 0;
    let weight = 0;
    for (let i = 0; i < count; i++) {
      if (heights[i]! < from || heights[i]! > to) continue;
      const offset = Float64Array.from(at(i), (value, d) => value - middle[d]!);
      sum += dot3(offset, offset) - dot3(offset, up) ** 2;
      weight++;
    }
    return weight === 0 ? 0 : Math.sqrt(sum / weight);
  };
  const span = END_SHARE * (top - bottom);
  return { low: width(bottom, bottom + span), high: width(top - span, top) };
}

/** A base may be off the cameras' estimate by so much. */
const MAX_LEVELLING_DEG = 12;
/** Faces within this of each other are one plane. */
const PLANE_DEG = 2;
/** Such a plane has at least this share of the surface. */
const MIN_PLANE_SHARE = 0.06;
const LEVELLING_ITERATIONS = 16;

/** The normal of the large plane that is nearly level, by mean shift over the faces' normals; undefined where there is none. */
function level(up: Float64Array, mesh: Mesh): Float64Array | undefined {
  const { normals, areas } = faceNormals(mesh);
  const total = areas.reduce((sum, area) => sum + area, 0);
  let axis = up;
  for (let iteration = 0; iteration < LEVELLING_ITERATIONS; iteration++) {
    // From the whole range down to the faces of one plane.
    const range = iteration === 0 ? MAX_LEVELLING_DEG : Math.max(PLANE_DEG, MAX_LEVELLING_DEG * 0.8 ** iteration);
    const { sum, area } = meanNormal(normals, areas, axis, range);
    if (area < MIN_PLANE_SHARE * total) return undefined;
    axis = normalize3(sum);
  }
  return dot3(axis, up) >= Math.cos((MAX_LEVELLING_DEG * Math.PI) / 180) ? axis : undefined;
}

/** Area-weighted sum of the normals within an angle of the axis, or of its opposite, which count turned over. */
function meanNormal(normals: Float64Array, areas: Float64Array, axis: Float64Array, rangeDeg: number) {
  const limit = Math.cos((rangeDeg * Math.PI) / 180);
  const sum = new Float64Array(3);
  let area = 0;
  for (let f = 0; f < areas.length; f++) {
    const cosine = normals[f * 3]! * axis[0]! + normals[f * 3 + 1]! * axis[1]! + normals[f * 3 + 2]! * axis[2]!;
    if (Math.abs(cosine) < limit) continue;
    area += areas[f]!;
    for (let d = 0; d < 3; d++) sum[d]! += Math.sign(cosine) * areas[f]! * normals[f * 3 + d]!;
  }
  return { sum, area };
}
