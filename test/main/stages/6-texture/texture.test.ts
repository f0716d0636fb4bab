import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { textureStage } from '#main/stages/6-texture/texture.js';
import { StageFolder } from '#main/workspace/stage-folder.js';
import { paint, type SphereOptions, sphereCapture, stageContext } from './painted-sphere.js';

const SIZE = 512;
type MeshArrays = { positions: Float32Array; indices: Uint32Array; normals: Float32Array; uvs: Float32Array };

async function textureSphere(options: SphereOptions, threads = 2) {
  const { workspace, ...input } = await sphereCapture(options);
  const { context, close } = stageContext(workspace, 'texture', threads);
  const output = await textureStage.run(input, { ...textureStage.defaults, textureSizePx: SIZE }, context);
  await close();
  const { arrays } = await new StageFolder(workspace, 'texture').readArrays<MeshArrays>(output.textured);
  const image = await sharp(`${workspace}/${output.baseColor}`).raw().toBuffer();
  return { workspace, output, mesh: arrays, image };
}

/** Bilinear colour of the texture at a corner-weighted point of a face, and the point itself. */
function lookUp({ mesh, image }: Awaited<ReturnType<typeof textureSphere>>, face: number, shares: readonly number[]) {
  const point = [0, 0, 0];
  const uv = [0, 0];
  shares.forEach((share, k) => {
    const vertex = mesh.indices[face * 3 + k]!;
    for (let d = 0; d < 3; d++) point[d]! += share * mesh.positions[vertex * 3 + d]!;
    for (let d = 0; d < 2; d++) uv[d]! += share * mesh.uvs[vertex * 2 + d]!;
  });
  const x = uv[0]! * SIZE - 0.5;
  const y = uv[1]! * SIZE - 0.5;
  const texel = (i: number, j: number, c: number) =>
    image[(Math.min(SIZE - 1, Math.max(0, j)) * SIZE + Math.min(SIZE - 1, Math.max(0, i))) * 3 + c]!;
  const [i, j] = [Math.floor(x), Math.floor(y)];
  const color = [0, 1, 2].map((c) => {
    const upper = texel(i, j, c) * (1 - x + i) + texel(i + 1, j, c) * (x - i);
    const lower = texel(i, j + 1, c) * (1 - x + i) + texel(i + 1, j + 1, c) * (x - i);
    return upper + (y - j) * (lower - upper);
  });
  return { point, color };
}

/** Distances of the texture's colours from the paint, at the centres of the faces that the cameras see well. */
function errors(result: Awaited<ReturnType<typeof textureSphere>>, shares: readonly number[] = [1 / 3, 1 / 3, 1 / 3]) {
  const distances: number[] = [];
  for (let face = 0; face < result.mesh.indices.length / 3; face++) {
    const { point, color } = lookUp(result, face, shares);
    if (Math.abs(point[1]!) > 0.8) continue;
    const length = Math.hypot(...point);
    const truth = paint(point[0]! / length, point[1]! / length, point[2]! / length);
    distances.push(Math.hypot(...truth.map((value, c) => value - color[c]!)));
  }
  return distances.sort((a, b) => a - b);
}

describe('texture stage on a painted sphere before red', () => {
  let result: Awaited<ReturnType<typeof textureSphere>>;
  beforeAll(async () => {
    result = await textureSphere({ views: 10 });
  });

  it('gives the surface the colours of the paint', () => {
    const distances = errors(result);
    expect(distances[distances.length >> 1]).toBeLessThan(3);
    expect(distances.at(-1)).toBeLessThan(12);
  });

  it('lets no background in, even without masks and where no photo sees the surface', () => {
    let worst = Number.NEGATIVE_INFINITY;
    for (let face = 0; face < result.mesh.indices.length / 3; face++) {
      const { color } = lookUp(result, face, [1 / 3, 1 / 3, 1 / 3]);
      worst = Math.max(worst, color[0]! - color[1]!);
    }
    // The paint's red exceeds its green by at most 55; the background's by 255.
    expect(worst).toBeLessThan(62);
  });

  it('shows the same colour on both sides of every seam', () => {
    const seams = new Map<string, number[][]>();
    for (let face = 0; face < result.mesh.indices.length / 3; face++) {
      for (let k = 0; k < 3; k++) {
        const shares = [0, 0, 0];
        shares[k] = 0.5;
        shares[(k + 1) % 3] = 0.5;
        const { point, color } = lookUp(result, face, shares);
        const key = point.map((value) => value.toFixed(5)).join();
        seams.set(key, [...(seams.get(key) ?? []), color]);
      }
    }
    const steps = [...seams.values()].map(([a, b]) => Math.hypot(...a!.map((value, c) => value - b![c]!)));
    steps.sort((a, b) => a - b);
    expect(steps).toHaveLength(result.mesh.indices.length / 2);
    expect(steps[Math.floor(0.99 * steps.length)]).toBeLessThan(4);
    expect(steps.at(-1)).toBeLessThan(15);
  });

  it('has texture coordinates within the texture, of every face, without overlap', () => {
    const { uvs, indices } = result.mesh;
    expect(Math.min(...uvs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uvs)).toBeLessThanOrEqual(1);
    const owner = new Int32Array(SIZE * SIZE).fill(-1);
    let overlaps = 0;
    for (let face = 0; face < indices.length / 3; face++) {
      const [ax, ay, bx, by, cx, cy] = [0, 1, 2].flatMap((k) => {
        const at = indices[face * 3 + k]! * 2;
        return [uvs[at]! * SIZE, uvs[at + 1]! * SIZE];
      }) as [number, number, number, number, number, number];
      const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
      expect(Math.abs(area)).toBeGreaterThan(0.05);
      for (let y = Math.floor(Math.min(ay, by, cy)); y <= Math.max(ay, by, cy); y++) {
        for (let x = Math.floor(Math.min(ax, bx, cx)); x <= Math.max(ax, bx, cx); x++) {
          const b = ((x + 0.5 - ax) * (cy - ay) - (y + 0.5 - ay) * (cx - ax)) / area;
          const c = ((y + 0.5 - ay) * (bx - ax) - (x + 0.5 - ax) * (by - ay)) / area;
          if (b <= 1e-6 || c <= 1e-6 || b + c >= 1 - 1e-6) continue;
          if (owner[y * SIZE + x] !== -1) overlaps++;
          owner[y * SIZE + x] = face;
        }
      }
    }
    expect(overlaps).toBe(0);
  });

  it('is the same, byte for byte, with one worker', async () => {
    const again = await textureSphere({ views: 10 }, 1);
    const read = (run: typeof result, file: string) => readFileSync(`${run.workspace}/${file}`);
    expect(read(again, again.output.baseColor).equals(read(result, result.output.baseColor))).toBe(true);
    expect(read(again, again.output.textured).equals(read(result, result.output.textured))).toBe(true);
    expect(again.output.report).toEqual(result.output.report);
  });
});

describe('texture stage', () => {
  it('recovers the exposures of the photos and evens them out', async () => {
    const exposures = [1, 1.25, 0.8, 1, 1.15, 0.9, 1.1, 0.85, 1, 1.2];
    const result = await textureSphere({ views: 10, exposures });
    const gains = result.output.report.gains.map(({ rgb }) => rgb);
    const scale = gains.reduce((sum, rgb, v) => sum + rgb[1]! * exposures[v]!, 0) / gains.length;
    for (const [v, rgb] of gains.entries()) {
      for (const gain of rgb) expect(Math.abs((gain * exposures[v]!) / scale - 1)).toBeLessThan(0.02);
    }
    const steps = errors(result, [0.5, 0.5, 0]);
    expect(steps[steps.length >> 1]).toBeLessThan(12);
  });

  it('throws TEXTURE_NO_VIEW when the masks hide the surface', async () => {
    const { workspace, ...input } = await sphereCapture({ views: 3, withMasks: true }, 2);
    for (const photo of input.photos) {
      await sharp({ create: { width: 320, height: 240, channels: 3, background: '#000000' } })
        .png()
        .toFile(photo.maskPath!);
    }
    const { context, close } = stageContext(workspace, 'texture', 2);
    const run = textureStage.run(input, { ...textureStage.defaults, textureSizePx: 256 }, context);
    await expect(run).rejects.toMatchObject({ code: 'TEXTURE_NO_VIEW' });
    await close();
  });
});
