import sharp from 'sharp';
import type { TexturedMesh } from '../../../../src-shared/scene/mesh.js';
import { perspectiveShares } from '../../../geometry/perspective-shares.js';
import { type DepthBuffer, emptyDepthBuffer, type ImageVertices, rasterize } from '../../../geometry/rasterize.js';
import { type RgbImage, sampleBilinear } from '../../../geometry/sample-bilinear.js';
import { groundShadow } from './ground-shadow.js';
import { type PreviewCamera, previewCamera, previewVertices } from './preview-camera.js';
import { screenOcclusion } from './screen-occlusion.js';
import { studioLight } from './studio-light.js';

const SIZE_PX = 1024;
/** Rays per side of a pixel. */
const RAYS = 3;

/**
 * A picture of the model: three-quarter view from slightly above, soft studio light, contact shadow on a pale ground.
 *
 * @param mesh in GLB coordinates: +Y up, standing on y = 0, the front towards +Z
 * @returns PNG, 1024 x 1024
 */
export async function renderPreview(mesh: TexturedMesh, texture: RgbImage): Promise<Buffer> {
  const size = SIZE_PX * RAYS;
  const camera = previewCamera(mesh.positions, size);
  const vertices = previewVertices(mesh.positions, camera);
  const depth = emptyDepthBuffer(size, size);
  rasterize(depth, vertices, mesh.indices);
  const image = renderBackdrop(mesh, camera);
  const occlusion = screenOcclusion(centreRays(depth), SIZE_PX, SIZE_PX, camera.focal / RAYS);
  shadeModel(image, { mesh, texture, vertices, depth, occlusion });
  return sharp(reduce(image), { raw: { width: SIZE_PX, height: SIZE_PX, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

interface Scene {
  readonly mesh: TexturedMesh;
  readonly texture: RgbImage;
  readonly vertices: ImageVertices;
  readonly depth: DepthBuffer;
  /** Float32Array[SIZE_PX^2], 0 dark .. 1 open. */
  readonly occlusion: Float32Array;
}

/** The pixel of a ray. */
const toPixel = (ray: number) =>
  Math.floor(ray / (SIZE_PX * RAYS * RAYS)) * SIZE_PX + Math.floor((ray % (SIZE_PX * RAYS)) / RAYS);

/** Inverse depths of the middle ray of each pixel. */
function centreRays({ inverseDepths, width }: DepthBuffer): Float32Array {
  const middle = RAYS >> 1;
  return Float32Array.from({ length: SIZE_PX * SIZE_PX }, (_, pixel) => {
    const y = Math.floor(pixel / SIZE_PX) * RAYS + middle;
    return inverseDepths[y * width + (pixel % SIZE_PX) * RAYS + middle]!;
  });
}

/** Linear light: sRGB values to the power of 2.2, which is close enough for a picture. */
const GAMMA = 2.2;
const DISPLAY = Float32Array.from({ length: 256 }, (_, value) => (value / 255) ** GAMMA);

/** Pale ground and wall without an edge between them, lighter around the model, with its shadow. Linear RGB. */
function renderBackdrop(mesh: TexturedMesh, camera: PreviewCamera): Float32Array {
  const { size, focal, pitch, centre, distance } = camera;
  const shadow = groundShadow(mesh);
  const image = new Float32Array(size * size * 3);
  const sin = Math.sin(pitch);
  const cos = Math.cos(pitch);
  for (let y = 0; y < size; y++) {
    const down = (y + 0.5 - size / 2) / focal;
    for (let x = 0; x < size; x++) {
      const right = (x + 0.5 - size / 2) / focal;
      const radius = Math.hypot(x / size - 0.5, (y / size - 0.55) * 0.9);
      let light = 0.86 - 0.75 * radius * radius;
      // The ray right, -down, forward in the camera; the ground is where it reaches y = 0.
      const dy = -down * cos - sin;
      if (dy < -1e-3) {
        const t = (centre[1]! + distance * sin) / -dy;
        const ahead = t * (cos - down * sin) - distance * cos;
        const aside = t * right;
        light *= 1 - shadow.at(...camera.toGround(aside, ahead));
      }
      const at = (y * size + x) * 3;
      image[at] = light * 0.975;
      image[at + 1] = light * 0.985;
      image[at + 2] = light;
    }
  }
  return image;
}

function shadeModel(image: Float32Array, { mesh, texture, vertices, depth, occlusion }: Scene): void {
  const shares = new Float64Array(3);
  const color = new Float64Array(3);
  for (let i = 0; i < depth.faces.length; i++) {
    const face = depth.faces[i]!;
    if (face === -1) continue;
    const x = (i % depth.width) + 0.5;
    const y = Math.floor(i / depth.width) + 0.5;
    perspectiveShares(vertices, mesh.indices, face * 3, x, y, shares);
    let u = 0;
    let v = 0;
    let nx = 0;
    let ny = 0;
    let nz = 0;
    for (let k = 0; k < 3; k++) {
      const vertex = mesh.indices[face * 3 + k]!;
      u += shares[k]! * mesh.uvs[vertex * 2]!;
      v += shares[k]! * mesh.uvs[vertex * 2 + 1]!;
      nx += shares[k]! * mesh.normals[vertex * 3]!;
      ny += shares[k]! * mesh.normals[vertex * 3 + 1]!;
      nz += shares[k]! * mesh.normals[vertex * 3 + 2]!;
    }
    sampleBilinear(texture, u, v, color);
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
    const light = studioLight(nx / length, ny / length, nz / length) * (0.45 + 0.55 * occlusion[toPixel(i)]!);
    for (let c = 0; c < 3; c++) image[i * 3 + c] = light * DISPLAY[Math.round(color[c]!)]!;
  }
}

/** Averages the rays of each pixel in linear light and encodes for display, with a soft shoulder in the highlights. */
function reduce(image: Float32Array): Uint8ClampedArray {
  const width = SIZE_PX * RAYS;
  const result = new Uint8ClampedArray(SIZE_PX * SIZE_PX * 3);
  for (let y = 0; y < SIZE_PX; y++) {
    for (let x = 0; x < SIZE_PX; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let j = 0; j < RAYS; j++) {
          for (let i = 0; i < RAYS; i++) sum += image[((y * RAYS + j) * width + x * RAYS + i) * 3 + c]!;
        }
        result[(y * SIZE_PX + x) * 3 + c] = 255 * shoulder(sum / (RAYS * RAYS)) ** (1 / GAMMA);
      }
    }
  }
  return result;
}

const SHOULDER = 0.8;

/** Leaves values up to {@link SHOULDER} alone and bends brighter ones so that they approach 1. */
const shoulder = (value: number) =>
  value < SHOULDER ? value : 1 - (1 - SHOULDER) * Math.exp(-(value - SHOULDER) / (1 - SHOULDER));
