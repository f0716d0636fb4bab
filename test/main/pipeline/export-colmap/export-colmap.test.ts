import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '#main/adapters/tools/find-program.js';
import { readColmapModel } from '#main/formats/colmap/read-colmap-model.js';
import { lensFromParameters, project } from '#main/geometry/camera-projection.js';
import { exportNames } from '#main/pipeline/export-colmap/export-names.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';
import { type Capture, makeCapture } from '#synthetic/make-capture.js';
import { runAtlas } from '../../cli/run-atlas.js';

const colmap = await findProgram('colmap').catch(() => undefined);
if (colmap === undefined) process.stdout.write('skipped: COLMAP is not installed, its own reading of an export\n');

describe('names of exported photos', () => {
  it('are plain, unique and keep what other photos are called', () => {
    const photo = (photoId: number, name: string) => ({ photoId, name });
    const photos = [
      photo(0, 'a b.JPG'),
      photo(1, 'a_b.jpg'),
      photo(2, 'x/1.heic'),
      photo(3, '写真.png'),
      photo(4, 'raw'),
    ];
    expect([...exportNames(photos, false).values()]).toEqual(['a_b.jpg', 'a_b_2.jpg', 'x_1.jpg', '_.png', 'raw.jpg']);
    expect([...exportNames(photos, true).values()].at(3)).toBe('_.jpg');
  });
});

describe('atlas export colmap, of 8 synthetic photos with masks (seed 5)', () => {
  let folder: string;
  let capture: Capture;
  const at = (...names: string[]) => join(folder, ...names);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-export-'));
    capture = await makeCapture(at('capture'), { photos: 8, sizePx: 480, seed: 5 }, { threads: 2 });
    const common = ['--out', at('run'), '--tier', 'preview', '--until', 'sfm', '--threads', '2'];
    const run = await runAtlas(['reconstruct', capture.images, ...common]);
    expect(run.code, run.stderr).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes photos and the model as it is', async () => {
    expect((await runAtlas(['export', 'colmap', at('run'), at('plain')])).stdout).toContain('8 photos');
    expect((await readdir(at('plain', 'images'))).sort()).toEqual([...capture.photoNames].sort());
    const [own, exported] = [await readColmapModel(at('run/sparse')), await readColmapModel(at('plain/sparse/0'))];
    expect(exported).toEqual(own);
  });

  it('writes straight photos, PINHOLE cameras and tracks that fit them', async () => {
    const result = await runAtlas(['export', 'colmap', at('run'), at('straight'), '--undistorted', '--binary']);
    expect(result.code, result.stderr).toBe(0);
    expect((await readdir(at('straight/sparse/0'))).sort()).toEqual(['cameras.bin', 'images.bin', 'points3D.bin']);
    const [own, straight] = [await readColmapModel(at('run/sparse')), await readColmapModel(at('straight/sparse/0'))];
    expect(straight.cameras[0]?.model).toBe('PINHOLE');
    expect(straight.trackPixels).not.toEqual(own.trackPixels);
    expect(meanError(straight)).toBeCloseTo(meanError(own), 1);
    const { width, height } = await sharp(at('straight/images', straight.images[0]!.name)).metadata();
    expect([width, height]).toEqual([straight.cameras[0]?.width, straight.cameras[0]?.height]);
  });

  it.skipIf(colmap === undefined)('is what COLMAP opens, text and binary', async () => {
    for (const name of ['plain', 'straight']) {
      const args = ['model_analyzer', '--path', at(name, 'sparse/0')];
      const { all } = await execa(colmap!, args, { all: true, env: { QT_QPA_PLATFORM: 'offscreen' } });
      const { images, errors } = await readColmapModel(at(name, 'sparse/0'));
      expect(all).toMatch(new RegExp(`Registered images: ${images.length}\\b`));
      expect(all).toMatch(new RegExp(`Points: ${errors.length}\\b`));
    }
  });

  it('neither overwrites nor exports what is not there', async () => {
    const [full, none] = [
      await runAtlas(['export', 'colmap', at('run'), at('plain')]),
      await runAtlas(['export', 'colmap', at('capture'), at('none')]),
    ];
    expect([full.code, none.code]).toEqual([2, 2]);
    expect(full.stderr).toContain('not empty');
    expect(none.stderr).toContain('no run');
  });
});

/** Mean distance in pixels between the observations of a model and its points as its cameras see them. */
function meanError(model: SparseModel): number {
  let sum = 0;
  const pixel = new Float64Array(2);
  for (let point = 0; point < model.errors.length; point++) {
    const X = model.positions.subarray(point * 3, point * 3 + 3);
    for (let i = model.trackOffsets[point]!; i < model.trackOffsets[point + 1]!; i++) {
      const image = model.images.find(({ photoId }) => photoId === model.trackPhotoIds[i])!;
      const camera = model.cameras.find(({ cameraId }) => cameraId === image.cameraId)!;
      const { R, t } = image.camFromWorld;
      const [x, y, z] = [0, 1, 2].map(
        (row) => R[row * 3]! * X[0]! + R[row * 3 + 1]! * X[1]! + R[row * 3 + 2]! * X[2]! + t[row]!,
      );
      project(lensFromParameters(camera.model, camera.parameters), 0, x!, y!, z!, pixel, 0);
      sum += Math.hypot(pixel[0]! - model.trackPixels[i * 2]!, pixel[1]! - model.trackPixels[i * 2 + 1]!);
    }
  }
  return sum / model.trackPhotoIds.length;
}
