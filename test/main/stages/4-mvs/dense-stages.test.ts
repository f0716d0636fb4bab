import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeArrays } from '#main/formats/arrays/array-file.js';
import { decodePly } from '#main/formats/ply/read-ply.js';
import { writeSparseModel } from '#main/formats/sparse-model/sparse-model-file.js';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { SILENT_LOG } from '#main/logging/log.js';
import type { StageContext } from '#main/pipeline/stage.js';
import { depthStage } from '#main/stages/4-mvs/2-depth/depth.js';
import { fusionStage } from '#main/stages/4-mvs/3-fusion/fusion.js';
import { StageFolder } from '#main/workspace/stage-folder.js';
import type { PreviewEvent } from '#shared/pipeline/preview-event.js';
import type { View } from '#shared/scene/view.js';
import { arcOfViews, photographPlane, planeInView, rgbOf, type TexturedPlane } from './textured-plane.js';

const plane: TexturedPlane = { normal: [0.3, -0.2, -0.93], offset: -1.86 };
const views = arcOfViews();
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'atlas-dense-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Writes the views of the plane (the left half masked out where wanted) and an empty sparse model. */
async function makeWorkspace(name: string, masked: boolean): Promise<string> {
  const workspace = join(root, name);
  for (const view of views) {
    const rgb = rgbOf(photographPlane(plane, view));
    const mask = Uint8Array.from({ length: 160 * 120 }, (_, i) => (i % 160 < 80 ? 0 : 255));
    await writeArrays(join(workspace, view.file), { meta: {}, arrays: masked ? { rgb, mask } : { rgb } });
  }
  await writeSparseModel(join(workspace, 'model.bin'), {
    cameras: [],
    images: [],
    positions: new Float64Array(),
    colors: new Uint8Array(),
    errors: new Float32Array(),
    trackOffsets: new Uint32Array(1),
    trackPhotoIds: new Uint32Array(),
    trackFeatures: new Uint32Array(),
    trackPixels: new Float32Array(),
  });
  return workspace;
}

async function runDense(workspace: string, threads: number) {
  const kernels = new KernelPool(threads);
  const previews: PreviewEvent[] = [];
  const fractions: number[] = [];
  const contextFor = (name: string): StageContext => ({
    signal: new AbortController().signal,
    progress: (fraction) => fractions.push(fraction),
    log: SILENT_LOG,
    preview: (event) => previews.push(event),
    kernels,
    seed: 5,
    folder: new StageFolder(workspace, name),
  });
  try {
    const { depths } = await depthStage.run({ views, model: 'model.bin' }, depthStage.defaults, contextFor('depth'));
    const depthFractions = fractions.splice(0);
    const fusion = await fusionStage.run({ views, depths }, fusionStage.defaults, contextFor('fusion'));
    return { depths, fusion, previews, depthFractions };
  } finally {
    await kernels.close();
  }
}

const distances = (positions: Float32Array) => {
  const length = Math.hypot(...plane.normal);
  return Array.from({ length: positions.length / 3 }, (_, i) => {
    return Math.abs(plane.normal.reduce((sum, n, k) => sum + n * positions[i * 3 + k]!, -plane.offset)) / length;
  }).sort((a, b) => a - b);
};

describe('depth and fusion stages (seed 5)', () => {
  it('reconstruct a slanted plane from five views', async () => {
    const workspace = await makeWorkspace('plane', false);
    const { depths, fusion, previews, depthFractions } = await runDense(workspace, 2);
    expect(depths.map(({ photoId }) => photoId)).toEqual([0, 1, 2, 3, 4]);
    expect(depths[2]!.coverage).toBeGreaterThan(0.7);
    expect(depthFractions).toEqual(depthFractions.toSorted((a, b) => a - b));
    expect(depthFractions.at(-1)).toBeCloseTo(1, 6);
    const points = decodePly(await readFile(join(workspace, fusion.ply)));
    expect(points.positions.length / 3).toBe(fusion.report.points);
    expect(fusion.report.points).toBeGreaterThan(10_000);
    const sorted = distances(points.positions);
    // A pixel covers 0.01 world units here.
    expect(sorted[sorted.length >> 1]).toBeLessThan(0.002);
    expect(sorted[Math.floor(sorted.length * 0.95)]).toBeLessThan(0.01);
    // Once in each pass but the last, and when the views were compared.
    const pictures = previews.filter(({ kind }) => kind === 'depth-map');
    expect(pictures).toHaveLength(5 * depthStage.defaults.passes.length);
    const dense = previews.flatMap((event) => (event.kind === 'dense' ? [event] : []));
    expect(dense.flatMap(({ photoId }) => photoId ?? []).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    const { photoId, path } = dense.at(-1)!;
    expect(photoId).toBeUndefined();
    const shown = decodePly(await readFile(path));
    expect(shown.positions.length / 3).toBeGreaterThan(10_000);
    expect(shown.positions.length / 3).toBeLessThanOrEqual(150_000);
    expect(shown.colors).toHaveLength(shown.positions.length);
  });

  it('write the same bytes with 1 and 2 workers', async () => {
    const one = await makeWorkspace('one', false);
    const two = await makeWorkspace('two', false);
    await runDense(one, 1);
    await runDense(two, 2);
    for (const file of ['depth/depth-0.bin', 'depth/depth-3.bin', 'fusion/points.bin', 'fusion/dense.ply']) {
      expect((await readFile(join(one, file))).equals(await readFile(join(two, file))), file).toBe(true);
    }
  });

  it('continue after an interrupted run with the same result', async () => {
    const workspace = await makeWorkspace('resumed', false);
    const whole = await makeWorkspace('whole', false);
    await runDense(whole, 2);
    const controller = new AbortController();
    const kernels = new KernelPool(2);
    const folder = new StageFolder(workspace, 'depth');
    const context = { log: SILENT_LOG, preview() {}, kernels, seed: 5, folder, signal: controller.signal };
    const interrupted = depthStage.run({ views, model: 'model.bin' }, depthStage.defaults, {
      ...context,
      progress: (fraction) => {
        if (fraction > 0.5) controller.abort(new Error('stopped by the test'));
      },
    });
    await expect(interrupted).rejects.toThrow('stopped by the test');
    await kernels.close();
    await runDense(workspace, 2);
    const file = 'fusion/points.bin';
    expect((await readFile(join(workspace, file))).equals(await readFile(join(whole, file)))).toBe(true);
  });

  it('make no point outside the masks', async () => {
    const workspace = await makeWorkspace('masked', true);
    const { fusion } = await runDense(workspace, 2);
    const { positions } = decodePly(await readFile(join(workspace, fusion.ply)));
    expect(fusion.report.points).toBeGreaterThan(2_000);
    // A point that a view shows left of its middle is outside that view's mask: no point may be so in all views.
    const isLeft = (view: View, i: number) => {
      const { R, t } = view.camFromWorld;
      return R[0]! * positions[i * 3]! + R[1]! * positions[i * 3 + 1]! + R[2]! * positions[i * 3 + 2]! + t[0]! < -0.02;
    };
    let wrong = 0;
    for (let i = 0; i < positions.length / 3; i++) if (views.every((view) => isLeft(view, i))) wrong++;
    expect(wrong).toBe(0);
    expect(planeInView(plane, views[2]!).depthAt(80, 60)).toBeGreaterThan(views[2]!.depthMin);
  });

  it('fail with MVS_NO_DEPTH on blank photos', async () => {
    const workspace = await makeWorkspace('blank', false);
    for (const view of views) {
      const rgb = new Uint8Array(160 * 120 * 3).fill(200);
      await writeArrays(join(workspace, view.file), { meta: {}, arrays: { rgb } });
    }
    await expect(runDense(workspace, 2)).rejects.toThrow(expect.objectContaining({ code: 'MVS_NO_DEPTH' }));
  });
});
