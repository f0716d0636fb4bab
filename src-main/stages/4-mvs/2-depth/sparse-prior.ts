import type { SparseModel } from '../../../../src-shared/scene/sparse-model.js';
import type { View } from '../../../../src-shared/scene/view.js';

/** The sparse points that each view sees: Float32Array[k*3] of pixel u, v (of the view) and inverse depth, by photo id. */
export function seenPoints(model: SparseModel, views: readonly View[]): Map<number, Float32Array> {
  const viewOf = new Map(views.map((view) => [view.photoId, view]));
  const seen = new Map<number, number[]>(views.map((view) => [view.photoId, []]));
  const { positions, trackOffsets, trackPhotoIds } = model;
  for (let point = 0; point + 1 < trackOffsets.length; point++) {
    const [x, y, z] = positions.subarray(point * 3, point * 3 + 3) as unknown as [number, number, number];
    for (let o = trackOffsets[point]!; o < trackOffsets[point + 1]!; o++) {
      const view = viewOf.get(trackPhotoIds[o]!);
      if (!view) continue;
      const { R, t } = view.camFromWorld;
      const Z = R[6]! * x + R[7]! * y + R[8]! * z + t[2]!;
      if (Z < view.depthMin || Z > view.depthMax) continue;
      const u = (view.fx * (R[0]! * x + R[1]! * y + R[2]! * z + t[0]!)) / Z + view.cx;
      const v = (view.fy * (R[3]! * x + R[4]! * y + R[5]! * z + t[1]!)) / Z + view.cy;
      if (u >= 0 && v >= 0 && u < view.width && v < view.height) seen.get(view.photoId)!.push(u, v, 1 / Z);
    }
  }
  return new Map([...seen].map(([photoId, values]) => [photoId, Float32Array.from(values)]));
}

/**
 * Inverse depth of the nearest sparse point in the image, for every pixel: nearest neighbours by two scans (Danielsson 1980).
 *
 * @param points Float32Array[k*3]: u, v, inverse depth
 * @param scale pixels of the result per pixel of the points
 * @returns Float32Array[h*w]; all 0 without points
 */
export function nearestPointPrior(points: Float32Array, scale: number, width: number, height: number): Float32Array {
  const nearest = new Int32Array(width * height).fill(-1);
  for (let i = 0; i < points.length; i += 3) {
    const x = Math.min(Math.floor(points[i]! * scale), width - 1);
    const y = Math.min(Math.floor(points[i + 1]! * scale), height - 1);
    nearest[y * width + x] = i;
  }
  const distance = (i: number, x: number, y: number) =>
    i < 0 ? Number.POSITIVE_INFINITY : (points[i]! * scale - x - 0.5) ** 2 + (points[i + 1]! * scale - y - 0.5) ** 2;
  const relax = (x: number, y: number, fromX: number, fromY: number) => {
    if (fromX < 0 || fromY < 0 || fromX >= width || fromY >= height) return;
    const at = y * width + x;
    const candidate = nearest[fromY * width + fromX]!;
    if (candidate !== nearest[at] && distance(candidate, x, y) < distance(nearest[at]!, x, y)) nearest[at] = candidate;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      relax(x, y, x, y - 1);
      relax(x, y, x - 1, y);
      relax(x, y, x - 1, y - 1);
      relax(x, y, x + 1, y - 1);
    }
    for (let x = width - 1; x >= 0; x--) relax(x, y, x + 1, y);
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      relax(x, y, x, y + 1);
      relax(x, y, x + 1, y);
      relax(x, y, x + 1, y + 1);
      relax(x, y, x - 1, y + 1);
    }
    for (let x = 0; x < width; x++) relax(x, y, x - 1, y);
  }
  return Float32Array.from(nearest, (i) => (i < 0 ? 0 : points[i + 2]!));
}
