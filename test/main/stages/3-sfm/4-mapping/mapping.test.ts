import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSparseModel } from '#main/formats/sparse-model/sparse-model-file.js';
import { cameraCentre, relativeTransform } from '#main/geometry/rigid-transform.js';
import { angleBetweenRotations } from '#main/geometry/rotation.js';
import { applySimilarity, fitSimilarity } from '#main/geometry/similarity.js';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { SILENT_LOG } from '#main/logging/log.js';
import type { StageContext } from '#main/pipeline/stage.js';
import { mapping } from '#main/stages/3-sfm/4-mapping/mapping.js';
import type { SparseOutput } from '#main/stages/3-sfm/sparse-output.js';
import { StageFolder } from '#main/workspace/stage-folder.js';
import type { PreviewEvent } from '#shared/pipeline/preview-event.js';
import type { RigidTransform } from '#shared/scene/conventions.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';
import { type SyntheticCamera, type SyntheticGraphOptions, writeSyntheticGraph } from './synthetic-graph.js';

let workspace: string;
const kernels = new KernelPool(1);
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'atlas-mapping-'));
});
afterEach(async () => rm(workspace, { recursive: true }));

const GUESSED: SyntheticCamera = {
  model: 'RADIAL',
  width: 1000,
  height: 750,
  truth: [1700, 507, 372, -0.06, 0.02],
  prior: [1200, 500, 375, 0, 0],
  focalSource: 'guess',
};
const BASE: SyntheticGraphOptions = {
  seed: 1,
  scenes: [24],
  pointCount: 1200,
  noisePx: 0.3,
  outlierShare: 0.02,
  cameras: [GUESSED],
  reach: 4,
  arcDeg: 360,
};

function contextOf(previews: PreviewEvent[] = [], signal = new AbortController().signal): StageContext {
  const folder = new StageFolder(workspace, 'mapping');
  const preview = (event: PreviewEvent) => previews.push(event);
  return { signal, progress() {}, log: SILENT_LOG, preview, kernels, seed: 1, folder };
}

async function runMapping(overrides: Partial<SyntheticGraphOptions>, previews: PreviewEvent[] = []) {
  const { input, truth } = await writeSyntheticGraph(workspace, { ...BASE, ...overrides });
  const output = await mapping.run(input, mapping.defaults, contextOf(previews));
  const model = await readSparseModel(join(workspace, output.model));
  return { input, output, model, truth };
}

/** Largest distance of a camera centre from the truth after the best similarity, and largest error of a relative rotation. */
function errorsOf(model: SparseModel, truth: readonly RigidTransform[]) {
  const centres = Float64Array.from(model.images.flatMap(({ camFromWorld }) => [...cameraCentre(camFromWorld)]));
  const trueCentres = Float64Array.from(model.images.flatMap(({ photoId }) => [...cameraCentre(truth[photoId]!)]));
  const similarity = fitSimilarity(centres, trueCentres)!;
  let centre = 0;
  let rotationDeg = 0;
  const first = model.images[0]!;
  model.images.forEach(({ photoId, camFromWorld }, i) => {
    const moved = applySimilarity(similarity, centres.subarray(i * 3, i * 3 + 3));
    centre = Math.max(centre, Math.hypot(...moved.map((value, k) => value - trueCentres[i * 3 + k]!)));
    const relative = relativeTransform(first.camFromWorld, camFromWorld).R;
    const expected = relativeTransform(truth[first.photoId]!, truth[photoId]!).R;
    rotationDeg = Math.max(rotationDeg, (angleBetweenRotations(relative, expected) * 180) / Math.PI);
  });
  return { centre, rotationDeg };
}

describe('mapping', () => {
  it('recovers a full ring, its focal length, principal point and distortion from a wrong guess (seed 1)', async () => {
    const previews: PreviewEvent[] = [];
    const { output, model, truth } = await runMapping({}, previews);
    expect(model.images).toHaveLength(24);
    const { centre, rotationDeg } = errorsOf(model, truth);
    expect(centre).toBeLessThan(0.01); // of a ring of radius 5
    // A principal point wrong by the 3 px allowed below turns each camera by 0.1 degree; with true intrinsics it is 0.06.
    expect(rotationDeg).toBeLessThan(0.2);
    const [f, cx, cy, k1] = model.cameras[0]!.parameters;
    expect(Math.abs(f! / 1700 - 1)).toBeLessThan(0.005);
    expect(Math.abs(cx! - 507)).toBeLessThan(3);
    expect(Math.abs(cy! - 372)).toBeLessThan(3);
    expect(Math.abs(k1! + 0.06)).toBeLessThan(0.02);
    expect(output.report).toMatchObject({ photoCount: 24, registeredCount: 24 });
    expect(output.report.meanReprojectionErrorPx).toBeLessThan(0.4);
    expect(output.report.cameras[0]!.initialFocalPx).toBe(1200);
    expect(output.unregistered).toEqual([]);
    expect(previews.length).toBeGreaterThan(5);
    // The last one is in the world of the model, as are the previews of all later stages.
    const last = previews.at(-1);
    if (last?.kind !== 'sparse') throw new Error('The last preview is not of the cameras.');
    model.images.forEach(({ camFromWorld: { R, t } }, i) => {
      const centre = [0, 1, 2].map((k) => -(R[k]! * t[0]! + R[3 + k]! * t[1]! + R[6 + k]! * t[2]!));
      expect(last.cameras[i]!.center).toEqual(centre.map((value) => expect.closeTo(value, 6)));
    });
  });

  it('keeps given intrinsics exactly', async () => {
    const given: SyntheticCamera = { ...GUESSED, prior: GUESSED.truth, focalSource: 'given' };
    const { model, truth } = await runMapping({ cameras: [given], scenes: [12], arcDeg: 150 });
    expect(model.cameras[0]!.parameters).toEqual(GUESSED.truth);
    expect(errorsOf(model, truth).rotationDeg).toBeLessThan(0.1);
  });

  it('recovers the colours and tracks of points', async () => {
    const { input, model } = await runMapping({ scenes: [10], arcDeg: 120, outlierShare: 0, noisePx: 0 });
    expect(model.errors.length).toBeGreaterThan(300);
    expect(Array.from(model.colors.subarray(2, 3))).toEqual([7]);
    expect(model.trackOffsets.at(-1)).toBe(model.trackPhotoIds.length);
    const photos = new Set(input.photos.map((photo) => photo.photoId));
    for (let point = 0; point < model.errors.length; point++) {
      const track = model.trackPhotoIds.subarray(model.trackOffsets[point], model.trackOffsets[point + 1]);
      expect(track.length).toBeGreaterThanOrEqual(2);
      expect(new Set(track).size).toBe(track.length);
      expect([...track].every((photo) => photos.has(photo))).toBe(true);
    }
  });

  it('calibrates photos of several cameras and sizes together (seed 2)', async () => {
    const second: SyntheticCamera = {
      model: 'SIMPLE_RADIAL',
      width: 1500,
      height: 2000,
      truth: [1900, 752, 1003, 0.03],
      prior: [2400, 750, 1000, 0],
      focalSource: 'guess',
    };
    const { model, truth } = await runMapping({ cameras: [GUESSED, second], seed: 2 });
    expect(model.images).toHaveLength(24);
    expect(errorsOf(model, truth).rotationDeg).toBeLessThan(0.3);
    expect(Math.abs(model.cameras[0]!.parameters[0]! / 1700 - 1)).toBeLessThan(0.01);
    expect(Math.abs(model.cameras[1]!.parameters[0]! / 1900 - 1)).toBeLessThan(0.01);
  });

  it('finds the true focal length where EXIF is wrong by half, and that of photos with a camera each (seed 3)', async () => {
    const cameras = Array.from({ length: 14 }, (_, i): SyntheticCamera => {
      const truth = [1500 + 30 * i, 500, 375, -0.05, 0.01];
      return { ...GUESSED, truth, prior: [2600, 500, 375, 0, 0], focalSource: 'exif-35mm' };
    });
    const { model, truth } = await runMapping({ cameras, scenes: [14], arcDeg: 140, seed: 3 });
    expect(model.images).toHaveLength(14);
    expect(errorsOf(model, truth).rotationDeg).toBeLessThan(1);
    const ratios = model.cameras.map(({ parameters }, i) => parameters[0]! / cameras[i]!.truth[0]!);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.05);
  });

  it('is not misled by a third of the structure repeating every quarter turn (seed 4)', async () => {
    const { model, truth } = await runMapping({ scenes: [36], repeatedShare: 0.33, reach: 5, seed: 4 });
    expect(model.images).toHaveLength(36);
    expect(errorsOf(model, truth).rotationDeg).toBeLessThan(0.3);
  });

  it('keeps the larger of two scenes and lists the photos of the other', async () => {
    const { output, model } = await runMapping({ scenes: [6, 12], arcDeg: 120 });
    expect(model.images.map((image) => image.photoId)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect(output.unregistered).toHaveLength(6);
    expect(output.unregistered.every((photo) => photo.code === 'PHOTO_OTHER_SCENE')).toBe(true);
    expect(output.warnings).toMatchObject([{ code: 'PHOTO_OTHER_SCENE', photos: { length: 6 } }]);
  });

  it('lists a photo without matches as not registered', async () => {
    const { output, model } = await runMapping({ scenes: [10, 1], arcDeg: 120 });
    expect(model.images).toHaveLength(10);
    expect(output.unregistered).toMatchObject([{ code: 'PHOTO_NOT_REGISTERED', name: 'photo 0010.jpg' }]);
  });

  it('writes the same bytes in a second run', async () => {
    const first = await runMapping({ scenes: [10], arcDeg: 120 });
    const bytes = await readFile(join(workspace, first.output.model));
    const second = await runMapping({ scenes: [10], arcDeg: 120 });
    expect(second.output).toEqual(first.output satisfies SparseOutput);
    expect((await readFile(join(workspace, second.output.model))).equals(bytes)).toBe(true);
  });

  it('says that there is no initial pair when all pairs are rotations', async () => {
    await expect(runMapping({ scenes: [8], isPureRotation: true })).rejects.toMatchObject({
      code: 'SFM_NO_INITIAL_PAIR',
    });
  });

  it('stops at once when aborted', async () => {
    const { input } = await writeSyntheticGraph(workspace, BASE);
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(mapping.run(input, mapping.defaults, contextOf([], controller.signal))).rejects.toThrow('enough');
  });
});
