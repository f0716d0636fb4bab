import { describe, expect, it } from 'vitest';
import { DEPTH_RANGE_DEFAULTS, depthRange, depthsOfSeenPoints } from '#main/stages/4-mvs/1-views/depth-range.js';
import { angleWeight, SELECT_SOURCES_DEFAULTS, selectSources } from '#main/stages/4-mvs/1-views/select-sources.js';
import { pinholeOf, undistortPhoto } from '#main/stages/4-mvs/1-views/undistort-photo.js';
import { planViews, VIEWS_DEFAULTS } from '#main/stages/4-mvs/1-views/views.js';
import type { Camera } from '#shared/scene/camera.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';

const camera: Camera = { cameraId: 0, model: 'PINHOLE', width: 400, height: 300, parameters: [400, 400, 200, 150] };

/** Cameras on a circle of radius 5 about the origin, each `stepDeg` from the next; all see all points. */
function ringModel(count: number, stepDeg: number, points: readonly number[][]): SparseModel {
  const images = Array.from({ length: count }, (_, photoId) => {
    const angle = (photoId * stepDeg * Math.PI) / 180;
    const R = Float64Array.of(Math.cos(angle), 0, Math.sin(angle), 0, 1, 0, -Math.sin(angle), 0, Math.cos(angle));
    return { photoId, name: `${photoId}.jpg`, cameraId: 0, camFromWorld: { R, t: Float64Array.of(0, 0, 5) } };
  });
  const ids = points.flatMap(() => images.map(({ photoId }) => photoId));
  return {
    cameras: [camera],
    images,
    positions: Float64Array.from(points.flat()),
    colors: new Uint8Array(points.length * 3),
    errors: new Float32Array(points.length),
    trackOffsets: Uint32Array.from({ length: points.length + 1 }, (_, i) => i * count),
    trackPhotoIds: Uint32Array.from(ids),
    trackFeatures: new Uint32Array(ids.length),
    trackPixels: new Float32Array(ids.length * 2),
  };
}

const cube = Array.from({ length: 64 }, (_, i) => [(i % 4) / 4, (Math.floor(i / 4) % 4) / 4, Math.floor(i / 16) / 4]);

describe('selectSources', () => {
  it('prefers views at 7 to 20 degrees over nearer and farther ones', () => {
    const sources = selectSources(ringModel(36, 5, cube), { ...SELECT_SOURCES_DEFAULTS, maxSources: 6 });
    expect(sources[10]!.toSorted((a, b) => a - b)).toEqual([6, 7, 8, 12, 13, 14]);
  });

  it('takes what there is when all views are far apart', () => {
    const sources = selectSources(ringModel(6, 40, cube), SELECT_SOURCES_DEFAULTS);
    expect(sources[2]!.slice(0, 2).toSorted((a, b) => a - b)).toEqual([1, 3]);
  });

  it('gives no source to a view without shared points', () => {
    const model = ringModel(3, 10, cube);
    const alone = { ...model, trackPhotoIds: model.trackPhotoIds.map((id) => (id === 2 ? 1 : id)) };
    expect(selectSources(alone, SELECT_SOURCES_DEFAULTS)).toEqual([[1], [0], []]);
    expect(planViews(alone, VIEWS_DEFAULTS, () => camera).map((view) => view.photoId)).toEqual([0, 1]);
  });

  it('weighs good angles fully and falls off outside', () => {
    expect(angleWeight(12, SELECT_SOURCES_DEFAULTS)).toBe(1);
    expect(angleWeight(1, SELECT_SOURCES_DEFAULTS)).toBeLessThan(0.15);
    expect(angleWeight(60, SELECT_SOURCES_DEFAULTS)).toBeLessThan(0.01);
  });
});

describe('depthRange', () => {
  it('encloses the seen points with a margin and without outliers', () => {
    const model = ringModel(2, 10, [...cube, ...cube, [0, 0, 95]]);
    const seen = depthsOfSeenPoints(model).get(0)!;
    const range = depthRange(model.images[0]!, model, seen, DEPTH_RANGE_DEFAULTS)!;
    expect(range.depthMin).toBeCloseTo(5 / 1.4, 6);
    expect(range.depthMax).toBeCloseTo(5.75 * 1.4, 6);
  });

  it('takes the whole model for a view that sees few points', () => {
    const model = ringModel(2, 0, cube);
    expect(depthRange(model.images[0]!, model, Float64Array.of(1), DEPTH_RANGE_DEFAULTS)?.depthMin).toBeCloseTo(
      5 / 1.4,
      6,
    );
  });

  it('is unknown when nothing is in front of the camera', () => {
    const model = ringModel(1, 0, [[0, 0, -20]]);
    expect(depthRange(model.images[0]!, model, new Float64Array(), DEPTH_RANGE_DEFAULTS)).toBeUndefined();
  });
});

describe('undistortPhoto', () => {
  const distorted: Camera = {
    cameraId: 0,
    model: 'SIMPLE_RADIAL',
    width: 200,
    height: 150,
    parameters: [220, 100, 75, -0.2],
  };
  /** A smooth picture of directions: what a ray (x, y, 1) shows. */
  const shade = (x: number, y: number) => 128 + 60 * Math.sin(12 * x) + 60 * Math.cos(10 * y);

  it('shows what the pinhole camera would see within a grey level', () => {
    const rgb = new Uint8Array(200 * 150 * 3);
    for (let i = 0; i < 200 * 150; i++) {
      const xd = ((i % 200) + 0.5 - 100) / 220;
      const yd = (Math.floor(i / 200) + 0.5 - 75) / 220;
      let [x, y] = [xd, yd];
      for (let k = 0; k < 50; k++) {
        const radial = 1 - 0.2 * (x * x + y * y);
        [x, y] = [xd / radial, yd / radial];
      }
      rgb.fill(Math.round(shade(x, y)), i * 3, i * 3 + 3);
    }
    const straight = undistortPhoto(rgb, undefined, distorted, 200, 150);
    for (let i = 0; i < 200 * 150; i++) {
      if (straight.mask && !straight.mask[i]) continue;
      const expected = shade(((i % 200) + 0.5 - 100) / 220, (Math.floor(i / 200) + 0.5 - 75) / 220);
      expect(Math.abs(straight.rgb[i * 3]! - expected)).toBeLessThan(1.5);
    }
  });

  it('puts out of the mask what a pincushion lens does not show, and what the user masks', () => {
    const pincushion: Camera = { ...distorted, parameters: [220, 100, 75, 0.2] };
    const white = new Uint8Array(200 * 150 * 3).fill(255);
    const userMask = new Uint8Array(200 * 150).fill(255);
    for (let y = 0; y < 150; y++) userMask.fill(0, y * 200, y * 200 + 100);
    const { mask } = undistortPhoto(white, userMask, pincushion, 200, 150);
    expect(mask?.[0]).toBe(0);
    expect(mask?.[199]).toBe(0);
    expect(mask?.[75 * 200 + 60]).toBe(0);
    expect(mask?.[75 * 200 + 140]).toBe(255);
  });

  it('passes photos without distortion through', () => {
    const rgb = Uint8Array.from({ length: 400 * 300 * 3 }, (_, i) => i % 251);
    expect(undistortPhoto(rgb, undefined, camera, 400, 300)).toEqual({ rgb, mask: undefined });
  });

  it('scales focal length and principal point with the size', () => {
    expect(pinholeOf(camera, 200, 150)).toEqual({ width: 200, height: 150, fx: 200, fy: 200, cx: 100, cy: 75 });
  });
});
