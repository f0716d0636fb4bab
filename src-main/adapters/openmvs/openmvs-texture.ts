import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { QUALITY_TIERS } from '../../../src-shared/pipeline/quality-tiers.js';
import type { Warning } from '../../../src-shared/scene/photo.js';
import { decodeMvsScene, encodeMvsScene } from '../../formats/openmvs/mvs-scene.js';
import type { ReadPly } from '../../formats/ply/read-ply.js';
import { encodePly } from '../../formats/ply/write-ply.js';
import type { RgbImage } from '../../geometry/sample-bilinear.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import { type PaintedMesh, type TransferOptions, transferTexture } from '../../stages/6-texture/transfer-texture.js';
import type { TextureFigures, TextureFiles } from '../../stages/6-texture/write-texture.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import { maskImages } from './mask-images.js';
import { textureMesh } from './openmvs-commands.js';
import { readOpenMvsPly } from './openmvs-points.js';
import type { OpenMvsProgram } from './openmvs-program.js';
import { openMvsSetup, runOpenMvs, tidyUp } from './run-openmvs.js';

export interface OpenMvsTextureInput {
  readonly openmvs: OpenMvsProgram;
  /** Scene of OpenMVS with undistorted images. */
  readonly scene: WorkspacePath;
  readonly hasMasks: boolean;
  /** Mesh file (`Mesh`): what is painted. */
  readonly mesh: WorkspacePath;
  /** Mesh file before it was simplified: what the normal map shows. */
  readonly denseMesh?: WorkspacePath;
}

export interface OpenMvsTextureOutput extends TextureFiles {
  readonly report: TextureFigures;
  readonly warnings: readonly Warning[];
}

/** Shares of the stage's time, about, at which its steps end. */
const PROGRESS = { masked: 0.1, painted: 0.7 } as const;

/**
 * The texture by OpenMVS: 1. images without what masks exclude, 2. TextureMesh on the mesh as it will be, 3. its atlas brought to
 * one texture of the size asked for (`transferTexture`), where it leaves unseen faces in one colour and may split it in several.
 *
 * @throws TEXTURE_NO_VIEW, TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const openMvsTexture: Stage<OpenMvsTextureInput, TransferOptions, OpenMvsTextureOutput> = {
  id: 'texture',
  revision: 1,
  defaults: { textureSizePx: QUALITY_TIERS.standard.textureSizePx, paddingPx: 4, bakeNormalMap: false },
  async run({ openmvs, scene, hasMasks, mesh, denseMesh }, options, context) {
    const { folder, log } = context;
    const setup = openMvsSetup(openmvs, context);
    const source = (await folder.readArrays<MeshArrays>(mesh)).arrays;
    await folder.write('mesh.ply', encodePly(source));
    const paintedScene =
      hasMasks && canMask(openmvs) ? await sceneWithoutMasked(scene, context) : folder.resolve(scene);
    const command = textureMesh(setup, paintedScene, folder.path('mesh.ply'));
    const path = await runOpenMvs(command, setup, context, 'textured.ply', ({ fraction }) => {
      const { masked, painted } = PROGRESS;
      context.progress(masked + (painted - masked) * fraction, 'Painting the texture (OpenMVS)');
    });
    context.progress(PROGRESS.painted, 'Laying out the texture');
    const painted = await readPainted(path, await readOpenMvsPly(path));
    const result = await transferTexture(source, painted, denseMesh, options, context);
    await tidyUp(folder.root, /^(mesh|textured)\d*\.(ply|mvs|png|jpg)$|^textured_?\d+\.|^masked-|^scene\.mvs$/);
    await tidyUp(dirname(paintedScene));
    log.info('openmvs-texture', { ...result.report, atlases: painted.textures.length });
    return { ...result, warnings: [] };
  },
};

type MeshArrays = { readonly positions: Float32Array; readonly indices: Uint32Array };

/** Older ones paint what is outside too: the mesh has little there to paint. */
const canMask = ({ options }: OpenMvsProgram) => options.TextureMesh.includes('ignore-mask-label');

/**
 * Versions 2.2 and 2.3 take a label of masks to ignore and then use none (`ListCameraFaces` in libs/MVS/SceneTexture.cpp reads
 * another variable); but they leave out the black borders of undistorted images. So what is outside the masks is made such a border.
 *
 * @returns absolute path of the scene with these images
 */
async function sceneWithoutMasked(path: WorkspacePath, context: StageContext): Promise<string> {
  const { folder, progress } = context;
  const scene = decodeMvsScene(await readFile(folder.resolve(path)));
  const masked = await maskImages(scene, context, (share) =>
    progress(PROGRESS.masked * share, 'Masking photos for OpenMVS'),
  );
  await folder.write('scene.mvs', encodeMvsScene(masked));
  return folder.path('scene.mvs');
}

/** The atlases lie beside the PLY, which names them in comments; v goes upwards in it. */
async function readPainted(path: string, ply: ReadPly): Promise<PaintedMesh> {
  const { positions, indices, texcoords, textureNumbers, comments = [] } = ply;
  const names = comments.flatMap((comment) => /^TextureFile (.+)$/.exec(comment)?.[1] ?? []);
  if (indices === undefined || texcoords === undefined || names.length === 0) {
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVS wrote a mesh without a texture.' });
  }
  const textures = await Promise.all(names.map((name) => readImage(join(path, '..', basename(name)))));
  const textureOfFace = textureNumbers ?? new Uint32Array(indices.length / 3);
  return {
    positions,
    indices,
    cornerUvs: texcoords.map((value, i) => (i % 2 ? 1 - value : value)),
    textureOfFace,
    textures,
  };
}

async function readImage(path: string): Promise<RgbImage> {
  try {
    const image = sharp(path, { limitInputPixels: false }).removeAlpha().toColourspace('srgb');
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgb: data };
  } catch (cause) {
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVS wrote a texture that cannot be read.', cause });
  }
}
