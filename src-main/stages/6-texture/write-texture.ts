import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { vertexNormals } from '../../geometry/face-normals.js';
import type { StageContext } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import type { TexelColors } from './blending/compose-texels.js';
import { fillUnseen } from './blending/fill-unseen.js';
import type { TextureMesh } from './charts/make-texture-mesh.js';
import { encodeTexture } from './encode-texture.js';
import { bakeNormals } from './normal-map/bake-normals.js';
import { vertexTangents } from './normal-map/vertex-tangents.js';
import type { TexelLayout } from './texel-layout.js';

/** A surface with its layout and the colours found for it. */
export interface ColoredSurface {
  /** Before it was cut into charts. */
  readonly source: Mesh;
  readonly texture: TextureMesh;
  readonly layout: TexelLayout;
  /** Unseen texels get a colour here. */
  readonly colors: TexelColors;
}

export interface TextureFiles {
  /** Workspace path of an array file with a `TexturedMesh`: `positions`, `indices`, `normals`, `uvs`, and with a normal map `tangents`. */
  readonly textured: WorkspacePath;
  /** Workspace path of the base colour, PNG, sRGB. */
  readonly baseColor: WorkspacePath;
  /** Workspace path of the tangent-space normal map, PNG. */
  readonly normalMap?: WorkspacePath;
}

export interface TextureFigures {
  readonly triangles: number;
  readonly vertices: number;
  readonly charts: number;
  readonly textureSizePx: number;
  /** Share of the texture's texels that show the surface. */
  readonly textureUse: number;
  readonly texelsPerUnit: number;
  readonly seenTexels: number;
  /** Share of the surface's texels that at least one photo sees. */
  readonly seenShare: number;
  /** Share of the texels under which the dense surface was found, for the normal map. */
  readonly bakedShare?: number;
}

/**
 * Fills what no photo sees, and writes mesh and textures; the normal map shows the dense mesh's normals.
 *
 * @param denseMesh mesh file, if there is one
 * @throws TEXTURE_NO_VIEW
 */
export async function writeTexture(
  { source, texture, layout, colors }: ColoredSurface,
  denseMesh: WorkspacePath | undefined,
  options: { readonly textureSizePx: number; readonly bakeNormalMap: boolean },
  context: StageContext,
): Promise<TextureFiles & { readonly report: TextureFigures }> {
  const { folder } = context;
  const { mesh, charts, texelsPerUnit } = texture;
  const seenTexels = colors.isSeen.reduce((sum, isSeen) => sum + isSeen, 0);
  if (seenTexels === 0) throw new StudioError('TEXTURE_NO_VIEW');
  fillUnseen(mesh, layout, colors);

  const { positions, indices, uvs } = mesh;
  const normals = splitNormals(source, mesh.sourceVertices);
  const tangents = options.bakeNormalMap && denseMesh !== undefined ? vertexTangents(mesh, normals) : undefined;
  const textured = await folder.writeArrays('textured.bin', {
    meta: {},
    arrays: { positions, indices, normals, uvs, ...(tangents ? { tangents } : {}) },
  });
  const baseColor = await folder.write('base-color.png', await encodeTexture(layout, colors.rgb));
  let normalMap: { normalMap: WorkspacePath } | undefined;
  let bakedShare: { bakedShare: number } | undefined;
  if (tangents !== undefined && denseMesh !== undefined) {
    const dense = (await folder.readArrays<MeshArrays>(denseMesh)).arrays;
    const baked = await bakeNormals(dense, mesh, normals, tangents, layout, context);
    normalMap = { normalMap: await folder.write('normal-map.png', await encodeTexture(layout, baked.rgb)) };
    bakedShare = { bakedShare: baked.foundShare };
  }
  return {
    ...{ textured, baseColor, ...normalMap },
    report: {
      triangles: indices.length / 3,
      vertices: positions.length / 3,
      charts: charts.chartCount,
      textureSizePx: options.textureSizePx,
      textureUse: layout.coveredCount / options.textureSizePx ** 2,
      texelsPerUnit,
      seenTexels,
      seenShare: seenTexels / layout.texels.length,
      ...bakedShare,
    },
  };
}

type MeshArrays = { readonly positions: Float32Array; readonly indices: Uint32Array };

/** Normals of the uncut surface, so that charts' borders are not seen in the shading. */
function splitNormals(source: Mesh, sourceVertices: Uint32Array): Float32Array {
  const normals = vertexNormals(source);
  const split = new Float32Array(sourceVertices.length * 3);
  for (const [i, vertex] of sourceVertices.entries()) split.set(normals.subarray(vertex * 3, vertex * 3 + 3), i * 3);
  return split;
}
