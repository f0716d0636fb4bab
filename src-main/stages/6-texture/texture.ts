import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Mesh } from '../../../src-shared/scene/mesh.js';
import type { Photo, Warning } from '../../../src-shared/scene/photo.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import { vertexNormals } from '../../geometry/face-normals.js';
import type { Stage } from '../../pipeline/stage.js';
import { type BlendOptions, blendViews } from './blending/blend-views.js';
import { fillUnseen } from './blending/fill-unseen.js';
import { observationsByPatch } from './blending/patch-observations.js';
import { rejectOutliers } from './blending/reject-outliers.js';
import { solveGains } from './blending/solve-gains.js';
import { makeTextureMesh } from './charts/make-texture-mesh.js';
import { encodeTexture } from './encode-texture.js';
import { bakeNormals } from './normal-map/bake-normals.js';
import { vertexTangents } from './normal-map/vertex-tangents.js';
import { makePatches } from './patches.js';
import { smoothFaceNormals } from './smooth-face-normals.js';
import { layOutTexels } from './texel-layout.js';
import { photoViews } from './views/photo-views.js';
import { surveyViews } from './views/survey-views.js';

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

export interface TextureReport {
  readonly triangles: number;
  readonly vertices: number;
  readonly charts: number;
  readonly textureSizePx: number;
  /** Share of the texture's texels that show the surface. */
  readonly textureUse: number;
  readonly texelsPerUnit: number;
  /** Share of the surface's texels that at least one photo sees. */
  readonly seenShare: number;
  /** Mean number of photos blended at a seen texel. */
  readonly meanViews: number;
  /** Share of the observations left out because they disagree with the others. */
  readonly rejectedShare: number;
  /** Share of the texels under which the dense surface was found, for the normal map. */
  readonly bakedShare?: number;
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
    const seenCount = colors.isSeen.reduce((sum, isSeen) => sum + isSeen, 0);
    if (seenCount === 0) throw new StudioError('TEXTURE_NO_VIEW');
    fillUnseen(mesh, layout, colors);

    const { positions, indices, uvs } = mesh;
    const vertexNormal = splitNormals(source.arrays, mesh.sourceVertices);
    const bake = options.bakeNormalMap && input.denseMesh !== undefined;
    const tangents = bake ? vertexTangents(mesh, vertexNormal) : undefined;
    const textured = await folder.writeArrays('textured.bin', {
      meta: {},
      arrays: { positions, indices, normals: vertexNormal, uvs, ...(tangents ? { tangents } : {}) },
    });
    const baseColor = await folder.write('base-color.png', await encodeTexture(layout, colors.rgb));
    let normalMap: { normalMap: string } | undefined;
    let bakedShare: { bakedShare: number } | undefined;
    if (tangents !== undefined && input.denseMesh !== undefined) {
      const dense = (await folder.readArrays<MeshArrays>(input.denseMesh)).arrays;
      const baked = await bakeNormals(dense, mesh, vertexNormal, tangents, layout, context);
      normalMap = { normalMap: await folder.write('normal-map.png', await encodeTexture(layout, baked.rgb)) };
      bakedShare = { bakedShare: baked.foundShare };
    }
    return {
      textured,
      baseColor,
      ...normalMap,
      report: {
        triangles: indices.length / 3,
        vertices: positions.length / 3,
        charts: charts.chartCount,
        textureSizePx: options.textureSizePx,
        textureUse: layout.coveredCount / options.textureSizePx ** 2,
        texelsPerUnit,
        seenShare: seenCount / layout.texels.length,
        meanViews: colors.samples / seenCount,
        rejectedShare: votes.rejectedCount / Math.max(1, votes.observationCount),
        ...bakedShare,
        gains: views.map(({ photoId }, v) => ({ photoId, rgb: Array.from(gains.subarray(v * 3, v * 3 + 3)) })),
      },
      warnings: [],
    };
  },
};

type MeshArrays = { readonly positions: Float32Array; readonly indices: Uint32Array };

/** Normals of the uncut surface, so that charts' borders are not seen in the shading. */
function splitNormals(source: Mesh, sourceVertices: Uint32Array): Float32Array {
  const normals = vertexNormals(source);
  const split = new Float32Array(sourceVertices.length * 3);
  for (const [i, vertex] of sourceVertices.entries()) split.set(normals.subarray(vertex * 3, vertex * 3 + 3), i * 3);
  return split;
}
