import type { Photo, Warning } from '../../../src-shared/scene/photo.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { Stage } from '../../pipeline/stage.js';
import { type BlendOptions, blendViews } from './blending/blend-views.js';
import { observationsByPatch } from './blending/patch-observations.js';
import { rejectOutliers } from './blending/reject-outliers.js';
import { solveGains } from './blending/solve-gains.js';
import { makeTextureMesh } from './charts/make-texture-mesh.js';
import { makePatches } from './patches.js';
import { smoothFaceNormals } from './smooth-face-normals.js';
import { layOutTexels } from './texel-layout.js';
import { photoViews } from './views/photo-views.js';
import { surveyViews } from './views/survey-views.js';
import { type TextureFigures, writeTexture } from './write-texture.js';

export interface TextureInput {
  readonly photos: readonly Photo[];
  /** Workspace path of the sparse model file. */
  readonly model: string;
  /** Workspace path of the mesh file (`Mesh`). */
  readonly mesh: string;
  /** Workspace path of the mesh before it was simplified: what the normal map shows. */
  readonly denseMesh?: string;
}

export interface TextureOptions extends BlendOptions {
  /** Side of the texture: a power of two. */
  readonly textureSizePx: number;
  /** Texels between charts. */
  readonly paddingPx: number;
  /** Whether to bake a normal map from the dense mesh. */
  readonly bakeNormalMap: boolean;
}

export interface TextureOutput {
  /** Workspace path of an array file with a `TexturedMesh`: `positions`, `indices`, `normals`, `uvs`, and with a normal map `tangents`. */
  readonly textured: string;
  /** Workspace path of the base colour, PNG, sRGB. */
  readonly baseColor: string;
  /** Workspace path of the tangent-space normal map, PNG. */
  readonly normalMap?: string;
  readonly report: TextureReport;
  readonly warnings: readonly Warning[];
}

export interface TextureReport extends TextureFigures {
  /** Mean number of photos blended at a seen texel. */
  readonly meanViews: number;
  /** Share of the observations left out because they disagree with the others. */
  readonly rejectedShare: number;
  /** Exposure factor of each photo: red, green, blue. */
  readonly gains: readonly { readonly photoId: number; readonly rgb: readonly number[] }[];
}

/**
 * Gives the surface a texture made from the photos:
 *
 * 1. charts: cut, flatten and pack the surface; 2. find which point of the surface each texel shows; 3. survey which photos see
 * which patch of it, how well and in what colour; 4. solve for the photos' exposures; 5. reject photos that disagree; 6. blend all
 * that agree, the slow variations of all and the detail of the best; 7. fill what no photo sees from its surroundings; 8. bake the
 * dense surface's normals.
 *
 * @throws TEXTURE_NO_VIEW
 */
export const textureStage: Stage<TextureInput, TextureOptions, TextureOutput> = {
  id: 'texture',
  revision: 1,
  defaults: { textureSizePx: 2048, paddingPx: 4, lowBandPower: 1, highBandPower: 3, bakeNormalMap: false },

  async run(input, options, context) {
    const { folder } = context;
    const [model, source] = await Promise.all([
      readSparseModel(folder.resolve(input.model)),
      folder.readArrays<MeshArrays>(input.mesh),
    ]);
    const { mesh, charts, texelsPerUnit } = await makeTextureMesh(source.arrays, options);
    context.progress(0.1, 'Laying out the texture');
    const layout = layOutTexels(mesh, options.textureSizePx);
    const normals = smoothFaceNormals(mesh);
    const patches = makePatches(layout, charts.chartOfFace, normals);
    context.signal.throwIfAborted();

    const views = photoViews(input.photos, model, source.arrays, texelsPerUnit);
    const surveys = await surveyViews(views, mesh, patches, context);
    const observations = observationsByPatch(surveys, patches.count);
    const gains = solveGains(observations, views.length);
    const votes = rejectOutliers(observations, gains);
    const colors = await blendViews({ views, mesh, normals, layout, patches, votes, gains }, options, context);
    const surface = { source: source.arrays, texture: { mesh, charts, texelsPerUnit }, layout };
    const { report, ...files } = await writeTexture({ ...surface, colors }, input.denseMesh, options, context);
    return {
      ...files,
      report: {
        ...report,
        meanViews: colors.samples / report.seenTexels,
        rejectedShare: votes.rejectedCount / Math.max(1, votes.observationCount),
        gains: views.map(({ photoId }, v) => ({ photoId, rgb: Array.from(gains.subarray(v * 3, v * 3 + 3)) })),
      },
      warnings: [],
    };
  },
};

type MeshArrays = { readonly positions: Float32Array; readonly indices: Uint32Array };
