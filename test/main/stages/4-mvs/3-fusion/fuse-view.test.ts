import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { type DepthView, fuseView } from '#main/stages/4-mvs/3-fusion/fuse-view.js';
import { FUSION_DEFAULTS } from '#main/stages/4-mvs/3-fusion/fusion.js';
import { thinPoints } from '#main/stages/4-mvs/3-fusion/thin-points.js';
import { arcOfViews, planeInView, type TexturedPlane } from '../textured-plane.js';

const plane: TexturedPlane = { normal: [0.3, 0.1, -0.95], offset: -1.9 };
const views = arcOfViews();
const size = 160 * 120;

/** The true depth map, with relative noise of the given standard deviation. */
function depthView(index: number, noise = 0, seed = 1): DepthView {
  const view = views[index]!;
  const { depthAt, normal } = planeInView(plane, view);
  const random = new Random(seed, index);
  return {
    view,
    depths: Float32Array.from({ length: size }, (_, i) => {
      return depthAt((i % 160) + 0.5, Math.floor(i / 160) + 0.5) * (1 + noise * random.gaussian());
    }),
    normals: Float32Array.from({ length: size * 3 }, (_, i) => normal[i % 3]!),
    confidences: new Float32Array(size).fill(0.8),
  };
}

const rgb = Uint8Array.from({ length: size * 3 }, (_, i) => (i * 7) % 256);
const { confirm } = FUSION_DEFAULTS;
const distanceTo = (p: ArrayLike<number>, i: number) => {
  const length = Math.hypot(...plane.normal);
  return plane.normal.reduce((sum, n, k) => sum + n * p[i * 3 + k]!, -plane.offset) / length;
};

describe('fuseView', () => {
  it('puts exact depths on the true plane, with its normal, colour and views', () => {
    const points = fuseView(
      depthView(2),
      rgb,
      [1, 3, 0, 4].map((i) => depthView(i)),
      { ...confirm, writersPerPoint: 5 },
    );
    expect(points.count).toBeGreaterThan(0.6 * size);
    const length = Math.hypot(...plane.normal);
    for (let i = 0; i < points.count; i += 97) {
      expect(Math.abs(distanceTo(points.positions, i))).toBeLessThan(1e-5);
      for (let k = 0; k < 3; k++) expect(points.normals[i * 3 + k]).toBeCloseTo(plane.normal[k]! / length, 4);
    }
    expect(points.viewPhotoIds.length).toBe(points.viewCounts.reduce((sum, count) => sum + count, 0));
    expect([...points.viewPhotoIds.subarray(0, points.viewCounts[0])]).toContain(2);
  });

  it('averages the views: less noise than one view has (seed 3)', () => {
    const noise = 0.002;
    const sources = [1, 3, 0, 4].map((i) => depthView(i, noise, 3));
    const points = fuseView(depthView(2, noise, 3), rgb, sources, { ...confirm, writersPerPoint: 5 });
    let square = 0;
    for (let i = 0; i < points.count; i++) square += distanceTo(points.positions, i) ** 2;
    // One view's deviation is about 0.002 * 2 along the ray; five views that agree give about 1 / sqrt(5) of it.
    expect(Math.sqrt(square / points.count)).toBeLessThan(0.65 * noise * 2);
  });

  it('drops what fewer views than needed confirm', () => {
    const wrong = depthView(3);
    wrong.depths.fill(3.9);
    expect(fuseView(depthView(2), rgb, [wrong], confirm).count).toBe(0);
    const turned = depthView(1);
    turned.normals.fill(0).forEach((_, i, normals) => {
      if (i % 3 === 0) normals[i] = -0.9;
    });
    const onlyBeyondBothImages = fuseView(depthView(2), rgb, [turned, wrong], confirm);
    expect(onlyBeyondBothImages.count).toBe(0);
  });

  it('lets two views suffice only where no third one shows the place', () => {
    const two = fuseView(depthView(2), rgb, [depthView(1)], { ...confirm, writersPerPoint: 5 });
    expect(two.count).toBeGreaterThan(0.5 * size);
    expect(Math.max(...two.viewCounts)).toBe(2);
  });

  it('writes each place from the views that see it best', () => {
    const all = views.map((view, i) => {
      return fuseView(
        depthView(i),
        rgb,
        view.sources.map((j) => depthView(j)),
        { ...confirm, writersPerPoint: 1 },
      ).count;
    });
    const written = all.reduce((sum, count) => sum + count, 0);
    expect(written).toBeGreaterThan(0.8 * size);
    expect(written).toBeLessThan(1.8 * size);
  });
});

describe('thinPoints', () => {
  const part = fuseView(
    depthView(2),
    rgb,
    [1, 3].map((i) => depthView(i)),
    { ...confirm, writersPerPoint: 5 },
  );

  it('keeps one point a cell, with its own views', () => {
    const points = thinPoints([part, part], 2, 1e9);
    const count = points.footprints.length;
    expect(count).toBeGreaterThan(0.15 * part.count);
    expect(count).toBeLessThan(0.6 * part.count);
    expect(points.viewOffsets[count]).toBe(points.viewPhotoIds.length);
    for (let i = 0; i < count; i += 31) {
      const ids = [...points.viewPhotoIds.subarray(points.viewOffsets[i], points.viewOffsets[i + 1])];
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      expect(ids.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('stays under the limit', () => {
    const points = thinPoints([part], 1, 500);
    expect(points.footprints.length).toBeLessThanOrEqual(500);
    expect(points.footprints.length).toBeGreaterThan(150);
  });
});
