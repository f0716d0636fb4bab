import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { QUALITY_TIERS } from '../../../src-shared/pipeline/quality-tiers.js';
import type { Warning } from '../../../src-shared/scene/photo.js';
import type { View } from '../../../src-shared/scene/view.js';
import { limitedSize } from '../../formats/image/decode-photo.js';
import type { MvsScene } from '../../formats/openmvs/mvs-scene.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { Stage } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import { maskImages } from './mask-images.js';
import { densify } from './openmvs-commands.js';
import { requirePly } from './openmvs-points.js';
import type { OpenMvsProgram } from './openmvs-program.js';
import { makeScene, sceneBytes, takeScene } from './prepare-scene.js';
import { openMvsSetup, runOpenMvs, tidyUp } from './run-openmvs.js';

export interface OpenMvsDensifyInput {
  readonly openmvs: OpenMvsProgram;
  /** Sparse model file. */
  readonly model: WorkspacePath;
  /** A scene with undistorted images that another program made; or else our own undistorted views. */
  readonly scene?: WorkspacePath;
  readonly views?: readonly View[];
}

export interface OpenMvsDensifyOptions {
  /** Depth is computed of images reduced to at most so many pixels. */
  readonly maxPixels: number;
}

export interface OpenMvsDensifyOutput {
  /** Scene of OpenMVS with undistorted images, and the one with the dense points. */
  readonly scene: WorkspacePath;
  readonly denseScene: WorkspacePath;
  /** PLY with the views of each point. */
  readonly points: WorkspacePath;
  readonly hasMasks: boolean;
  readonly report: { readonly views: number; readonly maxResolutionPx: number };
  readonly warnings: readonly Warning[];
}

/** Shares of the stage's time, about, at which its steps end; and what they are called in the program's output. */
const PREPARED = 0.05;
const STEPS: readonly { readonly name: string; readonly end: number; readonly note: string }[] = [
  { name: 'estimated depth-maps', end: 0.65, note: 'Computing depth maps (OpenMVS)' },
  { name: 'geometric-consistent estimated depth-maps', end: 0.9, note: 'Comparing depth maps (OpenMVS)' },
  { name: 'filtered depth-maps', end: 0.95, note: 'Filtering depth maps (OpenMVS)' },
  { name: 'fused depth-maps', end: 1, note: 'Fusing depth maps (OpenMVS)' },
];

/**
 * Dense points by OpenMVS: 1. its scene, with undistorted images and masks, 2. for version 1, which knows no masks, images that are
 * black outside of them, 3. DensifyPointCloud. An interrupted run goes on at the depth map.
 *
 * @throws MVS_NO_DEPTH; TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const openMvsDensify: Stage<OpenMvsDensifyInput, OpenMvsDensifyOptions, OpenMvsDensifyOutput> = {
  id: 'depth',
  revision: 2,
  defaults: { maxPixels: QUALITY_TIERS.standard.depthMaxPixels },
  async run({ openmvs, model, scene, views = [] }, { maxPixels }, context) {
    const { folder, log } = context;
    if (scene === undefined && views.length === 0) throw new StudioError('MVS_NO_DEPTH');
    const prepared =
      scene === undefined
        ? await makeScene(views, await readSparseModel(folder.resolve(model)), context, (share) =>
            context.progress(PREPARED * share, 'Writing photos for OpenMVS'),
          )
        : await takeScene(scene, context);
    const { scene: ownScene, hasMasks } = prepared;
    await folder.write('scene.mvs', sceneBytes(ownScene, openmvs));
    const isToMask = hasMasks && !openmvs.knowsMasks;
    if (isToMask) {
      const masked = await maskImages(ownScene, context, () => {});
      await folder.write('masked.mvs', sceneBytes(masked, openmvs));
    }
    const maxResolutionPx = resolutionOf(ownScene, maxPixels);

    const setup = openMvsSetup(openmvs, context);
    const name = isToMask ? 'masked.mvs' : 'scene.mvs';
    const command = densify(setup, folder.path(name), { maxResolutionPx, hasMasks });
    const seen = new Map<string, number>();
    await runOpenMvs(command, setup, context, 'dense.mvs', ({ step, fraction }) => {
      const index = STEPS.findIndex(({ name }) => name === step);
      if (index < 0) return;
      const { end, note } = STEPS[index]!;
      const start = index === 0 ? PREPARED : STEPS[index - 1]!.end;
      // Passes of one step follow each other: the bar stays where the one before ended.
      seen.set(step, Math.max(seen.get(step) ?? 0, fraction));
      context.progress(start + (end - start) * seen.get(step)!, note);
    });
    // Where no two depth maps agree it writes a scene without points.
    if (!folder.has('dense.ply')) throw new StudioError('MVS_NO_DEPTH');
    await requirePly(folder.path('dense.ply'));
    await tidyUp(folder.root, /\.dmap$/);
    const report = { views: ownScene.images.length, maxResolutionPx };
    log.info('openmvs-densify', report);
    return {
      ...{ scene: folder.ref('scene.mvs'), denseScene: folder.ref('dense.mvs'), points: folder.ref('dense.ply') },
      ...{ hasMasks, report, warnings: [] },
    };
  },
};

/** Longer side of the images in pixels, when each is reduced to so many pixels. */
function resolutionOf({ platforms }: MvsScene, maxPixels: number): number {
  const sides = platforms.flatMap(({ cameras }) =>
    cameras.map((camera) => {
      const { width, height } = limitedSize(camera, { maxPixels });
      return Math.max(width, height);
    }),
  );
  return Math.max(...sides);
}
