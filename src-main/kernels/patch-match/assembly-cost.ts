// Matching cost of a plane: bilaterally weighted NCC between the reference's patch and its image in a source.
// Based on: Schonberger et al., ECCV 2016 (bilateral weights); Xu & Tao, CVPR 2019, Eq. 9 (geometric term).
import { COST_UNSEEN, Job, MAX_CANDIDATES, Source, sourceAt } from './assembly-job';

/** 2^23: adding it to a float in [0, 2^23) leaves its rounded integer in the low mantissa bits. */
const MAGIC: f32 = 8388608;
/** Four times the bits of 2^23, modulo 2^32. */
const MAGIC_BYTES: usize = 0x2c000000;
/** A patch may grow by this in a source image before the view is called unfit. */
const MAX_STRETCH: f32 = 4;

// The current pixel's patch.
let patchMean: f32 = 0;
export let patchVariance: f32 = 0;

function lane(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Gathers the reference patch at (x, y) with its bilateral weights. @returns whether enough of it is usable */
export function preparePatch(job: Job, x: i32, y: i32): bool {
  const n = job.sampleCount;
  const width = job.width;
  const radius = <i32>job.radius;
  const inside = x >= radius && y >= radius && x < width - radius && y < job.height - radius;
  const center = job.gray + y * width + x;
  const maskCenter = job.mask + y * width + x;
  const centerValue = <i32>load<u8>(center);
  const weights = job.patch;
  const values = weights + ((<usize>n) << 2);
  let total: f32 = 0;
  let sum: f32 = 0;
  let sumSquares: f32 = 0;
  for (let i = 0; i < n; i++) {
    const dx = load<i32>(job.offsets + ((<usize>i) << 3));
    const dy = load<i32>(job.offsets + ((<usize>i) << 3), 4);
    let weight: f32 = 0;
    let value: f32 = 0;
    const usable = inside || (x + dx >= 0 && y + dy >= 0 && x + dx < width && y + dy < job.height);
    if (usable) {
      const at = dy * width + dx;
      if (load<u8>(maskCenter + at)) {
        const gray = <i32>load<u8>(center + at);
        value = <f32>gray;
        weight =
          load<f32>(job.spatialWeights + ((<usize>i) << 2)) *
          load<f32>(job.colorWeights + ((<usize>abs(gray - centerValue)) << 2));
      }
    }
    const weighted = weight * value;
    total += weight;
    sum += weighted;
    sumSquares += weighted * value;
    store<f32>(weights + ((<usize>i) << 2), weight);
    store<f32>(values + ((<usize>i) << 2), weighted);
  }
  if (total < <f32>1e-3) return false;
  const scale: f32 = 1 / total;
  const scales = f32x4.splat(scale);
  for (let i: usize = 0; i < (<usize>n) << 3; i += 16) {
    v128.store(weights + i, f32x4.mul(v128.load(weights + i), scales));
  }
  patchMean = sum * scale;
  patchVariance = max<f32>(0, sumSquares * scale - patchMean * patchMean);
  return true;
}

/** Cost of a plane at pixel centre (x, y) in one source: 1 - NCC, and the geometric term where the source has a guide. */
export function viewCost(job: Job, source: Source, x: f32, y: f32, w: f32, sx: f32, sy: f32): f32 {
  // Projection and its derivatives by x and y.
  const pz = source.a20 * x + source.a21 * y + source.a22 + source.b2 * w;
  if (pz <= <f32>1e-6) return COST_UNSEEN;
  const iz: f32 = 1 / pz;
  const u = (source.a00 * x + source.a01 * y + source.a02 + source.b0 * w) * iz;
  const v = (source.a10 * x + source.a11 * y + source.a12 + source.b1 * w) * iz;
  const zx = source.a20 + source.b2 * sx;
  const zy = source.a21 + source.b2 * sy;
  const ux = (source.a00 + source.b0 * sx - u * zx) * iz;
  const uy = (source.a01 + source.b0 * sy - u * zy) * iz;
  const vx = (source.a10 + source.b1 * sx - v * zx) * iz;
  const vy = (source.a11 + source.b1 * sy - v * zy) * iz;
  const extentU = job.radius * (abs(ux) + abs(uy));
  const extentV = job.radius * (abs(vx) + abs(vy));
  const limit = MAX_STRETCH * job.radius;
  const u0 = u - <f32>0.5;
  const v0 = v - <f32>0.5;
  const width = source.width;
  const fits =
    extentU < limit &&
    extentV < limit &&
    u0 - extentU >= 1 &&
    v0 - extentV >= 1 &&
    u0 + extentU < <f32>(width - 2) &&
    v0 + extentV < <f32>(source.height - 2) &&
    ux * vy - uy * vx > <f32>0.02; // else seen from behind or nearly edge-on
  if (!fits) return COST_UNSEEN;
  if (source.mask && !load<u8>(source.mask + <i32>v * width + <i32>u)) return COST_UNSEEN;

  // A vector holds a block of 2x2 samples; blocks are `step` apart twice.
  const step = job.step;
  const block: f32 = step * 2;
  const first: f32 = -job.radius;
  const zero = f32x4.splat(0);
  const cornersX = f32x4(0, step, 0, step);
  const cornersY = f32x4(0, 0, step, step);
  let rowU = f32x4.splat(u0 + first * (ux + uy));
  let rowV = f32x4.splat(v0 + first * (vx + vy));
  rowU = f32x4.add(rowU, f32x4.add(f32x4.mul(cornersX, f32x4.splat(ux)), f32x4.mul(cornersY, f32x4.splat(uy))));
  rowV = f32x4.add(rowV, f32x4.add(f32x4.mul(cornersX, f32x4.splat(vx)), f32x4.mul(cornersY, f32x4.splat(vy))));
  const UX = f32x4.splat(ux * block);
  const VX = f32x4.splat(vx * block);
  const UY = f32x4.splat(uy * block);
  const VY = f32x4.splat(vy * block);
  const stride = f32x4.splat(<f32>width);
  const magic = f32x4.splat(MAGIC);
  const byte = i32x4.splat(255);
  const base = i32x4.splat(<i32>(source.quads - MAGIC_BYTES));
  const blocks = job.blocks;
  let weights = job.patch;
  const valuesOffset = (<usize>job.sampleCount) << 2;
  let sum = zero;
  let sumSquares = zero;
  let sumProducts = zero;
  for (let j = 0; j < blocks; j++) {
    let us = rowU;
    let vs = rowV;
    for (let i = 0; i < blocks; i++) {
      const iu = f32x4.floor(us);
      const iv = f32x4.floor(vs);
      const fu = f32x4.sub(us, iu);
      const fv = f32x4.sub(vs, iv);
      const at = i32x4.add(i32x4.shl(f32x4.add(f32x4.add(f32x4.mul(iv, stride), iu), magic), 2), base);
      let quad = v128.load32_zero(<usize>i32x4.extract_lane(at, 0));
      quad = v128.load32_lane(<usize>i32x4.extract_lane(at, 1), quad, 1);
      quad = v128.load32_lane(<usize>i32x4.extract_lane(at, 2), quad, 2);
      quad = v128.load32_lane(<usize>i32x4.extract_lane(at, 3), quad, 3);
      const c00 = f32x4.convert_i32x4_s(v128.and(quad, byte));
      const c10 = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(quad, 8), byte));
      const c01 = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(quad, 16), byte));
      const c11 = f32x4.convert_i32x4_s(i32x4.shr_u(quad, 24));
      const top = f32x4.add(c00, f32x4.mul(fu, f32x4.sub(c10, c00)));
      const bottom = f32x4.add(c01, f32x4.mul(fu, f32x4.sub(c11, c01)));
      const value = f32x4.add(top, f32x4.mul(fv, f32x4.sub(bottom, top)));
      const weighted = f32x4.mul(value, v128.load(weights));
      sum = f32x4.add(sum, weighted);
      sumSquares = f32x4.add(sumSquares, f32x4.mul(weighted, value));
      sumProducts = f32x4.add(sumProducts, f32x4.mul(value, v128.load(weights + valuesOffset)));
      weights += 16;
      us = f32x4.add(us, UX);
      vs = f32x4.add(vs, VX);
    }
    rowU = f32x4.add(rowU, UY);
    rowV = f32x4.add(rowV, VY);
  }
  const mean = lane(sum);
  const variance = max<f32>(0, lane(sumSquares) - mean * mean);
  const covariance = lane(sumProducts) - mean * patchMean;
  const noise = job.noiseVariance;
  let cost: f32 = 1 - covariance / sqrt<f32>((patchVariance + noise) * (variance + noise));
  cost = min<f32>(max<f32>(cost, 0), COST_UNSEEN);
  if (source.guide) cost += geometricCost(job, source, x, y, u, v);
  return cost;
}

/** Forward-backward reprojection error through the source's own depth (ACMM, Eq. 9), times its weight. */
function geometricCost(job: Job, source: Source, x: f32, y: f32, u: f32, v: f32): f32 {
  const column = min<i32>(<i32>(u * source.guideScale), source.guideWidth - 1);
  const row = min<i32>(<i32>(v * source.guideScale), source.guideHeight - 1);
  const w = load<f32>(source.guide + ((<usize>(row * source.guideWidth + column)) << 2));
  if (w <= 0) return job.geometricWeight * job.geometricLimit;
  const qz = source.c20 * u + source.c21 * v + source.c22 + source.d2 * w;
  if (qz <= <f32>1e-6) return job.geometricWeight * job.geometricLimit;
  const iz: f32 = 1 / qz;
  const ex = (source.c00 * u + source.c01 * v + source.c02 + source.d0 * w) * iz - x;
  const ey = (source.c10 * u + source.c11 * v + source.c12 + source.d1 * w) * iz - y;
  return job.geometricWeight * min<f32>(sqrt<f32>(ex * ex + ey * ey), job.geometricLimit);
}

/** Whether the plane is in the depth range and turned enough to the camera. */
export function plausible(job: Job, x: f32, y: f32, w: f32, sx: f32, sy: f32): bool {
  if (w < job.inverseDepthMin || w > job.inverseDepthMax) return false;
  // The normal is along -K^T m with m the plane (w as a linear function of the pixel): cos = w / (|K^T m| |ray|).
  const dx = x - job.cx;
  const dy = y - job.cy;
  const nx = job.fx * sx;
  const ny = job.fy * sy;
  const nz = w - sx * dx - sy * dy;
  const rx = dx / job.fx;
  const ry = dy / job.fy;
  const lengths = (nx * nx + ny * ny + nz * nz) * (rx * rx + ry * ry + 1);
  return w * w >= job.minCosine * job.minCosine * lengths;
}

/** Weights of the current pixel's views, as a list: scratch holds f32 weight and i32 index of each. */
let listCount: i32 = 0;
let listTotal: f32 = 0;

export function listPointer(job: Job): usize {
  return job.scratch + ((<usize>((MAX_CANDIDATES + 2) * job.sourceCount)) << 2);
}

/** Weighted mean cost over the listed views; stops as soon as it cannot be below `bound`. Costs go to `row`. */
export function weightedCost(job: Job, x: f32, y: f32, w: f32, sx: f32, sy: f32, bound: f32, row: usize): f32 {
  const list = listPointer(job);
  const stop = bound * listTotal;
  let sum: f32 = 0;
  for (let i = 0; i < listCount; i++) {
    const weight = load<f32>(list + ((<usize>i) << 3));
    const index = load<i32>(list + ((<usize>i) << 3), 4);
    const cost = viewCost(job, sourceAt(job, index), x, y, w, sx, sy);
    store<f32>(row + ((<usize>index) << 2), cost);
    sum += weight * cost;
    if (sum >= stop) return COST_UNSEEN * 4;
  }
  return sum / listTotal;
}

/** Lists the views with a weight, heaviest first. */
export function listViews(job: Job, weights: usize): void {
  const list = listPointer(job);
  const count = job.sourceCount;
  listCount = 0;
  listTotal = 0;
  for (let j = 0; j < count; j++) {
    const weight = <f32>load<u8>(weights + j);
    if (weight == 0) continue;
    let at = listCount++;
    while (at > 0 && load<f32>(list + ((<usize>at - 1) << 3)) < weight) {
      store<u64>(list + ((<usize>at) << 3), load<u64>(list + ((<usize>at - 1) << 3)));
      at--;
    }
    store<f32>(list + ((<usize>at) << 3), weight);
    store<i32>(list + ((<usize>at) << 3), j, 4);
    listTotal += weight;
  }
}

/** Weighted mean of one row of costs over the listed views. */
export function costOfRow(job: Job, row: usize): f32 {
  const list = listPointer(job);
  let sum: f32 = 0;
  for (let i = 0; i < listCount; i++) {
    sum +=
      load<f32>(list + ((<usize>i) << 3)) * load<f32>(row + ((<usize>load<i32>(list + ((<usize>i) << 3), 4)) << 2));
  }
  return sum / listTotal;
}
