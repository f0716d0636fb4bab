import type { View } from '../../../../src-shared/scene/view.js';

/** When views confirm each other. */
export interface ConfirmOptions {
  /** Views (the point's own included) that must agree; fewer where only so many show the place. */
  readonly minViews: number;
  /** Forward-backward reprojection error. */
  readonly maxReprojectionErrorPx: number;
  /** Relative difference of depth. */
  readonly maxDepthDifference: number;
  readonly maxNormalAngleDeg: number;
  /** A point is written by the views that see it in most detail, and by so many of them. */
  readonly writersPerPoint: number;
}

/** A view with its depth map. */
export interface DepthView {
  readonly view: View;
  /** Float32Array[h*w], 0 = unknown. */
  readonly depths: Float32Array;
  /** Float32Array[h*w*3], unit, camera frame. */
  readonly normals: Float32Array;
  /** Float32Array[h*w], 0..1. */
  readonly confidences: Float32Array;
}

/** Fused points of one view; the lists of views are `viewCounts` long, one after the other. */
export interface FusedPoints {
  readonly count: number;
  /** Float32Array[n*3], world. */
  readonly positions: Float32Array;
  /** Float32Array[n*3], unit, world. */
  readonly normals: Float32Array;
  /** Uint8Array[n*3], RGB. */
  readonly colors: Uint8Array;
  /** Float32Array[n], world units. */
  readonly footprints: Float32Array;
  /** Uint8Array[n]. */
  readonly viewCounts: Uint8Array;
  /** Uint16Array[sum of viewCounts], photo ids, ascending. */
  readonly viewPhotoIds: Uint16Array;
}

/** A source in the frame of the reference camera. */
interface RelatedSource extends DepthView {
  /** Rotation (9) and translation (3): source from reference. */
  readonly R: Float64Array;
  readonly t: Float64Array;
}

/**
 * The points of one view that enough sources confirm. A confirming source's surface element is a plane; the reference's ray
 * meets it at a depth, and the point's depth is the mean of these, weighted by confidence: so each view corrects the depth and
 * none blurs the place in the image. Of all the views that confirm a point, only the ones with the smallest footprint on the
 * surface write it: a rule that each view can apply alone, so views are fused in any order and in parallel.
 *
 * Based on: Schonberger et al., ECCV 2016, Sec. 4.3 (consistency of fused pixels); the ownership rule is our own.
 *
 * @param rgb Uint8Array[h*w*3] of the reference
 */
export function fuseView(
  reference: DepthView,
  rgb: Uint8Array,
  sources: readonly DepthView[],
  options: ConfirmOptions,
): FusedPoints {
  const related = sources.map((source): RelatedSource => ({ ...source, ...relate(reference.view, source.view) }));
  const { view, depths, normals, confidences } = reference;
  const out = new PointWriter();
  const seen = new Confirmation(options);
  for (let y = 0, i = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++, i++) {
      const depth = depths[i]!;
      if (depth <= 0) continue;
      const ray: Vector = [(x + 0.5 - view.cx) / view.fx, (y + 0.5 - view.cy) / view.fy, 1];
      const normal: Vector = [normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!];
      seen.start(view, ray, depth, normal, confidences[i]!);
      for (const source of related) seen.ask(source);
      if (!seen.isConfirmed() || !seen.mayWrite()) continue;
      out.add(view, ray, seen.depth(), seen.normal(), rgb, i, seen.photoIds());
    }
  }
  return out.finish();
}

type Vector = [number, number, number];
const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function relate({ camFromWorld: a }: View, { camFromWorld: b }: View): { R: Float64Array; t: Float64Array } {
  const R = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++) R[i * 3 + j]! += b.R[i * 3 + k]! * a.R[j * 3 + k]!;
    }
  }
  const t = Float64Array.from([0, 1, 2], (i) => {
    return b.t[i]! - (R[i * 3]! * a.t[0]! + R[i * 3 + 1]! * a.t[1]! + R[i * 3 + 2]! * a.t[2]!);
  });
  return { R, t };
}

/** Area that one pixel covers on a surface element: smaller means more detail. */
const footprintArea = (depth: number, focal: number, cosine: number) => (depth / focal) ** 2 / Math.max(cosine, 0.05);

/** What the sources say of one point of the reference. */
class Confirmation {
  readonly #options: ConfirmOptions;
  readonly #minCosine: number;
  #view!: View;
  #ray!: Vector;
  #depth = 0;
  #normal!: Vector;
  #area = 0;
  #weight = 0;
  #depthSum = 0;
  #normalSum: Vector = [0, 0, 0];
  #ids: number[] = [];
  #showing = 0;
  #better = 0;

  constructor(options: ConfirmOptions) {
    this.#options = options;
    this.#minCosine = Math.cos((options.maxNormalAngleDeg * Math.PI) / 180);
  }

  start(view: View, ray: Vector, depth: number, normal: Vector, confidence: number): void {
    this.#view = view;
    this.#ray = ray;
    this.#depth = depth;
    this.#normal = normal;
    this.#area = footprintArea(depth, view.fx, -dot(normal, ray) / Math.hypot(...ray));
    this.#weight = confidence;
    this.#depthSum = depth * confidence;
    this.#normalSum = [normal[0] * confidence, normal[1] * confidence, normal[2] * confidence];
    this.#ids = [view.photoId];
    this.#showing = 1;
    this.#better = 0;
  }

  /** Counts a source in when it shows the place, and confirms the point. */
  ask({ view, depths, normals, confidences, R, t }: RelatedSource): void {
    const X: Vector = [this.#ray[0] * this.#depth, this.#ray[1] * this.#depth, this.#depth];
    const Z = R[6]! * X[0] + R[7]! * X[1] + R[8]! * X[2] + t[2]!;
    if (Z <= 0) return;
    const xs = (R[0]! * X[0] + R[1]! * X[1] + R[2]! * X[2] + t[0]!) / Z;
    const ys = (R[3]! * X[0] + R[4]! * X[1] + R[5]! * X[2] + t[1]!) / Z;
    const u = view.fx * xs + view.cx;
    const v = view.fy * ys + view.cy;
    if (!(u >= 0 && v >= 0 && u < view.width && v < view.height)) return;
    this.#showing++;
    const column = Math.floor(u);
    const row = Math.floor(v);
    const at = row * view.width + column;
    const found = depths[at]!;
    const { maxDepthDifference, maxReprojectionErrorPx } = this.#options;
    if (found <= 0 || Math.abs(found - Z) > maxDepthDifference * Z) return;

    // There and back.
    const P = fromSource(R, t, xs * found, ys * found, found);
    const ex = this.#view.fx * (P[0] / P[2] - this.#ray[0]);
    const ey = this.#view.fy * (P[1] / P[2] - this.#ray[1]);
    if (P[2] <= 0 || ex * ex + ey * ey > maxReprojectionErrorPx ** 2) return;

    const n: Vector = [normals[at * 3]!, normals[at * 3 + 1]!, normals[at * 3 + 2]!];
    const normal: Vector = [
      R[0]! * n[0] + R[3]! * n[1] + R[6]! * n[2],
      R[1]! * n[0] + R[4]! * n[1] + R[7]! * n[2],
      R[2]! * n[0] + R[5]! * n[1] + R[8]! * n[2],
    ];
    if (dot(normal, this.#normal) < this.#minCosine) return;

    // Where the reference's ray meets the source's surface element, which lies at the centre of the source's pixel.
    const xc = (column + 0.5 - view.cx) / view.fx;
    const yc = (row + 0.5 - view.cy) / view.fy;
    const Q = fromSource(R, t, xc * found, yc * found, found);
    const depth = dot(normal, Q) / dot(normal, this.#ray);
    if (!(Math.abs(depth - this.#depth) <= maxDepthDifference * this.#depth)) return;

    const weight = confidences[at]!;
    this.#weight += weight;
    this.#depthSum += weight * depth;
    for (let k = 0; k < 3; k++) this.#normalSum[k]! += weight * normal[k]!;
    this.#ids.push(view.photoId);
    const cosine = -dot(n, [xs, ys, 1]) / Math.hypot(xs, ys, 1);
    const area = footprintArea(Z, view.fx, cosine);
    if (area < this.#area || (area === this.#area && view.photoId < this.#view.photoId)) this.#better++;
  }

  isConfirmed(): boolean {
    return this.#ids.length >= Math.max(2, Math.min(this.#options.minViews, this.#showing));
  }

  mayWrite(): boolean {
    return this.#better < this.#options.writersPerPoint;
  }

  depth(): number {
    return this.#depthSum / this.#weight;
  }

  normal(): Vector {
    const length = Math.hypot(...this.#normalSum);
    return [this.#normalSum[0] / length, this.#normalSum[1] / length, this.#normalSum[2] / length];
  }

  photoIds(): number[] {
    return this.#ids.sort((a, b) => a - b);
  }
}

/** R^T (X - t). */
function fromSource(R: Float64Array, t: Float64Array, X: number, Y: number, Z: number): Vector {
  const x = X - t[0]!;
  const y = Y - t[1]!;
  const z = Z - t[2]!;
  return [R[0]! * x + R[3]! * y + R[6]! * z, R[1]! * x + R[4]! * y + R[7]! * z, R[2]! * x + R[5]! * y + R[8]! * z];
}

/** Collects points in world coordinates. */
class PointWriter {
  readonly #positions: number[] = [];
  readonly #normals: number[] = [];
  readonly #colors: number[] = [];
  readonly #footprints: number[] = [];
  readonly #viewCounts: number[] = [];
  readonly #viewPhotoIds: number[] = [];

  add(
    view: View,
    ray: Vector,
    depth: number,
    normal: Vector,
    rgb: Uint8Array,
    pixel: number,
    photoIds: number[],
  ): void {
    const { R, t } = view.camFromWorld;
    const x = ray[0] * depth - t[0]!;
    const y = ray[1] * depth - t[1]!;
    const z = depth - t[2]!;
    for (let k = 0; k < 3; k++) {
      this.#positions.push(R[k]! * x + R[3 + k]! * y + R[6 + k]! * z);
      this.#normals.push(R[k]! * normal[0] + R[3 + k]! * normal[1] + R[6 + k]! * normal[2]);
      this.#colors.push(rgb[pixel * 3 + k]!);
    }
    this.#footprints.push(depth / view.fx);
    this.#viewCounts.push(photoIds.length);
    this.#viewPhotoIds.push(...photoIds);
  }

  finish(): FusedPoints {
    return {
      count: this.#footprints.length,
      positions: Float32Array.from(this.#positions),
      normals: Float32Array.from(this.#normals),
      colors: Uint8Array.from(this.#colors),
      footprints: Float32Array.from(this.#footprints),
      viewCounts: Uint8Array.from(this.#viewCounts),
      viewPhotoIds: Uint16Array.from(this.#viewPhotoIds),
    };
  }
}
