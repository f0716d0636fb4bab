import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Random } from '#main/geometry/random.js';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { CAPTURE_DEFAULTS, type CaptureOptions } from './capture-options.js';
import { extractMesh, type ObjectMesh } from './objects/extract-mesh.js';
import { makeObject } from './objects/make-object.js';
import { planCameras } from './plan-cameras.js';
import { bakeLight } from './render/bake-light.js';
import type { RenderPhotoInput, RenderPhotoOutput } from './render-photo-task.js';
import { seenTriangles } from './seen-surface.js';
import { tableMesh } from './table-mesh.js';
import { writePly, writeTrueCameras } from './write-truth.js';

const RENDER_TASK = new URL('./render-photo-task.js', import.meta.url);
/** Photos that must see a surface for it to count as seen: what stereo needs to confirm a point. */
const MIN_PHOTOS_SEEN = 3;
/** Edge of the mesh's cells in pixels of the photos, about: fine enough that shading looks smooth. */
const CELL_PX = 2.6;

/** How a capture is made besides its content. */
export interface CaptureRun {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onPhoto?: (done: number, of: number) => void;
  /** Where the photos go instead of `images`; names begin with this. For sets that are put together of several captures. */
  readonly namePrefix?: string;
}

export interface Capture {
  /** Absolute paths. */
  readonly images: string;
  readonly masks: string;
  readonly truth: string;
  readonly photoNames: readonly string[];
}

/**
 * Makes a set of photos and its truth: 1. the object's mesh, 2. shadows, 3. the photographer's walk, 4. each photo on a worker,
 * 5. true cameras and the surface that the photos see. See README.md for the files.
 *
 * @param folder is made where it is missing; files in it are replaced
 */
export async function makeCapture(
  folder: string,
  changes: Partial<CaptureOptions> = {},
  run: CaptureRun = {},
): Promise<Capture> {
  const options = { ...CAPTURE_DEFAULTS, ...changes };
  const [images, masks, truth] = ['images', 'masks', 'gt'].map((name) => resolve(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [images, masks, truth]) await mkdir(path, { recursive: true });

  const object = makeObject(options.object, options.seed);
  const cameras = planCameras(options);
  const longSide = Math.max(...cameras.map(({ lens }) => Math.max(lens.width, lens.height)));
  const mesh = extractMesh(object, Math.max(0.005, (2.5 / longSide) * CELL_PX));
  const light = bakeLight(object, mesh);
  const scene = {
    mesh: { positions: shared(mesh.positions), normals: shared(mesh.normals), indices: shared(mesh.indices) },
    light: { ...light, onVertices: shared(light.onVertices), onTable: shared(light.onTable) },
  };

  const stems = cameras.map((_, index) => `${run.namePrefix ?? 'photo-'}${String(index + 1).padStart(3, '0')}`);
  const random = new Random(options.seed, 2);
  const inputs = cameras.map((camera, index): RenderPhotoInput => {
    const exposure = 2 ** (options.exposureJitterStops * random.gaussian());
    const warmth = 1 + 0.012 * random.gaussian();
    const gain = [exposure * warmth, exposure, exposure / warmth] as const;
    const [photoPath, maskPath] = [join(images, `${stems[index]}.jpg`), join(masks, `${stems[index]}.png`)];
    return { index, camera, options, scene, gain, photoPath, maskPath };
  });
  const pool = new KernelPool(run.threads);
  const signal = run.signal ?? new AbortController().signal;
  let seen: RenderPhotoOutput[];
  try {
    seen = await pool.map<RenderPhotoInput, RenderPhotoOutput>(RENDER_TASK, inputs, signal, (done) =>
      run.onPhoto?.(done, inputs.length),
    );
  } finally {
    await pool.close();
  }
  const photoNames = stems.map((stem) => `${stem}.jpg`);
  await writeTrueCameras(truth, photoNames, cameras);
  await writeTrueSurface(truth, mesh, seen);
  return { images, masks, truth, photoNames };
}

async function writeTrueSurface(folder: string, mesh: ObjectMesh, seen: readonly RenderPhotoOutput[]): Promise<void> {
  const table = tableMesh();
  const seenOf = (surface: ObjectMesh, by: readonly Uint8Array[]) => ({
    positions: surface.positions,
    indices: seenTriangles(surface, by, Math.min(MIN_PHOTOS_SEEN, seen.length)),
  });
  const seenObject = seenOf(
    mesh,
    seen.map(({ object }) => object),
  );
  const seenTable = seenOf(
    table,
    seen.map((photo) => photo.table),
  );
  await writePly(join(folder, 'mesh.ply'), [mesh]);
  await writePly(join(folder, 'mesh-seen.ply'), [seenObject]);
  await writePly(join(folder, 'scene.ply'), [mesh, table]);
  await writePly(join(folder, 'scene-seen.ply'), [seenObject, seenTable]);
}

/** A copy in memory that all workers see. */
function shared<T extends Float32Array | Uint32Array>(array: T): T {
  const buffer = new SharedArrayBuffer(array.byteLength);
  const copy = array instanceof Float32Array ? new Float32Array(buffer) : new Uint32Array(buffer);
  copy.set(array);
  return copy as T;
}
