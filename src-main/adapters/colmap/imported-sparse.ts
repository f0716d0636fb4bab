import { basename } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { readColmapModel } from '../../formats/colmap/read-colmap-model.js';
import type { Stage } from '../../pipeline/stage.js';
import { keepSparse } from '../../stages/3-sfm/keep-sparse.js';
import type { SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import { modelOfPhotos } from '../photos/model-of-photos.js';

export interface ImportedSparseInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  /** Absolute path of a folder with a COLMAP model, text or binary. */
  readonly modelFolder: string;
}

export interface ImportedSparseOptions {
  /** A model of fewer photos is no result. */
  readonly minRegisteredPhotos: number;
}

/**
 * The sparse stage taken from a COLMAP model that someone else made: 1. read, 2. find each image's photo, 3. check the sizes,
 * 4. write with our photos' ids. World and scale stay the model's own.
 *
 * @throws MODEL_UNREADABLE; MODEL_NOT_OF_PHOTOS when names or sizes differ; SFM_TOO_FEW_REGISTERED
 */
export const importedSparse: Stage<ImportedSparseInput, ImportedSparseOptions, SparseOutput> = {
  id: 'mapping',
  revision: 1,
  defaults: { minRegisteredPhotos: 3 },
  async run({ photos, cameras, modelFolder }, { minRegisteredPhotos }, context) {
    const foreign = await readColmapModel(modelFolder);
    const photoOfName = photosByName(photos, foreign);
    // The model's cameras are numbered after those that import knows: they need not be the same.
    const firstId = Math.max(-1, ...cameras.map(({ cameraId }) => cameraId)) + 1;
    const model = modelOfPhotos(foreign, {
      photoOf: ({ name }) => photoOfName.get(name),
      cameraIdOf: ({ cameraId }) => firstId + cameraId,
    });
    checkModel(model, photos, minRegisteredPhotos);
    const registered = new Set(model.images.map(({ photoId }) => photoId));
    const unregistered = photos
      .filter(({ photoId }) => !registered.has(photoId))
      .map(({ name }) => ({ name, code: 'PHOTO_NOT_REGISTERED', reason: 'The given model does not have it.' }));
    return keepSparse(model, { photos, cameras }, unregistered, context);
  },
};

/** Ways to name a photo, strictest first: others convert photos and move them between folders. */
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => basename(name.replaceAll('\\', '/')),
  (name) =>
    basename(name.replaceAll('\\', '/'))
      .replace(/\.[^.]*$/, '')
      .toLowerCase(),
];

/** The photo of each image of the model, by the strictest spelling that fits one photo and one image alone. */
function photosByName(photos: readonly Photo[], model: SparseModel): ReadonlyMap<string, Photo> {
  const found = new Map<string, Photo>();
  const taken = new Set<Photo>();
  for (const spelling of SPELLINGS) {
    const images = grouped(
      model.images.map(({ name }) => name).filter((name) => !found.has(name)),
      spelling,
    );
    const candidates = grouped(
      photos.filter((photo) => !taken.has(photo)),
      ({ name }) => spelling(name),
    );
    for (const [key, [name, ...others]] of images) {
      const [photo, ...rivals] = candidates.get(key) ?? [];
      if (name === undefined || photo === undefined || others.length > 0 || rivals.length > 0) continue;
      found.set(name, photo);
      taken.add(photo);
    }
  }
  return found;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function checkModel(model: SparseModel, photos: readonly Photo[], minRegisteredPhotos: number): void {
  const { cameras, images, errors } = model;
  if (images.length === 0) throw new StudioError('MODEL_NOT_OF_PHOTOS');
  const cameraOf = new Map(cameras.map((camera) => [camera.cameraId, camera]));
  const photoOf = new Map(photos.map((photo) => [photo.photoId, photo]));
  const misfits = images.filter(({ photoId, cameraId }) => {
    const [photo, camera] = [photoOf.get(photoId), cameraOf.get(cameraId)];
    return photo?.width !== camera?.width || photo?.height !== camera?.height;
  });
  if (misfits.length > 0) {
    throw new StudioError('MODEL_NOT_OF_PHOTOS', {
      message: 'The sparse model was made from photos of another size, or turned another way.',
      details: { photos: misfits.map(({ name }) => name) },
    });
  }
  if (errors.length === 0) {
    throw new StudioError('MODEL_UNREADABLE', {
      message: 'The sparse model has no points that two of the photos see.',
      hint: 'Give a model with points: depth is searched for around them.',
    });
  }
  if (images.length < minRegisteredPhotos) {
    throw new StudioError('SFM_TOO_FEW_REGISTERED', {
      message: `The sparse model has only ${images.length} of the ${photos.length} photos.`,
      details: { registered: images.length, photos: photos.length },
    });
  }
}
