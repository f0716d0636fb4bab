import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { rotationFromAxisAngle } from '#main/geometry/rotation.js';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { pairBatches } from '#main/stages/3-sfm/3-two-view/pair-batches.js';
import { type TwoViewInput, twoViewStage } from '#main/stages/3-sfm/3-two-view/two-view.js';
import { StageFolder } from '#main/workspace/stage-folder.js';
import type { CameraPrior } from '#shared/scene/camera.js';
import type { Photo } from '#shared/scene/photo.js';

const [WIDTH, HEIGHT, FOCAL] = [1200, 900, 1000];
const POINTS = 600;

let workspace = '';
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'atlas-two-view-'));
});
afterEach(async () => {
  await rm(workspace, { recursive: true });
});

/** Camera k of a motion: turned by `turn` about y per photo; on an arc about the points, or in one place. */
type Motion = 'arc' | 'turn' | 'none';

/** Writes photos of one cloud of points, all matched with all, a tenth of the matches wrong. */
async function capture(seed: number, photoCount: number, motion: Motion): Promise<TwoViewInput> {
  const random = new Random(seed);
  const folder = new StageFolder(workspace, 'input');
  const cloud = Array.from({ length: POINTS }, () => [
    3 * (random.uniform() - 0.5),
    2 * (random.uniform() - 0.5),
    2 * (random.uniform() - 0.5),
  ]);
  const features: TwoViewInput['features'][number][] = [];
  for (let photo = 0; photo < photoCount; photo++) {
    const angle = motion === 'none' ? 0 : 0.1 * photo;
    const R = rotationFromAxisAngle(0, angle, 0);
    const keypoints = new Float32Array(POINTS * 4);
    cloud.forEach((point, i) => {
      const X = motion === 'arc' ? point : point.map((x, k) => (k === 2 ? x + 6 : x));
      const [x, y, z] = [0, 3, 6].map((row) => X.reduce((sum, value, k) => sum + Number(R[row + k]) * value, 0));
      const depth = Number(z) + (motion === 'arc' ? 6 : 0);
      keypoints[i * 4] = (FOCAL * Number(x)) / depth + WIDTH / 2 + 0.3 * random.gaussian();
      keypoints[i * 4 + 1] = (FOCAL * Number(y)) / depth + HEIGHT / 2 + 0.3 * random.gaussian();
    });
    const file = await folder.writeArrays(`features-${photo}.arr`, { meta: {}, arrays: { keypoints } });
    features.push({ photoId: photo, file, count: POINTS });
  }
  const pairs: number[] = [];
  const matches: number[] = [];
  const offsets = [0];
  for (let a = 0; a < photoCount; a++) {
    for (let b = a + 1; b < photoCount; b++) {
      pairs.push(a, b);
      for (let i = 0; i < POINTS; i++) matches.push(i, i % 10 === 0 ? random.below(POINTS) : i);
      offsets.push(matches.length / 2);
    }
  }
  const file = await folder.writeArrays('matches.arr', {
    meta: {},
    arrays: { pairs: Uint32Array.from(pairs), offsets: Uint32Array.from(offsets), matches: Uint32Array.from(matches) },
  });
  const photos = features.map(
    ({ photoId }): Photo => ({
      photoId,
      name: `${photoId}.jpg`,
      path: `/${photoId}.jpg`,
      sha256: '',
      width: WIDTH,
      height: HEIGHT,
      cameraId: 0,
      sharpness: 1,
    }),
  );
  const parameters = [FOCAL, WIDTH / 2, HEIGHT / 2, 0, 0];
  const camera: CameraPrior = {
    cameraId: 0,
    model: 'RADIAL',
    width: WIDTH,
    height: HEIGHT,
    parameters,
    focalSource: 'exif-35mm',
  };
  return {
    photos,
    cameras: [camera],
    features,
    matches: { file, pairCount: pairs.length / 2, matchCount: matches.length / 2 },
  };
}

async function runStage(input: TwoViewInput, name: string, threads = 1, seed = 1) {
  const kernels = new KernelPool(threads);
  const fractions: number[] = [];
  try {
    const output = await twoViewStage.run(input, twoViewStage.defaults, {
      signal: new AbortController().signal,
      progress: (fraction) => fractions.push(fraction),
      log: SILENT_LOG,
      preview() {},
      kernels,
      seed,
      folder: new StageFolder(workspace, name),
    });
    return { output, fractions, bytes: await readFile(join(workspace, output.graph.file)) };
  } finally {
    await kernels.close();
  }
}

describe('twoViewStage', () => {
  it('writes the graph of an arc of photos, the same for any number of workers and after an interruption, seed 1', async () => {
    const input = await capture(1, 7, 'arc');
    const first = await runStage(input, 'one');
    expect(first.output.report.kinds).toEqual({ general: 21, planar: 0, rotation: 0, identical: 0 });
    expect(first.output.report.medianInliers).toBeGreaterThan(0.85 * POINTS);
    expect(first.fractions.at(-1)).toBe(1);
    expect(first.fractions).toEqual([...first.fractions].sort((a, b) => a - b));

    const { arrays } = await new StageFolder(workspace, 'one').readArrays<{
      pairs: Uint32Array;
      offsets: Uint32Array;
      matches: Uint32Array;
      kinds: Uint8Array;
      cam2FromCam1: Float64Array;
      medianAnglesDeg: Float32Array;
      homographyRatios: Float32Array;
    }>(first.output.graph.file);
    expect([...arrays.pairs.subarray(0, 4)]).toEqual([0, 1, 0, 2]);
    expect(arrays.offsets.length).toBe(22);
    expect(arrays.offsets.at(-1)).toBe(arrays.matches.length / 2);
    // Matches of the graph are keypoint indices: equal for a point seen in both photos, but for wrong ones near the line.
    const equal = arrays.matches.filter((m, i) => i % 2 === 0 && m === arrays.matches[i + 1]).length;
    expect(equal).toBeGreaterThan((0.99 * arrays.matches.length) / 2);
    expect(arrays.cam2FromCam1.length).toBe(21 * 12);
    // Photos 0 and 1 are 0.1 rad = 5.7 degrees apart about the points' middle.
    expect(Number(arrays.medianAnglesDeg[0])).toBeCloseTo(5.7, 0);

    const second = await runStage(input, 'two', 2);
    expect(second.bytes.equals(first.bytes)).toBe(true);

    await rm(join(workspace, 'two', 'batch-00001.arr'));
    await rm(join(workspace, second.output.graph.file));
    const resumed = await runStage(input, 'two', 2);
    expect(resumed.bytes.equals(first.bytes)).toBe(true);
    expect(resumed.fractions.length).toBe(1);
  });

  it('says that the camera only turned, seed 2', async () => {
    const input = await capture(2, 3, 'turn');
    await expect(runStage(input, 'turn')).rejects.toMatchObject({ code: 'SFM_PURE_ROTATION' });
  });

  it('says that all photos are the same, seed 3', async () => {
    const input = await capture(3, 3, 'none');
    await expect(runStage(input, 'none')).rejects.toMatchObject({ code: 'SFM_IDENTICAL_PHOTOS' });
  });

  it('says that nothing overlaps where all matches are wrong, seed 4', async () => {
    const input = await capture(4, 3, 'arc');
    const folder = new StageFolder(workspace, 'input');
    const { arrays } = await folder.readArrays<{ pairs: Uint32Array; offsets: Uint32Array; matches: Uint32Array }>(
      input.matches.file,
    );
    const random = new Random(4);
    const matches = arrays.matches.map((index, i) => (i % 2 === 0 ? index : random.below(POINTS)));
    await folder.writeArrays('matches.arr', { meta: {}, arrays: { ...arrays, matches } });
    await expect(runStage(input, 'chance')).rejects.toMatchObject({ code: 'SFM_NO_OVERLAP' });
  });
});

describe('pairBatches', () => {
  it('covers all pairs in order, whatever their matches', () => {
    const counts = [0, 10, 100_000, 5, 2000, 2000, 2000, 2000, 1];
    const offsets = Uint32Array.from([0, ...counts.map((_, i) => counts.slice(0, i + 1).reduce((a, b) => a + b, 0))]);
    const batches = pairBatches(offsets);
    expect(batches[0]?.[0]).toBe(0);
    expect(batches.at(-1)?.[1]).toBe(counts.length);
    for (let i = 1; i < batches.length; i++) expect(batches[i]?.[0]).toBe(batches[i - 1]?.[1]);
    expect(batches.length).toBeGreaterThan(2);
    expect(pairBatches(Uint32Array.of(0))).toEqual([]);
  });
});
