import type { ObjectMesh } from '../objects/extract-mesh.js';
import type { SceneObject } from '../objects/scene-object.js';
import { rayThrough, type TrueCamera } from '../true-camera.js';
import { type BakedLight, SUN } from './bake-light.js';
import { type Raster, rasterizeMesh } from './rasterize-mesh.js';
import { paintTable, roomLight, TABLE } from './surroundings.js';

/** What stands before the camera. Without an object the room is bare. */
export interface Scene {
  readonly object: SceneObject;
  readonly mesh: ObjectMesh;
  readonly light: BakedLight;
  readonly seed: number;
  readonly blank: boolean;
}

export interface Rendering {
  /** Float32Array[h*w*3], linear radiance, 1 = white in the sun. */
  readonly radiance: Float32Array;
  /** Uint8Array[h*w], 255 where half of the pixel and more is the object. */
  readonly mask: Uint8Array;
  readonly raster: Raster;
}

const SUN_COLOR = [3.2, 2.75, 2.1] as const;
const SKY_COLOR = [0.72, 0.78, 0.92] as const;
/** Light to radiance: white paper in the sun comes out just below white. */
const EXPOSURE = 0.5;
const BOUNCE_COLOR = [0.62, 0.47, 0.34] as const;

/** Renders one photo as the light that falls on the sensor. */
export function renderPhoto(scene: Scene, camera: TrueCamera, supersampling: number): Rendering {
  const { width, height } = camera.lens;
  const mesh = scene.blank ? NOTHING : scene.mesh;
  const raster = rasterizeMesh(mesh, camera, supersampling);
  const radiance = new Float32Array(width * height * 3);
  const mask = new Uint8Array(width * height);
  const shade = shader(scene, camera, raster);
  const sample = new Float64Array(4);
  const perPixel = supersampling ** 2;
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      let covered = 0;
      for (let s = 0; s < perPixel; s++) {
        const column = x * supersampling + (s % supersampling);
        const row = y * supersampling + Math.floor(s / supersampling);
        if (shade(column, row, (column + 0.5) / supersampling, (row + 0.5) / supersampling, sample)) covered++;
        for (let c = 0; c < 3; c++) radiance[pixel * 3 + c]! += sample[c]! / perPixel;
      }
      mask[pixel] = covered * 2 >= perPixel ? 255 : 0;
    }
  }
  return { radiance, mask, raster };
}

const NOTHING: ObjectMesh = {
  positions: new Float32Array(0),
  normals: new Float32Array(0),
  indices: new Uint32Array(0),
};

/** @returns a function that writes the light at a sample to out and says whether it is the object's */
function shader(scene: Scene, camera: TrueCamera, raster: Raster) {
  const { object, mesh, light, seed } = scene;
  const { center, forward } = camera;
  const ray = new Float64Array(3);
  const point = new Float64Array(8);
  return (column: number, row: number, u: number, v: number, out: Float64Array): boolean => {
    rayThrough(camera, u, v, ray);
    const sample = row * raster.width + column;
    const triangle = raster.triangles[sample]!;
    const depth = triangle > 0 ? 1 / raster.inverseDepths[sample]! : Number.POSITIVE_INFINITY;
    const table = scene.blank ? undefined : hitTable(center, ray);
    if (table !== undefined && table.t * (ray[0]! * forward[0] + ray[1]! * forward[1] + ray[2]! * forward[2]) < depth) {
      shadeTable(table, light, seed, out);
      return false;
    }
    if (triangle === 0) {
      roomLight(center, ray, seed, scene.blank, out);
      return false;
    }
    interpolate(mesh, light, raster, triangle - 1, column, row, point);
    const [x, y, z, nx, ny, nz, sun, open] = point as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    object.paint(x, y, z, out);
    light3(out, nx, ny, nz, sun, open, -ray[0]!, -ray[1]!, -ray[2]!);
    return true;
  };
}

interface TableHit {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  /** Point on the rim below the top, else on the top. */
  readonly rim: boolean;
}

function hitTable(center: readonly [number, number, number], ray: Float64Array): TableHit | undefined {
  const [dx, dy, dz] = [ray[0]!, ray[1]!, ray[2]!];
  const top = -center[2] / dz;
  if (top > 0) {
    const [x, y] = [center[0] + top * dx, center[1] + top * dy];
    if (x * x + y * y < TABLE.radius ** 2) return { t: top, x, y, rim: false };
  }
  const a = dx * dx + dy * dy;
  const b = center[0] * dx + center[1] * dy;
  const c = center[0] ** 2 + center[1] ** 2 - TABLE.radius ** 2;
  const root = b * b - a * c;
  if (root < 0) return undefined;
  const t = (-b - Math.sqrt(root)) / a;
  const z = center[2] + t * dz;
  if (t <= 0 || z > 0 || z < -TABLE.thickness) return undefined;
  return { t, x: center[0] + t * dx, y: center[1] + t * dy, rim: true };
}

function shadeTable({ x, y, rim }: TableHit, light: BakedLight, seed: number, out: Float64Array): void {
  paintTable(x, y, seed, out);
  const cells = light.tableCells;
  const at = (value: number) => Math.min(cells - 1.001, Math.max(0, ((value / TABLE.radius + 1) / 2) * cells - 0.5));
  const [column, row] = [at(x), at(y)];
  const [i, j] = [Math.floor(column), Math.floor(row)];
  const [fx, fy] = [column - i, row - j];
  const value = (channel: number) => {
    const cell = (di: number, dj: number) => light.onTable[((j + dj) * cells + i + di) * 2 + channel]!;
    return (cell(0, 0) * (1 - fx) + cell(1, 0) * fx) * (1 - fy) + (cell(0, 1) * (1 - fx) + cell(1, 1) * fx) * fy;
  };
  out[3] = 0;
  if (rim) light3(out, x / TABLE.radius, y / TABLE.radius, 0, 1, 0.8, 0, 0, 1);
  else light3(out, 0, 0, 1, value(0), value(1), 0, 0, 1);
}

/** Position, normal, sun and openness at a sample of a triangle, corrected for perspective. */
function interpolate(
  mesh: ObjectMesh,
  light: BakedLight,
  { projected }: Raster,
  triangle: number,
  x: number,
  y: number,
  out: Float64Array,
): void {
  const [a, b, c] = [mesh.indices[triangle * 3]!, mesh.indices[triangle * 3 + 1]!, mesh.indices[triangle * 3 + 2]!];
  const [ax, ay, bx, by] = [projected[a * 3]!, projected[a * 3 + 1]!, projected[b * 3]!, projected[b * 3 + 1]!];
  const [cx, cy] = [projected[c * 3]!, projected[c * 3 + 1]!];
  let wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * projected[a * 3 + 2]!;
  let wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * projected[b * 3 + 2]!;
  let wc = ((ax - x) * (by - y) - (ay - y) * (bx - x)) * projected[c * 3 + 2]!;
  const sum = wa + wb + wc;
  wa /= sum;
  wb /= sum;
  wc /= sum;
  for (let i = 0; i < 3; i++) {
    out[i] = wa * mesh.positions[a * 3 + i]! + wb * mesh.positions[b * 3 + i]! + wc * mesh.positions[c * 3 + i]!;
    out[3 + i] = wa * mesh.normals[a * 3 + i]! + wb * mesh.normals[b * 3 + i]! + wc * mesh.normals[c * 3 + i]!;
  }
  for (let i = 0; i < 2; i++) {
    out[6 + i] =
      wa * light.onVertices[a * 2 + i]! + wb * light.onVertices[b * 2 + i]! + wc * light.onVertices[c * 2 + i]!;
  }
}

/** Turns paint (r, g, b, gloss) in out into the light that goes towards the eye (ex, ey, ez; any length). */
function light3(
  out: Float64Array,
  nx: number,
  ny: number,
  nz: number,
  sun: number,
  open: number,
  ex: number,
  ey: number,
  ez: number,
): void {
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  const facing = Math.max(0, (nx * SUN[0] + ny * SUN[1] + nz * SUN[2]) / length) * sun;
  const up = 0.5 + (0.5 * nz) / length;
  const gloss = out[3]!;
  let shine = 0;
  if (gloss > 0 && sun > 0) {
    const eye = Math.sqrt(ex * ex + ey * ey + ez * ez);
    const hx = ex / eye + SUN[0];
    const hy = ey / eye + SUN[1];
    const hz = ez / eye + SUN[2];
    const cosine = (nx * hx + ny * hy + nz * hz) / (length * Math.sqrt(hx * hx + hy * hy + hz * hz));
    // Blinn-Phong: broad on leather, tighter on glaze.
    shine = gloss * 0.35 * Math.max(0, cosine) ** (18 + 60 * gloss) * sun;
  }
  for (let c = 0; c < 3; c++) {
    const ambient = (SKY_COLOR[c]! * up + BOUNCE_COLOR[c]! * (1 - up)) * open;
    out[c] = out[c]! * (SUN_COLOR[c]! * facing + ambient) * EXPOSURE + SUN_COLOR[c]! * shine * EXPOSURE;
  }
}
