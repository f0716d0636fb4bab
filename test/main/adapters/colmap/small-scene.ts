import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeBinaryModel } from '#main/formats/colmap/write-binary-model.js';
import { writeSparseModel } from '#main/formats/sparse-model/sparse-model-file.js';
import { Random } from '#main/geometry/random.js';
import type { StageFolder } from '#main/workspace/stage-folder.js';
import type { CameraPrior } from '#shared/scene/camera.js';
import type { Photo } from '#shared/scene/photo.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';
import type { View } from '#shared/scene/view.js';

const [WIDTH, HEIGHT, FOCAL] = [64, 48, 60];
const CAMERAS = 4;
const POINTS = 40;

export interface SmallScene {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  /** Folder of the true model as COLMAP would write it, with the names that the adapter gives. */
  readonly colmapModel: string;
  /** The same for the dense stage. */
  readonly model: string;
  readonly views: readonly View[];
  /** Points that no mask shuts out. */
  readonly unmaskedPoints: number;
}

/** Four plain photos in a row before a cloud of points that all of them see. Masks are black in the leftmost columns. */
export async function smallScene(workspace: string, folder: StageFolder): Promise<SmallScene> {
  await mkdir(join(workspace, 'given'), { recursive: true });
  await mkdir(folder.root, { recursive: true });
  const maskPath = join(workspace, 'given/mask.png');
  const mask = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH < 16 ? 0 : 255));
  await sharp(mask, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .png()
    .toFile(maskPath);
  const photos: Photo[] = [];
  for (let photoId = 0; photoId < CAMERAS; photoId++) {
    const path = join(workspace, 'given', `${photoId}.png`);
    const background = { r: 40 * photoId, g: 90, b: 120 };
    await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background } })
      .png()
      .toFile(path);
    const size = { width: WIDTH, height: HEIGHT, cameraId: 0 };
    photos.push({ photoId, name: `${photoId}.png`, path, sha256: `${photoId}`, ...size, maskPath, sharpness: 1 });
  }
  const { model, unmaskedPoints } = trueModel();
  const named = model.images.map((image) => ({ ...image, name: `00000${image.photoId + 1}.png` }));
  const colmapModel = join(workspace, 'given/model');
  await writeBinaryModel(colmapModel, { ...model, images: named });
  await writeSparseModel(folder.path('true.bin'), model);
  const views: View[] = [];
  for (const { photoId, camFromWorld } of model.images) {
    const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
    const file = await folder.writeArrays(`view-${photoId}.bin`, { meta: {}, arrays: { rgb, mask } });
    const lens = { width: WIDTH, height: HEIGHT, fx: FOCAL, fy: FOCAL, cx: WIDTH / 2, cy: HEIGHT / 2 };
    views.push({ photoId, ...lens, camFromWorld, file, sources: [], depthMin: 1, depthMax: 10 });
  }
  const cameras: CameraPrior[] = [{ ...model.cameras[0]!, model: 'RADIAL', focalSource: 'exif-35mm' }];
  return { photos, cameras, colmapModel, model: folder.ref('true.bin'), views, unmaskedPoints };
}

function trueModel(): { model: SparseModel; unmaskedPoints: number } {
  const random = new Random(11);
  const images = Array.from({ length: CAMERAS }, (_, photoId) => ({
    photoId,
    name: `${photoId}.png`,
    cameraId: 0,
    camFromWorld: { R: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), t: Float64Array.of(-0.3 * photoId, 0, 0) },
  }));
  const positions: number[] = [];
  const trackPixels: number[] = [];
  let unmaskedPoints = 0;
  while (positions.length < POINTS * 3) {
    const X = [2 * random.uniform() - 0.6, random.uniform() - 0.5, 4 + random.uniform()] as const;
    const pixels = images.map(({ camFromWorld: { t } }) => [
      (FOCAL * (X[0] + t[0]!)) / X[2] + WIDTH / 2,
      (FOCAL * X[1]) / X[2] + HEIGHT / 2,
    ]);
    if (pixels.some(([u]) => u! < 1 || u! > WIDTH - 1)) continue;
    positions.push(...X);
    trackPixels.push(...pixels.flat());
    if (pixels.every(([u]) => u! >= 16)) unmaskedPoints++;
  }
  const parameters = [FOCAL, WIDTH / 2, HEIGHT / 2, 0, 0];
  const model: SparseModel = {
    cameras: [{ cameraId: 0, model: 'RADIAL', width: WIDTH, height: HEIGHT, parameters }],
    images,
    positions: Float64Array.from(positions),
    colors: new Uint8Array(positions.length).fill(100),
    errors: new Float32Array(POINTS).fill(0.5),
    trackOffsets: Uint32Array.from({ length: POINTS + 1 }, (_, i) => i * CAMERAS),
    trackPhotoIds: Uint32Array.from({ length: POINTS * CAMERAS }, (_, i) => i % CAMERAS),
    trackFeatures: Uint32Array.from({ length: POINTS * CAMERAS }, (_, i) => Math.floor(i / CAMERAS)),
    trackPixels: Float32Array.from(trackPixels),
  };
  return { model, unmaskedPoints };
}
