import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Mesh } from '../../../src-shared/scene/mesh.js';
import { type RgbImage, sampleBilinear } from '../../geometry/sample-bilinear.js';
import type { StageContext } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import { type TexelColors, unseenTexels } from './blending/compose-texels.js';
import type { SplitMesh } from './blending/fill-unseen.js';
import { makeTextureMesh } from './charts/make-texture-mesh.js';
import { planarInverse } from './planar-inverse.js';
import { layOutTexels, type TexelLayout } from './texel-layout.js';
import { type TextureFigures, type TextureFiles, writeTexture } from './write-texture.js';

/** A mesh that another program painted: the same faces in any order, with textures of any number and size. */
export interface PaintedMesh extends Mesh {
  /** Float32Array[m*6], u and v (downwards, 0..1) of each face's corners. A face whose corners coincide was not painted. */
  readonly cornerUvs: Float32Array;
  /** Uint32Array[m], index of each face's texture. */
  readonly textureOfFace: Uint32Array;
  readonly textures: readonly RgbImage[];
}

export interface TransferOptions {
  /** Side of the texture: a power of two. */
  readonly textureSizePx: number;
  /** Texels between charts. */
  readonly paddingPx: number;
  /** Whether to bake a normal map from the dense mesh. */
  readonly bakeNormalMap: boolean;
}

/**
 * Brings what another program painted to one texture of the size asked for, laid out as our own: 1. charts; 2. each texel takes the
 * mean of what its place on the face has there; 3. faces that were not painted get the colours around them; 4. the normal map.
 *
 * @param source the mesh that was painted
 * @throws TEXTURE_NO_VIEW; TOOL_OUTPUT_UNREADABLE when the painted mesh is another
 */
export async function transferTexture(
  source: Mesh,
  painted: PaintedMesh,
  denseMesh: WorkspacePath | undefined,
  options: TransferOptions,
  context: StageContext,
): Promise<TextureFiles & { readonly report: TextureFigures }> {
  const texture = await makeTextureMesh(source, options);
  context.signal.throwIfAborted();
  const layout = layOutTexels(texture.mesh, options.textureSizePx);
  context.signal.throwIfAborted();
  const colors = sampleFaces(texture.mesh, layout, painted, matchFaces(source, texture.mesh, painted));
  context.signal.throwIfAborted();
  return writeTexture({ source, texture, layout, colors }, denseMesh, options, context);
}

/** Of each face of the split mesh, its face in the painted mesh times 3, plus the corner there that is its first; or -1. */
function matchFaces(source: Mesh, { indices, sourceVertices }: SplitMesh, painted: PaintedMesh): Int32Array {
  const vertexOf = new Map<string, number>();
  for (let v = 0; v < source.positions.length; v += 3) vertexOf.set(positionKey(source.positions, v / 3), v / 3);
  const corners = Int32Array.from(
    { length: painted.positions.length / 3 },
    (_, v) => vertexOf.get(positionKey(painted.positions, v)) ?? -1,
  );
  const startOf = new Map<string, number>();
  const { indices: theirs } = painted;
  for (let at = 0; at < theirs.length; at += 3) {
    for (let k = 0; k < 3; k++) {
      const key = `${corners[theirs[at + k]!]} ${corners[theirs[at + ((k + 1) % 3)]!]} ${corners[theirs[at + ((k + 2) % 3)]!]}`;
      startOf.set(key, at + k);
    }
  }
  let found = 0;
  const matches = Int32Array.from({ length: indices.length / 3 }, (_, face) => {
    const [a, b, c] = [0, 1, 2].map((k) => sourceVertices[indices[face * 3 + k]!]);
    const match = startOf.get(`${a} ${b} ${c}`) ?? -1;
    if (match >= 0) found++;
    return match;
  });
  if (found < MIN_MATCHED_SHARE * matches.length) {
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', {
      message: 'Another program painted a mesh that is not the one it was given.',
      details: { faces: matches.length, found },
    });
  }
  return matches;
}

/** Programs may drop a few faces that they cannot use. */
const MIN_MATCHED_SHARE = 0.9;

const positionKey = (positions: Float32Array, v: number) =>
  `${positions[v * 3]} ${positions[v * 3 + 1]} ${positions[v * 3 + 2]}`;

/** Most samples along a side of a texel: enough for textures of four times the size. */
const MAX_SAMPLES = 4;

function sampleFaces(mesh: SplitMesh, layout: TexelLayout, painted: PaintedMesh, matches: Int32Array): TexelColors {
  const { size, faceOffsets, texels } = layout;
  const colors = unseenTexels(texels.length);
  const shares = new Float64Array(3);
  const color = new Float64Array(3);
  const uvs = new Float64Array(6);
  for (let face = 0; face < matches.length; face++) {
    const match = matches[face]!;
    if (match < 0) continue;
    const theirs = Math.floor(match / 3);
    for (let k = 0; k < 3; k++) {
      const corner = theirs * 3 + ((match + k) % 3);
      uvs[k * 2] = painted.cornerUvs[corner * 2]!;
      uvs[k * 2 + 1] = painted.cornerUvs[corner * 2 + 1]!;
    }
    const image = painted.textures[painted.textureOfFace[theirs]!];
    if (image === undefined || isPoint(uvs)) continue;
    const barycentric = planarInverse(mesh, face, size);
    const samples = samplesAlong(mesh, face, size, uvs, image);
    for (let i = faceOffsets[face]!; i < faceOffsets[face + 1]!; i++) {
      const [x, y] = [texels[i]! % size, Math.floor(texels[i]! / size)];
      const sum = [0, 0, 0];
      for (let s = 0; s < samples * samples; s++) {
        barycentric(x + ((s % samples) + 0.5) / samples, y + (Math.floor(s / samples) + 0.5) / samples, shares);
        clampShares(shares);
        const u = shares[0]! * uvs[0]! + shares[1]! * uvs[2]! + shares[2]! * uvs[4]!;
        const v = shares[0]! * uvs[1]! + shares[1]! * uvs[3]! + shares[2]! * uvs[5]!;
        sampleBilinear(image, u, v, color);
        for (let c = 0; c < 3; c++) sum[c]! += color[c]!;
      }
      colors.isSeen[i] = 1;
      for (let c = 0; c < 3; c++) colors.rgb[i * 3 + c] = sum[c]! / (samples * samples);
    }
  }
  return colors;
}

const isPoint = (uvs: Float64Array) => uvs[0] === uvs[2] && uvs[0] === uvs[4] && uvs[1] === uvs[3] && uvs[1] === uvs[5];

/** So many samples along a side that none of the painted texture's texels is skipped. */
function samplesAlong(
  { indices, uvs: own }: SplitMesh,
  face: number,
  size: number,
  uvs: Float64Array,
  { width, height }: RgbImage,
): number {
  const corners = [0, 1, 2].flatMap((k) => [own[indices[face * 3 + k]! * 2]!, own[indices[face * 3 + k]! * 2 + 1]!]);
  const ownArea = areaOf(corners) * size * size;
  const ratio = ownArea > 0 ? (areaOf(uvs) * width * height) / ownArea : 1;
  return Math.min(MAX_SAMPLES, Math.max(1, Math.ceil(Math.sqrt(ratio))));
}

const areaOf = (c: ArrayLike<number>) =>
  Math.abs((c[2]! - c[0]!) * (c[5]! - c[1]!) - (c[3]! - c[1]!) * (c[4]! - c[0]!)) / 2;

/** Texels around a chart take the nearest of its border: beside it, the painted texture shows another part. */
function clampShares(shares: Float64Array): void {
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    shares[k] = Math.max(0, shares[k]!);
    sum += shares[k]!;
  }
  for (let k = 0; k < 3; k++) shares[k]! /= sum;
}
