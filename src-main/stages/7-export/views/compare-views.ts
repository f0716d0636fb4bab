import type { TexturedMesh } from '../../../../src-shared/scene/mesh.js';
import type { Photo } from '../../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../../src-shared/scene/sparse-model.js';
import { lensFromParameters } from '../../../geometry/camera-projection.js';
import type { RgbImage } from '../../../geometry/sample-bilinear.js';
import type { StageContext } from '../../../pipeline/stage.js';
import type { CompareInput, ViewComparison } from './compare-view-task.js';

export interface CompareViewsOptions {
  /** Longer side of the compared images. */
  readonly comparedSizePx: number;
  /** With more photos than this an even sample of them is compared. */
  readonly maxComparedViews: number;
  /** Photos that are also shown beside their rendering. */
  readonly pairCount: number;
}

/** Compares the model with the photos, in the order of the model's images. All arrays are in shared memory. */
export async function compareViews(
  source: {
    readonly photos: readonly Photo[];
    readonly model: SparseModel;
    readonly mesh: TexturedMesh;
    readonly texture: RgbImage;
  },
  options: CompareViewsOptions,
  context: StageContext,
  onProgress: (share: number) => void,
): Promise<ViewComparison[]> {
  const { photos, model, mesh, texture } = source;
  const chosen = evenSample(model.images, options.maxComparedViews);
  const shown = new Set(evenSample(chosen, options.pairCount));
  const cameras = new Map(model.cameras.map((camera) => [camera.cameraId, camera]));
  const photosById = new Map(photos.map((photo) => [photo.photoId, photo]));
  const inputs = chosen.map((image): CompareInput => {
    const { path, name, width, height, maskPath } = photosById.get(image.photoId)!;
    const camera = cameras.get(image.cameraId)!;
    const scale = Math.min(1, options.comparedSizePx / Math.max(width, height));
    const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    const lens = lensFromParameters(camera.model, camera.parameters);
    for (const i of [0, 2]) lens[i]! *= size.width / camera.width;
    for (const i of [1, 3]) lens[i]! *= size.height / camera.height;
    const camFromWorld = new Float64Array(12);
    camFromWorld.set(image.camFromWorld.R);
    camFromWorld.set(image.camFromWorld.t, 9);
    return {
      photoId: image.photoId,
      photo: { path, name, width, height, ...(maskPath === undefined ? {} : { maskPath }) },
      camera: { ...size, lens, camFromWorld },
      mesh,
      texture,
      wantsPair: shown.has(image),
    };
  });
  const task = new URL('./compare-view-task.js', import.meta.url);
  return context.kernels.map<CompareInput, ViewComparison>(task, inputs, context.signal, (done) => {
    onProgress(done / inputs.length);
  });
}

/** At most `count` of the items, spread evenly, in their order. */
function evenSample<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!);
}
