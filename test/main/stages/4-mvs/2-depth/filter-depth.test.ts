import { describe, expect, it } from 'vitest';
import { DEPTH_DEFAULTS } from '#main/stages/4-mvs/2-depth/depth-options.js';
import { countConfirming, depthsAndNormals, dropSmallSegments } from '#main/stages/4-mvs/2-depth/filter-depth.js';
import { findFlatFringes } from '#main/stages/4-mvs/2-depth/flat-fringes.js';
import { upsamplePlanes } from '#main/stages/4-mvs/2-depth/plane-field.js';
import { nearestPointPrior } from '#main/stages/4-mvs/2-depth/sparse-prior.js';
import { arcOfViews, planeInView, type TexturedPlane } from '../textured-plane.js';

const plane: TexturedPlane = { normal: [0.3, 0.1, -0.95], offset: -1.9 };
const views = arcOfViews();
const mapOf = (index: number) => {
  const view = views[index]!;
  const { depthAt } = planeInView(plane, view);
  const inverseDepths = Float32Array.from({ length: 160 * 120 }, (_, i) => {
    return 1 / depthAt((i % 160) + 0.5, Math.floor(i / 160) + 0.5);
  });
  return { view, inverseDepths };
};
const { filter } = DEPTH_DEFAULTS;

describe('countConfirming', () => {
  it('counts every source that shows a true depth', () => {
    const { counts, showing } = countConfirming(mapOf(2), [mapOf(1), mapOf(3)], filter);
    expect(counts[60 * 160 + 80]).toBe(2);
    expect(counts).toEqual(showing);
  });

  it('does not count wrong depths, of the reference or of a source', () => {
    const reference = mapOf(2);
    reference.inverseDepths[60 * 160 + 80]! *= 1.03;
    const wrong = mapOf(1);
    wrong.inverseDepths.fill(0.9);
    const { counts, showing } = countConfirming(reference, [wrong, mapOf(3)], filter);
    expect(counts[60 * 160 + 80]).toBe(0);
    expect(counts[60 * 160 + 90]).toBe(1);
    expect(showing[60 * 160 + 90]).toBe(2);
  });
});

describe('dropSmallSegments', () => {
  it('drops specks and keeps a surface', () => {
    const map = new Float32Array(100 * 50);
    for (let y = 0; y < 50; y++) for (let x = 0; x < 40; x++) map[y * 100 + x] = 1 + x * 1e-3;
    for (let y = 10; y < 15; y++) for (let x = 60; x < 65; x++) map[y * 100 + x] = 2;
    map[30 * 100 + 20] = 1.5;
    dropSmallSegments(map, 100, 50, { minSegmentPixels: 30, segmentDepthDifference: 0.01 });
    expect(map[12 * 100 + 62]).toBe(0);
    expect(map[30 * 100 + 20]).toBe(0);
    expect(map[30 * 100 + 21]).toBeGreaterThan(1);
  });
});

describe('depthsAndNormals', () => {
  it('gives the depth and normal of a plane', () => {
    const { view, inverseDepths } = mapOf(3);
    const at = 40 * 160 + 50;
    const slopesX = new Float32Array(inverseDepths.length).fill((inverseDepths[at + 40]! - inverseDepths[at]!) / 40);
    const slopesY = new Float32Array(inverseDepths.length).fill((inverseDepths[at + 6400]! - inverseDepths[at]!) / 40);
    const { depths, normals } = depthsAndNormals(view, { slopesX, slopesY }, inverseDepths);
    const truth = planeInView(plane, view);
    expect(depths[at]).toBeCloseTo(truth.depthAt(50.5, 40.5), 5);
    for (let k = 0; k < 3; k++) expect(normals[at * 3 + k]).toBeCloseTo(truth.normal[k]!, 3);
  });
});

describe('findFlatFringes', () => {
  /** A textured square on a black ground, its edge blurred over 2 pixels. */
  const gray = Uint8Array.from({ length: 120 * 120 }, (_, i) => {
    const [x, y] = [i % 120, Math.floor(i / 120)];
    const outside = Math.max(40 - x, x - 80, 40 - y, y - 80, 0);
    const texture = 130 + 40 * Math.sin(x * 1.3) * Math.cos(y * 1.7);
    return outside >= 3 ? 2 + ((x * 7 + y * 13) % 3) : Math.round((texture * (3 - outside)) / 3);
  });
  const fringe = findFlatFringes(gray, 120, 120, filter.fringe);

  it('marks the flat ground along the edge, and neither the object nor the far ground', () => {
    expect(fringe[60 * 120 + 35]).toBe(1);
    expect(fringe[86 * 120 + 60]).toBe(1);
    expect(fringe[60 * 120 + 60]).toBe(0);
    expect(fringe[60 * 120 + 43]).toBe(0);
    expect(fringe[60 * 120 + 15]).toBe(0);
  });
});

describe('upsamplePlanes', () => {
  it('keeps planes exactly', () => {
    const inverse = (x: number, y: number) => 0.5 + 0.01 * x - 0.02 * y;
    const coarse = {
      width: 10,
      height: 8,
      active: new Uint8Array(80).fill(255),
      inverseDepths: Float32Array.from({ length: 80 }, (_, i) => inverse((i % 10) + 0.5, Math.floor(i / 10) + 0.5)),
      slopesX: new Float32Array(80).fill(0.01),
      slopesY: new Float32Array(80).fill(-0.02),
      costs: new Float32Array(80),
      viewWeights: Uint8Array.from({ length: 160 }, (_, i) => (i % 2 ? 255 : i % 100)),
    };
    coarse.active[0] = 0;
    const fine = upsamplePlanes(coarse, 21, 17);
    expect(fine.active[0]).toBe(0);
    for (const [x, y] of [
      [5, 9],
      [20, 16],
      [13, 2],
    ] as const) {
      expect(fine.inverseDepths[y * 21 + x]).toBeCloseTo(inverse((x + 0.5) / 2, (y + 0.5) / 2), 5);
    }
    expect(fine.slopesX[50]).toBeCloseTo(0.005, 6);
    expect(fine.viewWeights[(4 * 21 + 4) * 2]).toBe(coarse.viewWeights[(2 * 10 + 2) * 2]);
  });
});

describe('nearestPointPrior', () => {
  it('takes the nearest point for each pixel, and nothing without points', () => {
    const prior = nearestPointPrior(Float32Array.of(20, 20, 0.5, 80, 60, 0.25), 0.5, 50, 40);
    expect(prior[10 * 50 + 12]).toBeCloseTo(0.5, 6);
    expect(prior[35 * 50 + 45]).toBeCloseTo(0.25, 6);
    expect(nearestPointPrior(new Float32Array(), 1, 4, 4)).toEqual(new Float32Array(16));
  });
});
