import type { TexturedMesh } from '../../../../src-shared/scene/mesh.js';
import { project } from '../../../geometry/camera-projection.js';
import { perspectiveShares } from '../../../geometry/perspective-shares.js';
import { emptyDepthBuffer, type ImageVertices, rasterize } from '../../../geometry/rasterize.js';
import { type RgbImage, sampleBilinear } from '../../../geometry/sample-bilinear.js';

/** A camera at the size of its rendering. */
export interface RenderCamera {
  readonly width: number;
  readonly height: number;
  /** Lens vector at this size (`geometry/camera-projection.ts`). */
  readonly lens: Float64Array;
  /** World to camera: row-major rotation (9), translation (3). */
  readonly camFromWorld: Float64Array;
}

export interface RenderedView {
  readonly width: number;
  readonly height: number;
  /** Uint8ClampedArray[h*w*3], mean of the covered rays of each pixel. */
  readonly rgb: Uint8ClampedArray;
  /** Uint8Array[h*w], number of rays that hit the mesh, of {@link RAYS} squared. */
  readonly hits: Uint8Array;
}

/** Rays per side of a pixel. */
export const RAYS = 2;

/**
 * Renders the mesh as the texture says, without light, both sides, through the real lens: vertices are distorted, so inside a
 * triangle lines stay straight.
 */
export function renderView(mesh: TexturedMesh, texture: RgbImage, camera: RenderCamera): RenderedView {
  const width = camera.width * RAYS;
  const height = camera.height * RAYS;
  const vertices = projectVertices(mesh.positions, camera);
  const target = emptyDepthBuffer(width, height);
  rasterize(target, vertices, mesh.indices);
  const sums = new Float32Array(camera.width * camera.height * 3);
  const hits = new Uint8Array(camera.width * camera.height);
  const shares = new Float64Array(3);
  const color = new Float64Array(3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const face = target.faces[y * width + x]!;
      if (face === -1) continue;
      perspectiveShares(vertices, mesh.indices, face * 3, x + 0.5, y + 0.5, shares);
      let u = 0;
      let v = 0;
      for (let k = 0; k < 3; k++) {
        u += shares[k]! * mesh.uvs[mesh.indices[face * 3 + k]! * 2]!;
        v += shares[k]! * mesh.uvs[mesh.indices[face * 3 + k]! * 2 + 1]!;
      }
      sampleBilinear(texture, u, v, color);
      const pixel = Math.floor(y / RAYS) * camera.width + Math.floor(x / RAYS);
      hits[pixel]!++;
      for (let c = 0; c < 3; c++) sums[pixel * 3 + c]! += color[c]!;
    }
  }
  const rgb = new Uint8ClampedArray(sums.length);
  for (let i = 0; i < sums.length; i++) {
    const count = hits[Math.floor(i / 3)]!;
    if (count > 0) rgb[i] = sums[i]! / count;
  }
  return { width: camera.width, height: camera.height, rgb, hits };
}

/** In rays: {@link RAYS} per pixel. */
function projectVertices(positions: Float32Array, { lens, camFromWorld: T }: RenderCamera): ImageVertices {
  const count = positions.length / 3;
  const pixels = new Float64Array(count * 2);
  const inverseDepths = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = positions[i * 3]!;
    const y = positions[i * 3 + 1]!;
    const z = positions[i * 3 + 2]!;
    const X = T[0]! * x + T[1]! * y + T[2]! * z + T[9]!;
    const Y = T[3]! * x + T[4]! * y + T[5]! * z + T[10]!;
    const Z = T[6]! * x + T[7]! * y + T[8]! * z + T[11]!;
    if (!project(lens, 0, X, Y, Z, pixels, i * 2)) continue;
    inverseDepths[i] = 1 / Z;
    pixels[i * 2]! *= RAYS;
    pixels[i * 2 + 1]! *= RAYS;
  }
  return { pixels, inverseDepths };
}
