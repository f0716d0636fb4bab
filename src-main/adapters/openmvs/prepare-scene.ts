import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { View } from '../../../src-shared/scene/view.js';
import { decodeMvsScene, encodeMvsScene, type MvsScene } from '../../formats/openmvs/mvs-scene.js';
import type { StageContext } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
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
  const images = found.images.map((image) => {
    return { ...image, name: fromNeighbour(image.name), maskName: fromNeighbour(image.maskName) };
  });
  const hasMasks = images.some(({ name }) => existsSync(join(folder.root, maskPathOf(name))));
  return { scene: { ...found, images }, hasMasks };
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
  return {
    scene: sceneOfViews(views, model, (view) => posix.join('..', folder.name, fileOf(view))),
    hasMasks: views.some((view) => existsSync(maskPathOf(pathOf(view)))),
  };
}

export const sceneBytes = ({ scene }: PreparedScene) => encodeMvsScene(scene);
