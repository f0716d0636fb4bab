import type { Camera } from '../../../src-shared/scene/camera.js';
import type { RegisteredImage, SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { readArrays, writeArrays } from '../arrays/array-file.js';

type SparseModelArrays = {
  /** Row-major rotation (9) and translation (3) of each image. */
  readonly camFromWorld: Float64Array;
  readonly positions: Float64Array;
  readonly colors: Uint8Array;
  readonly errors: Float32Array;
  readonly trackOffsets: Uint32Array;
  readonly trackPhotoIds: Uint32Array;
  readonly trackFeatures: Uint32Array;
  readonly trackPixels: Float32Array;
};

interface SparseModelMeta {
  readonly cameras: readonly Camera[];
  readonly images: readonly { readonly photoId: number; readonly name: string; readonly cameraId: number }[];
}

/** Writes the model to one array file, exactly. @throws DISK_FULL, OUTPUT_NOT_WRITABLE */
export async function writeSparseModel(path: string, model: SparseModel): Promise<void> {
  const camFromWorld = new Float64Array(model.images.length * 12);
  model.images.forEach((image, index) => {
    camFromWorld.set(image.camFromWorld.R, index * 12);
    camFromWorld.set(image.camFromWorld.t, index * 12 + 9);
  });
  const cameras = model.cameras.map(({ cameraId, model, width, height, parameters }) => {
    return { cameraId, model, width, height, parameters };
  });
  const images = model.images.map(({ photoId, name, cameraId }) => ({ photoId, name, cameraId }));
  const { positions, colors, errors, trackOffsets, trackPhotoIds, trackFeatures, trackPixels } = model;
  await writeArrays(path, {
    meta: { cameras, images },
    arrays: {
      camFromWorld,
      positions,
      colors,
      errors,
      trackOffsets,
      trackPhotoIds,
      trackFeatures,
      trackPixels,
    } satisfies SparseModelArrays,
  });
}

/** Reads what {@link writeSparseModel} wrote. @throws INTERNAL when the file is damaged */
export async function readSparseModel(path: string): Promise<SparseModel> {
  const { meta, arrays } = await readArrays<SparseModelArrays>(path);
  const { cameras, images } = meta as unknown as SparseModelMeta;
  const { camFromWorld, ...points } = arrays;
  return {
    cameras,
    images: images.map((image, index): RegisteredImage => {
      const R = camFromWorld.slice(index * 12, index * 12 + 9);
      const t = camFromWorld.slice(index * 12 + 9, index * 12 + 12);
      return { ...image, camFromWorld: { R, t } };
    }),
    ...points,
  };
}
