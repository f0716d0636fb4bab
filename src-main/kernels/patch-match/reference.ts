import { type PatchMatchProblem, type PatchMatchSource, sampleOffsets } from './problem.js';

/**
 * The matching cost of one plane in every source, written for reading: what `costsAt` of the kernel computes, in f64.
 *
 * 1. The patch around pixel (x, y) of the reference, with bilateral weights.
 * 2. The plane moves pixels to a source by a homography, here its first-order expansion at the patch's centre.
 * 3. Cost: 1 - weighted NCC, noise variance added to both variances; 2 where the source cannot see the patch.
 * 4. Plus the forward-backward reprojection error through the source's guide.
 *
 * @param x column, @param y row of the pixel
 * @param plane inverse depth at the pixel's centre, and its change per pixel
 */
export function referenceCosts(
  problem: PatchMatchProblem,
  x: number,
  y: number,
  plane: { inverseDepth: number; slopeX: number; slopeY: number },
): number[] {
  const patch = gatherPatch(problem, x, y);
  return problem.sources.map((source) => {
    const warp = expandHomography(source, x + 0.5, y + 0.5, plane);
    if (!warp || !fits(source, warp, problem)) return COST_UNSEEN;
    const values = patch.map(({ dx, dy }) => {
      return bilinear(source, warp.u + dx * warp.ux + dy * warp.uy, warp.v + dx * warp.vx + dy * warp.vy);
    });
    const cost = 1 - weightedNcc(patch, values, problem.patch.noiseSigma ** 2);
    return Math.min(Math.max(cost, 0), COST_UNSEEN) + geometricCost(problem, source, x + 0.5, y + 0.5, warp);
  });
}

const COST_UNSEEN = 2;
const MAX_STRETCH = 4;
const MIN_AREA_RATIO = 0.02;

interface Sample {
  readonly dx: number;
  readonly dy: number;
  readonly value: number;
  readonly weight: number;
}

function gatherPatch({ reference, patch }: PatchMatchProblem, x: number, y: number): Sample[] {
  const { width, height, gray, mask } = reference;
  const offsets = sampleOffsets(patch);
  const samples: Sample[] = [];
  for (let i = 0; i < offsets.length; i += 2) {
    const dx = offsets[i]!;
    const dy = offsets[i + 1]!;
    const isInside = x + dx >= 0 && y + dy >= 0 && x + dx < width && y + dy < height;
    const at = (y + dy) * width + x + dx;
    if (!isInside || (mask && !mask[at])) continue;
    const distance = (dx * dx + dy * dy) / (2 * patch.spatialSigmaPx ** 2);
    const difference = (gray[at]! - gray[y * width + x]!) ** 2 / (2 * patch.colorSigma ** 2);
    samples.push({ dx, dy, value: gray[at]!, weight: Math.exp(-distance - difference) });
  }
  return samples;
}

/** Position in the source and its derivatives by the reference's pixel. */
interface Warp {
  readonly u: number;
  readonly v: number;
  readonly ux: number;
  readonly uy: number;
  readonly vx: number;
  readonly vy: number;
}

function expandHomography(
  { A, b }: PatchMatchSource,
  x: number,
  y: number,
  { inverseDepth: w, slopeX, slopeY }: { inverseDepth: number; slopeX: number; slopeY: number },
): Warp | undefined {
  const [p, q, z] = [0, 1, 2].map((i) => A[i * 3]! * x + A[i * 3 + 1]! * y + A[i * 3 + 2]! + b[i]! * w);
  const [px, qx, zx] = [0, 1, 2].map((i) => A[i * 3]! + b[i]! * slopeX);
  const [py, qy, zy] = [0, 1, 2].map((i) => A[i * 3 + 1]! + b[i]! * slopeY);
  if (z! <= 1e-6) return undefined;
  const u = p! / z!;
  const v = q! / z!;
  return {
    u,
    v,
    ux: (px! - u * zx!) / z!,
    uy: (py! - u * zy!) / z!,
    vx: (qx! - v * zx!) / z!,
    vy: (qy! - v * zy!) / z!,
  };
}

function fits(source: PatchMatchSource, { u, v, ux, uy, vx, vy }: Warp, { patch }: PatchMatchProblem): boolean {
  const radius = ((2 * patch.blocks - 1) * patch.stepPx) / 2;
  const extentU = radius * (Math.abs(ux) + Math.abs(uy));
  const extentV = radius * (Math.abs(vx) + Math.abs(vy));
  const isCompact = Math.max(extentU, extentV) < MAX_STRETCH * radius && ux * vy - uy * vx > MIN_AREA_RATIO;
  const isInside =
    u - 0.5 - extentU >= 1 &&
    v - 0.5 - extentV >= 1 &&
    u - 0.5 + extentU < source.width - 2 &&
    v - 0.5 + extentV < source.height - 2;
  return isCompact && isInside && !(source.mask && !source.mask[Math.floor(v) * source.width + Math.floor(u)]);
}

/** @param u pixels, the centre of the top-left pixel at (0.5, 0.5); @param v likewise */
function bilinear({ gray, width }: PatchMatchSource, u: number, v: number): number {
  const column = Math.floor(u - 0.5);
  const row = Math.floor(v - 0.5);
  const fu = u - 0.5 - column;
  const fv = v - 0.5 - row;
  const at = row * width + column;
  const top = gray[at]! * (1 - fu) + gray[at + 1]! * fu;
  const bottom = gray[at + width]! * (1 - fu) + gray[at + width + 1]! * fu;
  return top * (1 - fv) + bottom * fv;
}

function weightedNcc(patch: readonly Sample[], values: readonly number[], noiseVariance: number): number {
  const total = patch.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (value: (sample: Sample, i: number) => number) =>
    patch.reduce((sum, sample, i) => sum + sample.weight * value(sample, i), 0) / total;
  const meanReference = mean(({ value }) => value);
  const meanSource = mean((_, i) => values[i]!);
  const varianceReference = mean(({ value }) => (value - meanReference) ** 2);
  const varianceSource = mean((_, i) => (values[i]! - meanSource) ** 2);
  const covariance = mean(({ value }, i) => (value - meanReference) * (values[i]! - meanSource));
  return covariance / Math.sqrt((varianceReference + noiseVariance) * (varianceSource + noiseVariance));
}

function geometricCost(
  { patch }: PatchMatchProblem,
  { guide, width, C, d }: PatchMatchSource,
  x: number,
  y: number,
  { u, v }: Warp,
): number {
  if (!guide) return 0;
  const scale = guide.width / width;
  const column = Math.min(Math.floor(u * scale), guide.width - 1);
  const row = Math.min(Math.floor(v * scale), guide.height - 1);
  const w = guide.inverseDepths[row * guide.width + column]!;
  const [p, q, z] = [0, 1, 2].map((i) => C[i * 3]! * u + C[i * 3 + 1]! * v + C[i * 3 + 2]! + d[i]! * w);
  const error = w > 0 && z! > 1e-6 ? Math.hypot(p! / z! - x, q! / z! - y) : Number.POSITIVE_INFINITY;
  return patch.geometricWeight * Math.min(error, patch.geometricLimitPx);
}
