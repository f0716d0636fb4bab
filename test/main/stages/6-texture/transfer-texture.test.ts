import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PaintedMesh, transferTexture } from '#main/stages/6-texture/transfer-texture.js';
import type { Mesh, TexturedMesh } from '#shared/scene/mesh.js';
import { stageContext } from '../stage-context.js';

const OPTIONS = { textureSizePx: 256, paddingPx: 4, bakeNormalMap: false };

/** A cube of twelve triangles, outwards. */
const CUBE: Mesh = {
  positions: Float32Array.from({ length: 24 }, (_, i) => (Math.floor(i / 3) >> (i % 3)) & 1),
  indices: Uint32Array.of(
    ...[0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4],
    ...[2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5],
  ),
};
const FACES = 12;
const UNPAINTED = 5;
const colorOf = (face: number) => [20 + face * 18, 240 - face * 15, (face % 3) * 100];

/** The cube with its faces in reverse order, each begun at another corner, on two textures with a square a face. */
function painted(): PaintedMesh {
  const indices = new Uint32Array(FACES * 3);
  const cornerUvs = new Float32Array(FACES * 6);
  const textureOfFace = new Uint32Array(FACES);
  for (let face = 0; face < FACES; face++) {
    const at = FACES - 1 - face;
    for (let k = 0; k < 3; k++) indices[at * 3 + k] = CUBE.indices[face * 3 + ((k + face) % 3)]!;
    textureOfFace[at] = face % 2;
    const left = Math.floor(face / 2) / 6;
    const uvs = [left + 0.01, 0.1, left + 0.15, 0.1, left + 0.01, 0.9];
    cornerUvs.set(face === UNPAINTED ? uvs.map(() => 0.5) : uvs, at * 6);
  }
  const textures = [0, 1].map((parity) => {
    const rgb = Uint8Array.from({ length: 600 * 20 * 3 }, (_, i) => {
      const column = Math.floor(i / 3) % 600;
      return colorOf(Math.floor(column / 100) * 2 + parity)[i % 3]!;
    });
    return { width: 600, height: 20, rgb };
  });
  return { positions: CUBE.positions, indices, cornerUvs, textureOfFace, textures };
}

let context: Awaited<ReturnType<typeof stageContext>>;
beforeEach(async () => {
  context = await stageContext('texture');
});
afterEach(() => context.close());

describe('a texture painted by another program', () => {
  it('comes to one texture of the size asked for, face by face; what was not painted takes the colours around', async () => {
    const { report, textured, baseColor } = await transferTexture(CUBE, painted(), undefined, OPTIONS, context);
    expect(report).toMatchObject({ triangles: FACES, textureSizePx: 256 });
    expect(report.seenShare).toBeGreaterThan(0.85);
    expect(report.seenShare).toBeLessThan(0.97);
    const { data, info } = await sharp(context.folder.resolve(baseColor)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([256, 256]);
    const { positions, indices, uvs } = (await context.folder.readArrays(textured)).arrays as unknown as TexturedMesh;
    for (let face = 0; face < FACES; face++) {
      const corners = [0, 1, 2].map((k) => indices[face * 3 + k]!);
      const [u, v] = [0, 1].map((d) => corners.reduce((sum, vertex) => sum + uvs[vertex * 2 + d]!, 0) / 3);
      const texel = (Math.floor(v! * 256) * 256 + Math.floor(u! * 256)) * info.channels;
      const keyOf = (vertices: number[], from: Float32Array) =>
        vertices
          .map((vertex) => [...from.subarray(vertex * 3, vertex * 3 + 3)].join())
          .sort()
          .join(' ');
      const own = keyOf(corners, positions);
      const source = Array.from({ length: FACES }, (_, f) =>
        keyOf(
          [0, 1, 2].map((k) => CUBE.indices[f * 3 + k]!),
          CUBE.positions,
        ),
      ).indexOf(own);
      if (source === UNPAINTED) {
        expect([...data.subarray(texel, texel + 3)]).not.toEqual([0, 0, 0]);
        continue;
      }
      colorOf(source).forEach((value, c) => {
        expect(Math.abs(data[texel + c]! - value), `face ${source}`).toBeLessThanOrEqual(2);
      });
    }
  });

  it('of another mesh is refused', async () => {
    const other = { ...painted(), positions: CUBE.positions.map((x) => x + 1) };
    await expect(transferTexture(CUBE, other, undefined, OPTIONS, context)).rejects.toMatchObject({
      code: 'TOOL_OUTPUT_UNREADABLE',
    });
  });

  it('that no photo sees is an error', async () => {
    const bare = { ...painted(), cornerUvs: new Float32Array(FACES * 6) };
    await expect(transferTexture(CUBE, bare, undefined, OPTIONS, context)).rejects.toMatchObject({
      code: 'TEXTURE_NO_VIEW',
    });
  });
});
