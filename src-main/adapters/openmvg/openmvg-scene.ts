import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { Stage } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import { photoIdOf, preparePhotos } from '../photos/prepare-photos.js';
import { containerPathOf } from '../tools/container-paths.js';
import { runTool } from '../tools/run-tool.js';
import { openMvgCommand } from './openmvg-commands.js';
import type { OpenMvgProgram } from './openmvg-program.js';
import { openMvgNews } from './openmvg-progress.js';
import { sfmDataText } from './sfm-data.js';
import { sfmDataOfModel } from './sfm-data-model.js';

export interface OpenMvgSceneInput {
  readonly photos: readonly Photo[];
  /** Sparse model file. */
  readonly model: WorkspacePath;
  readonly openmvg: OpenMvgProgram;
}

export interface OpenMvgSceneOutput {
  /** Scene of OpenMVS; its images lie in the same folder, named relative to it. */
  readonly scene: WorkspacePath;
  readonly report: { readonly views: number };
}

/** Shares of the stage's time, about, at which its steps end. */
const PREPARED = 0.3;

/**
 * Undistorted images and masks with a scene for OpenMVS, made by OpenMVG: 1. upright photos and masks, 2. the sparse model as
 * sfm_data.json, 3. openMVG2openMVS.
 *
 * @throws TOOL_NOT_CAPABLE, TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const openMvgScene: Stage<OpenMvgSceneInput, object, OpenMvgSceneOutput> = {
  id: 'views',
  revision: 1,
  defaults: {},
  async run({ photos, model: modelPath, openmvg }, _, context) {
    const { folder, kernels, signal, log } = context;
    const model = await readSparseModel(folder.resolve(modelPath));
    const images = join(folder.root, 'images');
    const registered = new Set(model.images.map(({ photoId }) => photoId));
    const maskPathOf = (name: string) => join(images, `${name.replace(/\.\w+$/, '')}_mask.png`);
    const used = photos.filter(({ photoId }) => registered.has(photoId));
    const names = await preparePhotos(used, { images, maskPathOf }, context, (share) =>
      context.progress(PREPARED * share, 'Preparing photos'),
    );
    const nameOf = new Map(names.map((name) => [photoIdOf(name), name]));

    const command = openMvgCommand('openMVG2openMVS', folder.root, {
      i: { path: folder.path('sfm_data.json') },
      o: { path: folder.path('scene.mvs') },
      d: { path: join(folder.root, 'undistorted') },
      n: kernels.threads,
    });
    const isContained = openmvg.place.kind === 'container';
    const rootPath = isContained ? containerPathOf(images, command.folders) : images;
    const scene = sfmDataOfModel(model, rootPath, ({ photoId }) => nameOf.get(photoId) ?? '');
    await writeFile(folder.path('sfm_data.json'), sfmDataText(scene));
    log.info('tool-started', { program: command.program, version: openmvg.version });
    await runTool(command, openmvg.place, {
      signal,
      onLine: (line) => {
        log.debug('tool-line', { program: command.program, line });
        const news = openMvgNews(line);
        if (news?.kind !== 'pass' || !news.pass.startsWith('undistort')) return;
        context.progress(PREPARED + (1 - PREPARED) * news.fraction, 'Undistorting photos (OpenMVG)');
      },
    });
    if (!folder.has('scene.mvs')) {
      throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVG wrote no scene for OpenMVS.' });
    }
    await rm(images, { recursive: true, force: true });
    await rm(folder.path('sfm_data.json'), { force: true });
    return { scene: folder.ref('scene.mvs'), report: { views: model.images.length } };
  },
};
