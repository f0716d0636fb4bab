import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll } from 'vitest';
import { writeSparseModel } from '#main/formats/sparse-model/sparse-model-file.js';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { StageFolder } from '#main/workspace/stage-folder.js';

/** A sphere of radius 1 with a smooth pattern, photographed by a ring of cameras: everything about it is known exactly. */
export const PHOTO = { width: 320, height: 240, focal: 330 } as const;
export const BACKGROUND = [255, 0, 0] as const;

/** Colour of the sphere at a point of it, 0..255. No channel comes near pure red. */
export function paint(x: number, y: number, z: number): [number, number, number] {
  return [
    100 + 30 * Math.sin(5 * x + 1) + 15 * Math.cos(9 * y),
    130 + 40 * Math.sin(4 * y + 3 * z),
    140 + 35 * Math.cos(6 * z - 2 * x),
  ];
}

export interface SphereOptions {
  readonly views: number;
  /** Factor on the colours of each photo. */
  readonly exposures?: readonly number[];
  readonly withMasks?: boolean;
  /** Turns every camera about its axis by 90 degrees. */
  readonly isTurned?: boolean;
  /** Height of the cameras above the sphere's centre. */
  readonly elevation?: number;
}

/** World is y up here; cameras at distance 4 look at the centre. */
export function ringPose(index: number, { views, isTurned = false, elevation = 1 }: SphereOptions) {
  const angle = (2 * Math.PI * index) / views;
  const C = [4 * Math.sin(angle), elevation, 4 * Math.cos(angle)];
  const distance = Math.hypot(...C);
  const forward = C.map((value) => -value / distance);
  const right = [Math.cos(angle), 0, -Math.sin(angle)];
  const down = cross(forward, right);
  const rows = isTurned ? [down.map((v) => -v), right, forward] : [right, down, forward];
  const R = Float64Array.from(rows.flat());
  const t = Float64Array.from(rows, (row) => -row.reduce((sum, value, d) => sum + value * C[d]!, 0));
  return { R, t, C };
}

const cross = (a: readonly number[], b: readonly number[]) => [
  a[1]! * b[2]! - a[2]! * b[1]!,
  a[2]! * b[0]! - a[0]! * b[2]!,
  a[0]! * b[1]! - a[1]! * b[0]!,
];

/** An icosahedron, subdivided and blown up to the unit sphere: 20 * 4^levels triangles. */
export function icosphere(levels: number) {
  const g = (1 + Math.sqrt(5)) / 2;
  const vertices = [
    [-1, g, 0],
    [1, g, 0],
    [-1, -g, 0],
    [1, -g, 0],
    [0, -1, g],
    [0, 1, g],
    [0, -1, -g],
    [0, 1, -g],
    [g, 0, -1],
    [g, 0, 1],
    [-g, 0, -1],
    [-g, 0, 1],
  ].map((v) => unit(v));
  let faces = [
    [0, 11, 5],
    [0, 5, 1],
    [0, 1, 7],
    [0, 7, 10],
    [0, 10, 11],
    [1, 5, 9],
    [5, 11, 4],
    [11, 10, 2],
    [10, 7, 6],
    [7, 1, 8],
    [3, 9, 4],
    [3, 4, 2],
    [3, 2, 6],
    [3, 6, 8],
    [3, 8, 9],
    [4, 9, 5],
    [2, 4, 11],
    [6, 2, 10],
    [8, 6, 7],
    [9, 8, 1],
  ];
  for (let level = 0; level < levels; level++) {
    const middles = new Map<string, number>();
    const middle = (a: number, b: number) => {
      const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
      let index = middles.get(key);
      if (index === undefined) {
        index = vertices.length;
        middles.set(key, index);
        vertices.push(unit(vertices[a]!.map((value, d) => value + vertices[b]![d]!)));
      }
      return index;
    };
    faces = faces.flatMap(([a, b, c]) => {
      const [ab, bc, ca] = [middle(a!, b!), middle(b!, c!), middle(c!, a!)];
      return [
        [a!, ab, ca],
        [ab, b!, bc],
        [ca, bc, c!],
        [ab, bc, ca],
      ];
    });
  }
  return { positions: Float32Array.from(vertices.flat()), indices: Uint32Array.from(faces.flat()) };
}

const unit = (v: readonly number[]) => v.map((value) => value / Math.hypot(...v));

const workspaces: string[] = [];
afterAll(() => {
  for (const workspace of workspaces) rmSync(workspace, { recursive: true, force: true });
});

/** Renders the photos, writes the workspace and returns the stage's input; the workspace goes after the file's last test. */
export async function sphereCapture(options: SphereOptions, levels = 4) {
  const workspace = mkdtempSync(join(tmpdir(), 'atlas-sphere-'));
  workspaces.push(workspace);
  const input = new StageFolder(workspace, 'input');
  await input.writeArrays('mesh.bin', { meta: {}, arrays: icosphere(levels) });
  const poses = Array.from({ length: options.views }, (_, i) => ringPose(i, options));
  const photos = await Promise.all(
    poses.map(async (pose, i) => {
      const { rgb, mask } = renderSphere(pose, options.exposures?.[i] ?? 1);
      const raw = (channels: 1 | 3) => ({ raw: { width: PHOTO.width, height: PHOTO.height, channels } });
      await sharp(rgb, raw(3))
        .png()
        .toFile(join(workspace, `photo-${i}.png`));
      if (options.withMasks)
        await sharp(mask, raw(1))
          .png()
          .toFile(join(workspace, `mask-${i}.png`));
      return {
        photoId: i,
        name: `photo-${i}.png`,
        path: join(workspace, `photo-${i}.png`),
        sha256: '',
        width: PHOTO.width,
        height: PHOTO.height,
        cameraId: 1,
        sharpness: 1,
        ...(options.withMasks ? { maskPath: join(workspace, `mask-${i}.png`) } : {}),
      };
    }),
  );
  const { width, height, focal } = PHOTO;
  await writeSparseModel(input.path('model.bin'), {
    cameras: [{ cameraId: 1, model: 'SIMPLE_PINHOLE', width, height, parameters: [focal, width / 2, height / 2] }],
    images: poses.map(({ R, t }, i) => ({ photoId: i, name: `photo-${i}.png`, cameraId: 1, camFromWorld: { R, t } })),
    positions: new Float64Array(0),
    colors: new Uint8Array(0),
    errors: new Float32Array(0),
    trackOffsets: new Uint32Array(1),
    trackPhotoIds: new Uint32Array(0),
    trackFeatures: new Uint32Array(0),
    trackPixels: new Float32Array(0),
  });
  return { workspace, photos, model: 'input/model.bin', mesh: 'input/mesh.bin' };
}

/** 3 x 3 rays per pixel against the true sphere, with this file's own camera mathematics. */
function renderSphere({ R, C }: ReturnType<typeof ringPose>, exposure: number) {
  const rgb = new Uint8ClampedArray(PHOTO.width * PHOTO.height * 3);
  const mask = new Uint8Array(PHOTO.width * PHOTO.height);
  for (let y = 0; y < PHOTO.height; y++) {
    for (let x = 0; x < PHOTO.width; x++) {
      const sum = [0, 0, 0];
      let hits = 0;
      for (let ray = 0; ray < 9; ray++) {
        const a = (x + ((ray % 3) + 0.5) / 3 - PHOTO.width / 2) / PHOTO.focal;
        const b = (y + (Math.floor(ray / 3) + 0.5) / 3 - PHOTO.height / 2) / PHOTO.focal;
        const d = unit([0, 1, 2].map((k) => R[k]! * a + R[3 + k]! * b + R[6 + k]!));
        const along = -(d[0]! * C[0]! + d[1]! * C[1]! + d[2]! * C[2]!);
        const inside = along ** 2 - (C[0]! ** 2 + C[1]! ** 2 + C[2]! ** 2 - 1);
        const t = along - Math.sqrt(inside);
        const color =
          inside > 0
            ? paint(C[0]! + t * d[0]!, C[1]! + t * d[1]!, C[2]! + t * d[2]!).map((v) => v * exposure)
            : BACKGROUND;
        if (inside > 0) hits++;
        for (let c = 0; c < 3; c++) sum[c]! += color[c]! / 9;
      }
      rgb.set(sum, (y * PHOTO.width + x) * 3);
      mask[y * PHOTO.width + x] = hits >= 5 ? 255 : 0;
    }
  }
  return { rgb, mask };
}

/** A stage's context with a pool of its own; call `close` afterwards. */
export function stageContext(workspace: string, name: string, threads: number) {
  const kernels = new KernelPool(threads);
  const context = {
    signal: new AbortController().signal,
    progress() {},
    log: SILENT_LOG,
    preview() {},
    kernels,
    seed: 1,
    folder: new StageFolder(workspace, name),
  };
  return { context, close: () => kernels.close() };
}
