import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { PATCH_DEFAULTS, PatchMatch, type PatchMatchProblem } from '#main/kernels/patch-match/index.js';
import { referenceCosts } from '#main/kernels/patch-match/reference.js';
import { pixelStepOf, relatePixels } from '#main/stages/4-mvs/2-depth/relate-views.js';
import type { View } from '#shared/scene/view.js';
import { arcOfViews, photographPlane, planeInView, type TexturedPlane } from '../../stages/4-mvs/textured-plane.js';

const slanted: TexturedPlane = { normal: [0.45, -0.2, -0.87], offset: -1.74 };
const views = arcOfViews();
const images = views.map((view) => photographPlane(slanted, view));

function problemFor(index: number, change: Partial<PatchMatchProblem> = {}): PatchMatchProblem {
  const view = views[index] as View;
  const { width, height, fx, fy, cx, cy } = view;
  const relations = view.sources.map((source) => relatePixels(view, views[source]!));
  return {
    reference: { width, height, gray: images[index]!, mask: undefined, fx, fy, cx, cy },
    sources: view.sources.map((source, i) => {
      const back = relatePixels(views[source]!, view);
      const gray = images[source]!;
      return { width, height, gray, mask: undefined, ...relations[i]!, C: back.A, d: back.b, guide: undefined };
    }),
    inverseDepthMin: 1 / view.depthMax,
    inverseDepthMax: 1 / view.depthMin,
    pixelStep: pixelStepOf(view, relations),
    seed: 7,
    patch: PATCH_DEFAULTS,
    ...change,
  };
}

function inverseDepthsOf(view: View): Float32Array {
  const { depthAt } = planeInView(slanted, view);
  return Float32Array.from({ length: view.width * view.height }, (_, i) => {
    return 1 / depthAt((i % view.width) + 0.5, Math.floor(i / view.width) + 0.5);
  });
}

function solve(problem: PatchMatchProblem) {
  const kernel = new PatchMatch();
  kernel.load(problem);
  kernel.initialize(new Float32Array(problem.reference.gray.length));
  for (let iteration = 0, pixels = 2; iteration < 6; iteration++, pixels /= 2) {
    const sweep = { iteration, farSteps: 6, maxViews: 4, rounds: 3, pixels, wild: iteration < 4 };
    kernel.sweepSelecting(sweep);
  }
  for (let iteration = 6, pixels = 0.5; iteration < 10; iteration++, pixels /= 2) {
    kernel.sweepRefining({ iteration, farSteps: 6, maxCandidates: 4, rounds: 3, pixels });
  }
  return kernel.planes();
}

describe('PatchMatch kernel', () => {
  it('agrees with the reference on random planes within 2e-3 (seed 1)', () => {
    const guided = problemFor(2);
    const mask = new Uint8Array(160 * 120).fill(255).fill(0, 0, 160 * 20);
    const problem = {
      ...guided,
      sources: guided.sources.map((source, i) => ({
        ...source,
        mask: i === 1 ? mask : undefined,
        guide:
          i === 2
            ? { width: 160, height: 120, inverseDepths: inverseDepthsOf(views[views[2]!.sources[2]!]!) }
            : undefined,
      })),
    };
    const kernel = new PatchMatch();
    kernel.load(problem);
    const random = new Random(1);
    let seen = 0;
    for (let i = 0; i < 300; i++) {
      const [x, y] = [random.below(160), random.below(120)];
      const truth = 1 / planeInView(slanted, views[2]!).depthAt(x + 0.5, y + 0.5);
      const plane = {
        inverseDepth: truth * (1 + 0.05 * random.gaussian()),
        slopeX: 0.001 * random.gaussian(),
        slopeY: 0.001 * random.gaussian(),
      };
      const costs = kernel.costsAt(x, y, plane);
      referenceCosts(problem, x, y, plane).forEach((expected, j) => {
        if (expected !== 2) seen++;
        expect(Math.abs(costs[j]! - expected), `pixel ${x}, ${y}, source ${j}`).toBeLessThan(2e-3);
      });
    }
    expect(seen).toBeGreaterThan(600);
  });

  it('finds depth and normal of a slanted plane from random starts (seed 7)', () => {
    const view = views[2]!;
    const field = solve(problemFor(2));
    const truth = planeInView(slanted, view);
    const depthErrors: number[] = [];
    const angles: number[] = [];
    for (let y = 8; y < 112; y++) {
      for (let x = 24; x < 136; x++) {
        const i = y * 160 + x;
        const w = field.inverseDepths[i]!;
        depthErrors.push(Math.abs(1 / w / truth.depthAt(x + 0.5, y + 0.5) - 1));
        const n = [
          -view.fx * field.slopesX[i]!,
          -view.fy * field.slopesY[i]!,
          -(w - field.slopesX[i]! * (x + 0.5 - view.cx) - field.slopesY[i]! * (y + 0.5 - view.cy)),
        ];
        const cosine = n.reduce((sum, value, k) => sum + value * truth.normal[k]!, 0) / Math.hypot(...n);
        angles.push((Math.acos(Math.min(1, cosine)) * 180) / Math.PI);
      }
    }
    depthErrors.sort((a, b) => a - b);
    angles.sort((a, b) => a - b);
    const at = (values: number[], share: number) => values[Math.floor(values.length * share)]!;
    expect(at(depthErrors, 0.5)).toBeLessThan(0.0012);
    expect(at(depthErrors, 0.95)).toBeLessThan(0.01);
    expect(at(angles, 0.5)).toBeLessThan(6);
  });

  it('gives the same planes for the same seed, and others for another', () => {
    const first = solve(problemFor(1));
    expect(solve(problemFor(1))).toEqual(first);
    expect(solve(problemFor(1, { seed: 8 })).inverseDepths).not.toEqual(first.inverseDepths);
  });

  it('leaves pixels outside the mask and without contrast alone', () => {
    const problem = problemFor(2);
    const gray = problem.reference.gray.slice();
    for (let y = 60; y < 120; y++) gray.fill(40, y * 160, y * 160 + 160);
    const mask = new Uint8Array(gray.length).fill(255);
    for (let y = 0; y < 120; y++) mask.fill(0, y * 160, y * 160 + 80);
    const kernel = new PatchMatch();
    kernel.load({ ...problem, reference: { ...problem.reference, gray, mask } });
    const active = kernel.dropFlat(1);
    expect(active).toBeGreaterThan(80 * 55);
    expect(active).toBeLessThanOrEqual(80 * 64);
    const field = kernel.planes();
    expect(field.active[10 * 160 + 40]).toBe(0);
    expect(field.active[100 * 160 + 120]).toBe(0);
    expect(field.active[10 * 160 + 120]).not.toBe(0);
  });

  it('counts a source whose mask excludes the place as not seeing it', () => {
    const problem = problemFor(2);
    const sources = problem.sources.map((source) => ({ ...source, mask: new Uint8Array(160 * 120) }));
    const kernel = new PatchMatch();
    kernel.load({ ...problem, sources });
    const inverseDepth = inverseDepthsOf(views[2]!)[60 * 160 + 80]!;
    expect([...kernel.costsAt(80, 60, { inverseDepth, slopeX: 0, slopeY: 0 })]).toEqual([2, 2, 2, 2]);
  });

  it('rejects images of another size than they say', () => {
    const problem = problemFor(2);
    const reference = { ...problem.reference, gray: new Uint8Array(5) };
    expect(() => new PatchMatch().load({ ...problem, reference })).toThrow('another size');
  });
});
