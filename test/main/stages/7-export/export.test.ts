import { readFileSync } from 'node:fs';
import { NodeIO } from '@gltf-transform/core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { turnOfDegrees } from '#main/cli/parse-edits.js';
import { textureStage } from '#main/stages/6-texture/texture.js';
import { exportStage } from '#main/stages/7-export/export.js';
import { sphereCapture, stageContext } from '../6-texture/painted-sphere.js';

/** In the automatic frame. */
const UPPER_QUARTER = { center: [0, 1, 0], size: [2, 0.5, 2], rotation: [0, 0, 0, 1] };

describe('export stage on a textured sphere', () => {
  let capture: Awaited<ReturnType<typeof sphereCapture>>;
  let input: Parameters<typeof exportStage.run>[0];

  beforeAll(async () => {
    capture = await sphereCapture({ views: 8, withMasks: true }, 3);
    const { context, close } = stageContext(capture.workspace, 'texture', 2);
    const textured = await textureStage.run(capture, { ...textureStage.defaults, textureSizePx: 512 }, context);
    await close();
    input = {
      photos: capture.photos,
      model: capture.model,
      textured: textured.textured,
      baseColor: textured.baseColor,
    };
    exported = await exportAs('export', { pairCount: 2 });
  });

  async function exportAs(name: string, options: Partial<typeof exportStage.defaults> = {}, threads = 2) {
    const { context, close } = stageContext(capture.workspace, name, threads);
    try {
      return await exportStage.run(input, { ...exportStage.defaults, ...options }, context);
    } finally {
      await close();
    }
  }
  let exported: Awaited<ReturnType<typeof exportAs>>;
  const read = (path: string) => readFileSync(`${capture.workspace}/${path}`);

  it('writes a GLB that the Khronos validator has nothing to say about', async () => {
    const { glb, report } = exported;
    expect(report.validation).toMatchObject({ errors: 0, warnings: 0 });
    const document = await new NodeIO().readBinary(read(glb));
    const root = document.getRoot();
    expect(root.listMeshes()).toHaveLength(1);
    const [primitive, ...others] = root.listMeshes()[0]!.listPrimitives();
    expect(others).toEqual([]);
    expect(root.listExtensionsUsed()).toEqual([]);
    expect(primitive!.listSemantics().sort()).toEqual(['NORMAL', 'POSITION', 'TEXCOORD_0']);
    expect(primitive!.getIndices()!.getArray()).toBeInstanceOf(Uint16Array);
    expect(primitive!.getMaterial()!.getMetallicFactor()).toBe(0);
    // The sphere is closed, so its inside need not be drawn.
    expect(primitive!.getMaterial()!.getDoubleSided()).toBe(false);
    expect(primitive!.getMaterial()!.getBaseColorTexture()!.getMimeType()).toBe('image/jpeg');
    expect(report).toMatchObject({
      triangles: 1280,
      topology: { components: 1, isWatertight: true, isManifold: true },
    });
  });

  it('stands the model upright, on the ground, centred, with a longest side of 1 m when the scale is unknown', async () => {
    const { glb, report, modelFromGlb } = exported;
    const document = await new NodeIO().readBinary(read(glb));
    const position = document.getRoot().listMeshes()[0]!.listPrimitives()[0]!.getAttribute('POSITION')!;
    const minimum = position.getMin([]);
    const maximum = position.getMax([]);
    expect(minimum[1]).toBeCloseTo(0, 6);
    expect(Math.max(...maximum.map((value, d) => value - minimum[d]!))).toBeCloseTo(1, 6);
    for (const d of [0, 2]) expect(minimum[d]! + maximum[d]!).toBeCloseTo(0, 6);
    expect(report.isScaleKnown).toBe(false);

    // The capture's world is y up, too, and its first camera stands at +z.
    const M = report.glbFromModel;
    const scale = report.metresPerModelUnit;
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        expect(M[row * 4 + column]! / scale).toBeCloseTo(row === column ? 1 : 0, 2);
      }
    }
    const { matrix } = JSON.parse(read(modelFromGlb).toString());
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        const product = [0, 1, 2, 3].reduce((sum, k) => sum + matrix[row * 4 + k] * M[k * 4 + column]!, 0);
        expect(product).toBeCloseTo(row === column ? 1 : 0, 9);
      }
    }
  });

  it('takes the scale that it is given', async () => {
    const { report } = await exportAs('scale', { scale: 0.25 });
    expect(report.isScaleKnown).toBe(true);
    for (const side of report.size) expect(side).toBeCloseTo(0.5, 2);
  });

  /** Bounds of the exported vertices. */
  async function boundsOf(glb: string) {
    const document = await new NodeIO().readBinary(read(glb));
    const position = document.getRoot().listMeshes()[0]!.listPrimitives()[0]!.getAttribute('POSITION')!;
    return { minimum: position.getMin([]), maximum: position.getMax([]) };
  }

  it('cuts off what is outside of the crop box and puts the rest on the ground', async () => {
    // In the automatic frame the sphere has radius 0.5 and stands on the ground: the box keeps its upper quarter.
    const { report, glb } = await exportAs('crop', { crop: UPPER_QUARTER });
    const { minimum, maximum } = await boundsOf(glb);
    const radius = Math.sqrt(0.5 ** 2 - 0.25 ** 2);
    expect(minimum[1]).toBeCloseTo(0, 6);
    expect(Math.max(...report.size)).toBeCloseTo(1, 6);
    expect(maximum[1]! / maximum[0]!).toBeCloseTo(0.25 / radius, 1);
    expect(report.triangles).toBeLessThan(500);
    expect(report.crop).toMatchObject({ trianglesBefore: 1280, isCutClean: true });
    expect(report.validation).toMatchObject({ errors: 0, warnings: 0 });
    expect(report.topology).toMatchObject({ isWatertight: false, degenerateTriangles: 0, nonManifoldEdges: 0 });
    expect(report.coverage).toBeLessThan(0.6 * exported.report.coverage);
    // All of it is inside of the box when it is brought back to the frame that the box is given in.
    const M = report.glbFromAutomatic;
    expect((minimum[1]! - M[7]!) / M[5]!).toBeCloseTo(0.75, 6);
    expect((maximum[1]! - M[7]!) / M[5]!).toBeLessThanOrEqual(1 + 1e-6);
  });

  it('turns it by exactly the rotation asked for, whatever the scale', async () => {
    const { report, glb } = await exportAs('turn', { turn: turnOfDegrees(90, 0, 0), scale: 2, crop: UPPER_QUARTER });
    const before = exported.report.glbFromModel.map((value) => (value * 2) / exported.report.metresPerModelUnit);
    const M = report.glbFromModel;
    // Up goes to the front: y' = -z, z' = y.
    for (let column = 0; column < 3; column++) {
      expect(M[column]).toBeCloseTo(before[column]!, 12);
      expect(M[4 + column]).toBeCloseTo(-before[8 + column]!, 12);
      expect(M[8 + column]).toBeCloseTo(before[4 + column]!, 12);
    }
    const { minimum, maximum } = await boundsOf(glb);
    expect(minimum[1]).toBeCloseTo(0, 6);
    expect(minimum[2]! + maximum[2]!).toBeCloseTo(0, 6);
    // A cap of a sphere of radius 1 world unit = 2 m: half a unit high, now along z.
    expect(maximum[2]! - minimum[2]!).toBeCloseTo(1, 1);
    expect(report.metresPerModelUnit).toBe(2);
  });

  it('gives edited models byte for byte with one worker, too', async () => {
    const edits = { crop: UPPER_QUARTER, turn: turnOfDegrees(10, 20, 30), scale: 0.3 };
    const two = await exportAs('edits two', edits, 2);
    const one = await exportAs('edits one', edits, 1);
    expect(read(one.glb).equals(read(two.glb))).toBe(true);
    expect(one.report).toEqual(two.report);
  });

  it('throws EXPORT_CROP_EMPTY when the box misses the model', async () => {
    const crop = { center: [5, 0, 0], size: [1, 1, 1], rotation: [0, 0, 0, 1] };
    await expect(exportAs('empty', { crop })).rejects.toMatchObject({ code: 'EXPORT_CROP_EMPTY' });
  });

  it('finds its renderings like the photos, all over the masks', async () => {
    const { report, pairs } = exported;
    expect(report.psnr).toBeGreaterThan(33);
    expect(report.ssim).toBeGreaterThan(0.97);
    expect(report.coverage).toBeGreaterThan(0.97);
    expect(report.views).toHaveLength(8);
    expect(pairs).toHaveLength(2);
    const { width, height } = await sharp(read(pairs[0]!.file)).metadata();
    expect([width, height]).toEqual([640, 240]);
  });

  it('renders a picture with the model in the middle of a pale ground', async () => {
    const { preview } = exported;
    const { data, info } = await sharp(read(preview)).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([1024, 1024, 3]);
    const at = (x: number, y: number) => Array.from(data.subarray((y * 1024 + x) * 3, (y * 1024 + x) * 3 + 3));
    const [red, green, blue] = at(20, 20) as [number, number, number];
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(12);
    expect(Math.min(red, green, blue)).toBeGreaterThan(150);
    const middle = at(512, 512);
    expect(Math.hypot(...middle.map((value, c) => value - at(20, 20)[c]!))).toBeGreaterThan(40);
  });

  it('is the same, byte for byte, with one worker', async () => {
    const one = await exportAs('one', { pairCount: 2 }, 1);
    for (const file of ['glb', 'preview', 'modelFromGlb'] as const) {
      expect(read(one[file]).equals(read(exported[file]))).toBe(true);
    }
    expect(one.report).toEqual(exported.report);
  });

  it('throws EXPORT_INVALID when the triangle target is not kept', async () => {
    await expect(exportAs('target', { maxTriangles: 1000 })).rejects.toMatchObject({ code: 'EXPORT_INVALID' });
  });

  it('throws EXPORT_INVALID on a GLB that the validator refuses', async () => {
    const { validateGlb } = await import('#main/stages/7-export/glb/validate-glb.js');
    const bytes = Uint8Array.from(read(exported.glb));
    // The first index points beyond the vertices.
    const document = await new NodeIO().readBinary(bytes);
    document.getRoot().listMeshes()[0]!.listPrimitives()[0]!.getIndices()!.setElement(0, [60_000]);
    const broken = await new NodeIO().writeBinary(document);
    await expect(validateGlb(broken)).rejects.toMatchObject({ code: 'EXPORT_INVALID' });
  });
});
