import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
      photo(5, 'raw.PNG'),
    ];
    const names = [...exportNames(photos, false).values()];
    expect(names).toEqual(['a_b.jpg', 'a_b_2.jpg', 'x_1.jpg', '_.png', 'raw.jpg', 'raw_2.png']);
    expect([...exportNames(photos, true).values()].at(3)).toBe('_.jpg');
  });
});

describe('atlas export colmap, of 8 synthetic photos, 7 of them with masks (seed 5)', () => {
  let folder: string;
  let capture: Capture;
  const at = (...names: string[]) => join(folder, ...names);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-export-'));
    capture = await makeCapture(at('capture'), { photos: 8, sizePx: 480, seed: 5 }, { threads: 2 });
    for (const name of capture.photoNames.slice(1)) await writeWideMask(at('masks', name.replace('.jpg', '.png')));
    const common = [
      '--masks',
      at('masks'),
      '--out',
      at('run'),
      '--tier',
      'preview',
      '--until',
      'sfm',
      '--threads',
      '2',
    ];
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

  it('writes a mask for each photo, named as the readers look for it, white where none was given', async () => {
    const stems = capture.photoNames.map((name) => name.replace('.jpg', ''));
    expect((await readdir(at('plain/masks'))).sort()).toEqual(stems.map((stem) => `${stem}.jpg.png`));
    expect((await readdir(at('straight/masks'))).sort()).toEqual(stems.map((stem) => `${stem}.png`));
    const least = async (path: string) => (await sharp(path).stats()).channels[0]?.min;
    expect(await Promise.all(stems.slice(0, 2).map((stem) => least(at('straight/masks', `${stem}.png`))))).toEqual([
      255, 0,
    ]);
    const { cameras } = await readColmapModel(at('straight/sparse/0'));
    const { width, height } = await sharp(at('straight/masks', `${stems[0]}.png`)).metadata();
    expect([width, height]).toEqual([cameras[0]?.width, cameras[0]?.height]);
  });

  it.skipIf(colmap === undefined)(
    "has the cameras and, but for resampling, the photos of COLMAP's own undistorter",
    async () => {
      await mkdir(at('theirs'));
      const paths = [
        '--image_path',
        at('plain/images'),
        '--input_path',
        at('plain/sparse/0'),
        '--output_path',
        at('theirs'),
      ];
      await execa(colmap!, ['image_undistorter', ...paths], { env: { QT_QPA_PLATFORM: 'offscreen' } });
      const [ours, theirs] = [
        await readColmapModel(at('straight/sparse/0')),
        await readColmapModel(at('theirs/sparse')),
      ];
      const [own, their] = [ours.cameras[0]!, theirs.cameras[0]!];
      // A side less by a pixel, where COLMAP's last column would show some thousandths of what is beside the photo.
      expect(their.width - own.width).toBeOneOf([0, 1]);
      expect(their.height - own.height).toBeOneOf([0, 1]);
      expect(own.parameters.slice(0, 2)).toEqual(their.parameters.slice(0, 2));
      for (const i of [2, 3]) expect(Math.abs(own.parameters[i]! - their.parameters[i]!)).toBeLessThan(0.6);
      const { name } = ours.images[0]!;
      const region = { left: 0, top: 0, width: own.width, height: own.height };
      const [a, b] = await Promise.all(
        ['straight', 'theirs'].map((folder) =>
          sharp(at(folder, 'images', name))
            .extract(region)
            .raw()
            .toBuffer(),
        ),
      );
      const difference = a!.reduce((sum, value, i) => sum + Math.abs(value - b![i]!), 0) / a!.length;
      expect(difference).toBeLessThan(5);
    },
  );

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

/** Of a photo of 480 x 360: all of it but some columns. */
async function writeWideMask(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const mask = Uint8Array.from({ length: 480 * 360 }, (_, i) => (i % 480 < 20 ? 0 : 255));
  await sharp(mask, { raw: { width: 480, height: 360, channels: 1 } })
    .png()
    .toFile(path);
}

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
