import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { View } from '../../../src-shared/scene/view.js';
import { decodeMvsScene, encodeMvsScene, type MvsScene } from '../../formats/openmvs/mvs-scene.js';
import type { StageContext } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import type { OpenMvsProgram } from './openmvs-program.js';
import { sceneOfViews } from './scene-of-views.js';
import { maskPathOf, type WriteViewInput } from './write-view-task.js';

/** A scene whose images are named relative to a stage's folder, whichever: `../views/undistorted/1.jpg`. */
export interface PreparedScene {
  readonly scene: MvsScene;
  readonly hasMasks: boolean;
}

/** Takes a scene that another program made in an earlier stage's folder, where its images lie. */
export async function takeScene(path: WorkspacePath, { folder }: StageContext): Promise<PreparedScene> {
  const found = decodeMvsScene(await readFile(folder.resolve(path)));
  const stage = posix.dirname(path);
  const fromNeighbour = (name: string) => (name === '' ? '' : posix.join('..', stage, name.replaceAll('\\', '/')));
  const images = found.images.map((image) => ({ ...image, name: fromNeighbour(image.name) }));
  return withMasks({ ...found, images }, folder.root);
}

/** Writes our own undistorted views as images of this stage, those that are not there yet, with a scene. */
export async function makeScene(
  views: readonly View[],
  model: SparseModel,
  { folder, kernels, signal }: StageContext,
  onPhoto: (fraction: number) => void,
): Promise<PreparedScene> {
  const fileOf = (view: View) => `images/${String(view.photoId + 1).padStart(6, '0')}.png`;
  const pathOf = (view: View) => join(folder.root, fileOf(view));
  await mkdir(dirname(pathOf(views[0]!)), { recursive: true });
  const inputs = views
    .filter((view) => !existsSync(pathOf(view)))
    .map((view): WriteViewInput => {
      const { width, height, file } = view;
      return { viewPath: folder.resolve(file), width, height, imagePath: pathOf(view) };
    });
  const task = new URL('./write-view-task.js', import.meta.url);
  await kernels.map<WriteViewInput, boolean>(task, inputs, signal, (done) => onPhoto(done / inputs.length));
  return withMasks(
    sceneOfViews(views, model, (view) => posix.join('..', folder.name, fileOf(view))),
    folder.root,
  );
}

/**
 * Names the mask beside each image that has one: versions 2.0 and 2.1 look nowhere else (`DepthEstimator::ImportIgnoreMask` in
 * libs/MVS/DepthMap.cpp; since 2.2.0 beside the image too).
 */
function withMasks(scene: MvsScene, folder: string): PreparedScene {
  const images = scene.images.map((image) => {
    const mask = maskPathOf(image.name);
    return { ...image, maskName: existsSync(join(folder, mask)) ? mask : '' };
  });
  return { scene: { ...scene, images }, hasMasks: images.some(({ maskName }) => maskName !== '') };
}

/** The first version of scenes with names of masks, which OpenMVS reads since 1.1; and the newest that OpenMVS 1.0 reads. */
const WITH_MASKS = 5;
const WITHOUT_MASKS = 3;

/**
 * A scene as an installed version reads it: each refuses scenes later than its own (`MVSI_PROJECT_VER` in libs/MVS/Interface.h: 3 in
 * v1.0, 5 in v1.1.1, 6 in v2.0 to v2.2.0, 7 in v2.3.0), and OpenMVG 2.1 writes version 6.
 */
export function sceneBytes(scene: MvsScene, { knowsMasks }: OpenMvsProgram): Uint8Array {
  return encodeMvsScene({ ...scene, version: knowsMasks ? WITH_MASKS : WITHOUT_MASKS });
}
