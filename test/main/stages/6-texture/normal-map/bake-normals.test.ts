import { readFileSync } from 'node:fs';
import { NodeIO } from '@gltf-transform/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { textureStage } from '#main/stages/6-texture/texture.js';
import { exportStage } from '#main/stages/7-export/export.js';
import { StageFolder } from '#main/workspace/stage-folder.js';
import { icosphere, sphereCapture, stageContext } from '../painted-sphere.js';

const SIZE = 1024;
const HEIGHT = 0.01;
const radius = (x: number, y: number, z: number) => 1 + HEIGHT * Math.sin(12 * x) * Math.cos(10 * y + 3 * z);

/** Normal of the bumpy sphere over a direction: the gradient of |p| - radius(p / |p|), by differences. */
function bumpNormal(direction: readonly number[]): number[] {
  const value = (p: readonly number[]) => {
    const length = Math.hypot(...p);
    return length - radius(p[0]! / length, p[1]! / length, p[2]! / length);
  };
  const step = 1e-5;
  const gradient = [0, 1, 2].map((d) => {
    const moved = (by: number) => value(direction.map((x, k) => x * radiusOf(direction) + (k === d ? by : 0)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  return gradient.map((x) => x / Math.hypot(...gradient));
}
const radiusOf = (d: readonly number[]) => radius(d[0]!, d[1]!, d[2]!);

describe('baking a bumpy sphere onto a smooth one', () => {
  let capture: Awaited<ReturnType<typeof sphereCapture>>;
  let output: Awaited<ReturnType<typeof textureStage.run>>;

  beforeAll(async () => {
    capture = await sphereCapture({ views: 4 }, 3);
    const dense = icosphere(6);
    for (let i = 0; i < dense.positions.length; i += 3) {
      const r = radius(dense.positions[i]!, dense.positions[i + 1]!, dense.positions[i + 2]!);
      for (let d = 0; d < 3; d++) dense.positions[i + d]! *= r;
    }
    const input = new StageFolder(capture.workspace, 'input');
    const denseMesh = await input.writeArrays('dense.bin', { meta: {}, arrays: dense });
    const { context, close } = stageContext(capture.workspace, 'texture', 2);
    const options = { ...textureStage.defaults, textureSizePx: SIZE, bakeNormalMap: true };
    output = await textureStage.run({ ...capture, denseMesh }, options, context);
    await close();
  });

  it('gives a renderer the normals of the bumps', async () => {
    const { arrays } = await new StageFolder(capture.workspace, 'texture').readArrays<{
      positions: Float32Array;
      indices: Uint32Array;
      normals: Float32Array;
      uvs: Float32Array;
      tangents: Float32Array;
    }>(output.textured);
    const map = await sharp(`${capture.workspace}/${output.normalMap}`).raw().toBuffer();
    const angles: { baked: number; smooth: number }[] = [];
    for (let face = 0; face < arrays.indices.length; face += 3) {
      const vertices = [...arrays.indices.subarray(face, face + 3)];
      const mean = (array: Float32Array, stride: number, d: number) =>
        vertices.reduce((sum, vertex) => sum + array[vertex * stride + d]! / 3, 0);
      const three = (array: Float32Array, stride: number) => {
        const v = [0, 1, 2].map((d) => mean(array, stride, d));
        return v.map((value) => value / Math.hypot(...v));
      };
      const [n, t] = [three(arrays.normals, 3), three(arrays.tangents, 4)];
      const w = arrays.tangents[vertices[0]! * 4 + 3]!;
      const b = [
        w * (n[1]! * t[2]! - n[2]! * t[1]!),
        w * (n[2]! * t[0]! - n[0]! * t[2]!),
        w * (n[0]! * t[1]! - n[1]! * t[0]!),
      ];
      const x = Math.floor(mean(arrays.uvs, 2, 0) * SIZE);
      const y = Math.floor(mean(arrays.uvs, 2, 1) * SIZE);
      const [tx, ty, tz] = [0, 1, 2].map((c) => (map[(y * SIZE + x) * 3 + c]! / 255) * 2 - 1) as [
        number,
        number,
        number,
      ];
      const shaded = [0, 1, 2].map((d) => tx * t[d]! + ty * b[d]! + tz * n[d]!);
      const truth = bumpNormal(three(arrays.positions, 3));
      const angle = (v: readonly number[]) => {
        const cosine = v.reduce((sum, value, d) => sum + value * truth[d]!, 0) / Math.hypot(...v);
        return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
      };
      angles.push({ baked: angle(shaded), smooth: angle(n) });
    }
    const median = (key: 'baked' | 'smooth') => angles.map((a) => a[key]).sort((a, b) => a - b)[angles.length >> 1]!;
    expect(median('smooth')).toBeGreaterThan(2.5);
    expect(median('baked')).toBeLessThan(0.8);
    expect(output.report.bakedShare).toBeGreaterThan(0.99);
  });

  it('exports normal map and unit tangents that the validator accepts', async () => {
    const { context, close } = stageContext(capture.workspace, 'export', 2);
    const { photos, model } = capture;
    const { textured, baseColor, normalMap } = output;
    const input = { photos, model, textured, baseColor, ...(normalMap === undefined ? {} : { normalMap }) };
    const exported = await exportStage.run(input, exportStage.defaults, context);
    await close();
    const document = await new NodeIO().readBinary(readFileSync(`${capture.workspace}/${exported.glb}`));
    const primitive = document.getRoot().listMeshes()[0]!.listPrimitives()[0]!;
    expect(primitive.getMaterial()!.getNormalTexture()).not.toBeNull();
    expect(primitive.getAttribute('TANGENT')!.getType()).toBe('VEC4');
    expect(exported.report.validation).toMatchObject({ errors: 0, warnings: 0 });
  });
});
