import type { ObjectMesh } from './objects/extract-mesh.js';
import type { Raster } from './render/rasterize-mesh.js';
import { photograph, type TrueCamera } from './true-camera.js';

/** Surface that a photo sees at a flatter angle than this (75 degrees from its normal) does not count as seen. */
const MIN_FACING = Math.cos((75 * Math.PI) / 180);
/** Depths closer than this belong to one surface: what a sample spans on a surface at the flattest angle. */
const DEPTH_TOLERANCE = 0.012;

/**
 * Which vertices a photo sees: inside the picture, in front of all else, not at a grazing angle.
 *
 * @param raster of the object in the same photo, for what is hidden
 * @returns Uint8Array[vertices], 1 seen
 */
export function seenVertices(mesh: ObjectMesh, camera: TrueCamera, raster: Raster): Uint8Array {
  const supersampling = raster.width / camera.lens.width;
  const seen = new Uint8Array(mesh.positions.length / 3);
  const point = new Float64Array(3);
  for (let v = 0; v < seen.length; v++) {
    const [x, y, z] = [mesh.positions[v * 3]!, mesh.positions[v * 3 + 1]!, mesh.positions[v * 3 + 2]!];
    const [ex, ey, ez] = [camera.center[0] - x, camera.center[1] - y, camera.center[2] - z];
    const facing = ex * mesh.normals[v * 3]! + ey * mesh.normals[v * 3 + 1]! + ez * mesh.normals[v * 3 + 2]!;
    if (facing < MIN_FACING * Math.hypot(ex, ey, ez)) continue;
    photograph(camera, x, y, z, point);
    const [column, row] = [Math.floor(point[0]! * supersampling), Math.floor(point[1]! * supersampling)];
    if (point[2]! <= 0 || column < 0 || row < 0 || column >= raster.width || row >= raster.height) continue;
    const inverse = raster.inverseDepths[row * raster.width + column]!;
    if (inverse === 0 || 1 / inverse > point[2]! - DEPTH_TOLERANCE) seen[v] = 1;
  }
  return seen;
}

/** The triangles all of whose vertices at least `minPhotos` photos see. */
export function seenTriangles(mesh: ObjectMesh, seenBy: readonly Uint8Array[], minPhotos: number): Uint32Array {
  const counts = new Uint16Array(mesh.positions.length / 3);
  for (const seen of seenBy) for (let v = 0; v < counts.length; v++) counts[v]! += seen[v]!;
  const kept: number[] = [];
  for (let t = 0; t < mesh.indices.length; t += 3) {
    const corners = mesh.indices.subarray(t, t + 3);
    if (corners.every((corner) => counts[corner]! >= minPhotos)) kept.push(...corners);
  }
  return Uint32Array.from(kept);
}
