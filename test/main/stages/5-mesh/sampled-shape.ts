import { Random } from '#main/geometry/random.js';
import type { StageFolder } from '#main/workspace/stage-folder.js';
import type { DensePoints } from '#shared/scene/dense-points.js';
import type { View } from '#shared/scene/view.js';

type Point = readonly [number, number, number];
/** Signed distance to a shape, negative inside. */
export type SignedDistance = (x: number, y: number, z: number) => number;

export const sphere: SignedDistance = (x, y, z) => Math.hypot(x, y, z) - 1;

/** A torus around z (radii 0.7 and 0.22) with a rod of radius 0.03 through its hole along z. */
export const torusWithRod: SignedDistance = (x, y, z) => {
  const torus = Math.hypot(Math.hypot(x, y) - 0.7, z) - 0.22;
  const rod = Math.max(Math.hypot(x, y) - 0.03, Math.abs(z) - 0.8);
  const spoke = Math.max(Math.hypot(y, z) - 0.03, Math.abs(x) - 0.7);
  return Math.min(torus, rod, spoke);
};

const SIZE = 256;
const FOCAL = 300;

/** Cameras on rings around the origin, looking at it. Their masks show the shape where a distance is given. */
export function ringViews(perRing: number, elevationsDeg: readonly number[], distance: number): View[] {
  return elevationsDeg.flatMap((elevationDeg, ring) =>
    Array.from({ length: perRing }, (_, i) => {
      const azimuth = (2 * Math.PI * (i + ring / 2)) / perRing;
      const elevation = (elevationDeg * Math.PI) / 180;
      const center: Point = [
        distance * Math.cos(elevation) * Math.cos(azimuth),
        distance * Math.cos(elevation) * Math.sin(azimuth),
        distance * Math.sin(elevation),
      ];
      return lookAtOrigin(ring * perRing + i, center);
    }),
  );
}

function lookAtOrigin(photoId: number, center: Point): View {
  const length = Math.hypot(...center);
  const forward = center.map((c) => -c / length) as unknown as Point;
  const right = normalized([forward[1], -forward[0], 0]); // forward x up, with z up
  const down = crossed(forward, right);
  const R = Float64Array.of(...right, ...down, ...forward);
  const t = Float64Array.from([0, 1, 2], (row) => -dotted([R[3 * row]!, R[3 * row + 1]!, R[3 * row + 2]!], center));
  const intrinsics = { fx: FOCAL, fy: FOCAL, cx: SIZE / 2, cy: SIZE / 2 };
  const camFromWorld = { R, t };
  return {
    photoId,
    width: SIZE,
    height: SIZE,
    ...intrinsics,
    camFromWorld,
    file: '',
    sources: [],
    depthMin: 0.1,
    depthMax: 100,
  };
}

const dotted = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const crossed = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const normalized = (a: Point): Point => a.map((x) => x / Math.hypot(...a)) as unknown as Point;
const moved = (a: Point, direction: Point, by: number): Point => [
  a[0] + by * direction[0],
  a[1] + by * direction[1],
  a[2] + by * direction[2],
];

export function centerOf({ camFromWorld: { R, t } }: View): Point {
  return [0, 1, 2].map((k) => -(R[k]! * t[0]! + R[3 + k]! * t[1]! + R[6 + k]! * t[2]!)) as unknown as Point;
}

/** Where a ray meets the shape first, by sphere tracing. */
function trace(shape: SignedDistance, origin: Point, direction: Point, far: number): Point | undefined {
  let along = 0;
  for (let step = 0; step < 400 && along < far; step++) {
    const at = moved(origin, direction, along);
    const distance = shape(...at);
    if (distance < 1e-5) return at;
    along += Math.max(distance, 1e-5);
  }
  return undefined;
}

function normalAt(shape: SignedDistance, [x, y, z]: Point): Point {
  const h = 1e-4;
  return normalized([
    shape(x + h, y, z) - shape(x - h, y, z),
    shape(x, y + h, z) - shape(x, y - h, z),
    shape(x, y, z + h) - shape(x, y, z - h),
  ]);
}

function rayThrough(view: View, u: number, v: number): Point {
  const { R } = view.camFromWorld;
  const x = (u - view.cx) / view.fx;
  const y = (v - view.cy) / view.fy;
  return normalized([0, 1, 2].map((k) => R[k]! * x + R[3 + k]! * y + R[6 + k]!) as unknown as Point);
}

export interface SampleOptions {
  readonly seed: number;
  /** Points tried per view. */
  readonly perView: number;
  /** Standard deviation along the ray, in pixels at the point. */
  readonly noisePx: number;
  /** Share of points put anywhere along their ray. */
  readonly outlierShare: number;
}

/** Points of the shape at random pixels, with every view that sees them; those that fewer than 3 see are left out. */
export function samplePoints(shape: SignedDistance, views: readonly View[], options: SampleOptions): DensePoints {
  const random = new Random(options.seed);
  const centers = views.map(centerOf);
  const positions: number[] = [];
  const normals: number[] = [];
  const footprints: number[] = [];
  const viewOffsets = [0];
  const viewPhotoIds: number[] = [];
  views.forEach((view, index) => {
    const center = centers[index]!;
    for (let n = 0; n < options.perView; n++) {
      const direction = rayThrough(view, random.uniform() * view.width, random.uniform() * view.height);
      const hit = trace(shape, center, direction, 2 * Math.hypot(...center));
      if (!hit) continue;
      const normal = normalAt(shape, hit);
      const isOutlier = random.uniform() < options.outlierShare;
      const distance = Math.hypot(...moved(hit, center, -1));
      const seeing = isOutlier ? [view.photoId] : viewsOf(shape, hit, normal, views, centers);
      if (isOutlier) seeing.push((view.photoId + 1) % views.length, (view.photoId + 2) % views.length);
      if (seeing.length < 3) continue;
      const footprint = distance / view.fx;
      const error = isOutlier ? (random.uniform() - 0.5) * distance : random.gaussian() * options.noisePx * footprint;
      positions.push(...moved(hit, direction, error));
      normals.push(...normal);
      footprints.push(footprint);
      viewPhotoIds.push(...seeing.toSorted((one, two) => one - two));
      viewOffsets.push(viewPhotoIds.length);
    }
  });
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    colors: new Uint8Array(positions.length),
    footprints: Float32Array.from(footprints),
    viewOffsets: Uint32Array.from(viewOffsets),
    viewPhotoIds: Uint16Array.from(viewPhotoIds),
  };
}

function viewsOf(
  shape: SignedDistance,
  point: Point,
  normal: Point,
  views: readonly View[],
  centers: readonly Point[],
): number[] {
  const start = moved(point, normal, 2e-3);
  return views.flatMap((view, index) => {
    const toCamera = moved(centers[index]!, point, -1);
    const distance = Math.hypot(...toCamera);
    const direction = normalized(toCamera);
    if (dotted(direction, normal) < 0.25) return [];
    return trace(shape, start, direction, distance) ? [] : [view.photoId];
  });
}

/** Uint8Array[h*w] of the shape in a view. */
export function maskOf(shape: SignedDistance, view: View): Uint8Array {
  const center = centerOf(view);
  const far = 2 * Math.hypot(...center);
  return Uint8Array.from({ length: view.width * view.height }, (_, i) => {
    const direction = rayThrough(view, (i % view.width) + 0.5, Math.floor(i / view.width) + 0.5);
    return trace(shape, center, direction, far) ? 255 : 0;
  });
}

/** Writes the points, and the views' files with their masks where a shape for them is given. */
export async function writeCapture(
  folder: StageFolder,
  points: DensePoints,
  views: readonly View[],
  masked?: SignedDistance,
): Promise<{ points: string; views: View[] }> {
  const file = await folder.writeArrays('points.bin', { meta: {}, arrays: { ...points } });
  const written: View[] = [];
  for (const view of views) {
    const rgb = new Uint8Array(3 * view.width * view.height);
    const arrays = masked ? { rgb, mask: maskOf(masked, view) } : { rgb };
    written.push({ ...view, file: await folder.writeArrays(`view-${view.photoId}.bin`, { meta: {}, arrays }) });
  }
  return { points: file, views: written };
}
