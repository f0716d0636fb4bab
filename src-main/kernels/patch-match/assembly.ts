// PatchMatch stereo with slanted planes for one reference view: matching cost, propagation, view weights, refinement.
//
// Based on: Xu & Tao, "Multi-Scale Geometric Consistency Guided Multi-View Stereo", CVPR 2019 (ACMH, ACMM): red-black
// propagation with adaptive sampling, multi-hypothesis joint view selection, geometric term; Schonberger et al., "Pixelwise
// View Selection for Unstructured Multi-View Stereo", ECCV 2016: bilaterally weighted NCC.
//
// Deviations, with reasons:
// - A plane is (w, sx, sy): inverse depth at the pixel's centre and its change per pixel to the right and downwards. Inverse
//   depth is linear over the image of a plane, so propagation and upsampling are exact and need no normal.
// - The homography is replaced by its first-order expansion at the patch's centre: within 5 px it differs by some
//   hundredths of a pixel, and a division per sample is saved.
// - Source images are "quads": u32 with the 2x2 neighbourhood I(x,y) | I(x+1,y) << 8 | I(x,y+1) << 16 | I(x+1,y+1) << 24, so
//   one bilinear sample is one 32-bit load.
// - View weights are the selection probabilities themselves, not counts of random draws.
// - `noiseVariance` is added to both variances of the NCC, so that a patch without texture costs about 1 whatever the plane,
//   and the plane found at a coarser scale survives.

export const heapBase: usize = __heap_base;

const MAX_CANDIDATES: i32 = 8;
/** Cost of a plane that a source cannot see. Costs are 1 - NCC, 0..2. */
const COST_UNSEEN: f32 = 2;
/** 2^23: adding it to a float in [0, 2^23) leaves its rounded integer in the low mantissa bits. */
const MAGIC: f32 = 8388608;
/** Four times the bits of 2^23, modulo 2^32. */
const MAGIC_BYTES: usize = 0x2c000000;
/** A patch may grow by this in a source image before the view is called unfit. */
const MAX_STRETCH: f32 = 4;

/** One source view. Pixels of a source: centre of the top-left pixel at (0.5, 0.5). 34 fields of 4 bytes. */
@unmanaged
class Source {
  /** u32[height*width]. */
  quads: usize;
  /** u8[height*width], 0 out, or null. */
  mask: usize;
  /** f32[guideHeight*guideWidth]: inverse depths of this source (0 unknown), or null. */
  guide: usize;
  width: i32;
  height: i32;
  guideWidth: i32;
  guideHeight: i32;
  /** Guide pixels per source pixel. */
  guideScale: f32;
  /** Homogeneous source pixel = A (x, y, 1) + b w. */
  a00: f32;
  a01: f32;
  a02: f32;
  a10: f32;
  a11: f32;
  a12: f32;
  a20: f32;
  a21: f32;
  a22: f32;
  b0: f32;
  b1: f32;
  b2: f32;
  /** Homogeneous reference pixel = C (u, v, 1) + d w_source. */
  c00: f32;
  c01: f32;
  c02: f32;
  c10: f32;
  c11: f32;
  c12: f32;
  c20: f32;
  c21: f32;
  c22: f32;
  d0: f32;
  d1: f32;
  d2: f32;
  pad0: i32;
  pad1: i32;
}

/** The problem and the state of its solution. n = width*height. */
@unmanaged
class Job {
  width: i32;
  height: i32;
  sourceCount: i32;
  /** Samples of a patch, 4 * blocks^2: a grid of 2x2 blocks of samples, row by row. */
  sampleCount: i32;
  /** Source[sourceCount]. */
  sources: usize;
  /** u8[n], the reference image. */
  gray: usize;
  /** u8[n]: 0 outside the mask, not sampled. */
  mask: usize;
  /** u8[n]: 0 = pixel is not estimated. */
  active: usize;
  /** f32[n] each: the planes. */
  inverseDepths: usize;
  slopesX: usize;
  slopesY: usize;
  /** f32[n]: weighted cost of the plane. */
  costs: usize;
  /** f32[n*sourceCount]: cost of the plane in each source; used by selecting sweeps only. */
  viewCosts: usize;
  /** u8[n*sourceCount]: view weights, 0..255. */
  viewWeights: usize;
  /** i32[sampleCount*2]: dx, dy of each sample. */
  offsets: usize;
  /** f32[sampleCount]: spatial weight of each sample. */
  spatialWeights: usize;
  /** f32[256]: weight by difference to the centre's intensity. */
  colorWeights: usize;
  /** f32[sampleCount*2]: weight, and weight * reference value, of the current patch. */
  patch: usize;
  /** f32[(MAX_CANDIDATES + 2)*sourceCount + 64]. */
  scratch: usize;
  fx: f32;
  fy: f32;
  cx: f32;
  cy: f32;
  inverseDepthMin: f32;
  inverseDepthMax: f32;
  /** Inverse depth that moves a pixel by one pixel in a typical source. */
  pixelStep: f32;
  /** Largest |dx|, |dy| of the samples. */
  radius: f32;
  noiseVariance: f32;
  /** Cost per pixel of forward-backward reprojection error, and the error at which it stops growing. */
  geometricWeight: f32;
  geometricLimit: f32;
  /** Smallest cosine between the plane's normal and the ray. */
  minCosine: f32;
  seed: u32;
  /** Blocks of 2x2 samples in a row of the patch, and the distance of samples. */
  blocks: i32;
  step: f32;
}

// The current pixel's patch, and the last projection: results of inlined steps, not state.
let patchMean: f32 = 0;
let patchVariance: f32 = 0;
let random: u32 = 0;

function lane(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Integer hash with low bias (Ellis, "hash-prospector", lowbias32). */
function hash(value: u32): u32 {
  value ^= value >> 16;
  value *= 0x21f0aaad;
  value ^= value >> 15;
  value *= 0x735a2d97;
  return value ^ (value >> 15);
}

/** Uniform in [-1, 1). */
function uniform(): f32 {
  random += 0x9e3779b9;
  return <f32>(<i32>hash(random)) * <f32>(1.0 / 2147483648.0);
}

function sourceAt(job: Job, index: i32): Source {
  return changetype<Source>(job.sources + <usize>index * offsetof<Source>());
}

/** Gathers the reference patch at (x, y) with its bilateral weights. @returns whether enough of it is usable */
function preparePatch(job: Job, x: i32, y: i32): bool {
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
function viewCost(job: Job, source: Source, x: f32, y: f32, w: f32, sx: f32, sy: f32): f32 {
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
function plausible(job: Job, x: f32, y: f32, w: f32, sx: f32, sy: f32): bool {
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

function listPointer(job: Job): usize {
  return job.scratch + ((<usize>((MAX_CANDIDATES + 2) * job.sourceCount)) << 2);
}

/** Weighted mean cost over the listed views; stops as soon as it cannot be below `bound`. Costs go to `row`. */
function weightedCost(job: Job, x: f32, y: f32, w: f32, sx: f32, sy: f32, bound: f32, row: usize): f32 {
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
function listViews(job: Job, weights: usize): void {
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

let nearestIndex: i32 = 0;
let nearestCost: f32 = 0;

function consider(job: Job, x: i32, y: i32): void {
  if (x < 0 || y < 0 || x >= job.width || y >= job.height) return;
  const index = y * job.width + x;
  if (!load<u8>(job.active + index)) return;
  const cost = load<f32>(job.costs + ((<usize>index) << 2));
  if (cost < nearestCost) {
    nearestCost = cost;
    nearestIndex = index;
  }
}

/**
 * Adaptive checkerboard sampling (ACMH, Sec. 3.1): the cheapest pixel in each of four near V-shaped and four far strip-shaped
 * areas, all of the other colour. Writes pixel indices and costs, cheapest first.
 * @returns their count, at most `limit`
 */
function gatherCandidates(job: Job, x: i32, y: i32, farSteps: i32, limit: i32, indices: usize): i32 {
  let count = 0;
  for (let area = 0; area < 8; area++) {
    const direction = area & 3;
    const dx = direction == 0 ? -1 : direction == 1 ? 1 : 0;
    const dy = direction == 2 ? -1 : direction == 3 ? 1 : 0;
    nearestCost = 1e9;
    if (area < 4) {
      consider(job, x + dx, y + dy);
      for (let i = 1; i <= 3; i++) {
        const along = 1 + i;
        consider(job, x + along * dx + i * dy, y + along * dy + i * dx);
        consider(job, x + along * dx - i * dy, y + along * dy - i * dx);
      }
    } else {
      for (let i = 0; i < farSteps; i++) {
        const along = 3 + 2 * i;
        consider(job, x + along * dx, y + along * dy);
      }
    }
    if (nearestCost > <f32>1e8) continue;
    let at = count < limit ? count++ : limit;
    while (at > 0 && load<f32>(indices + ((<usize>at - 1) << 3), 4) > nearestCost) {
      if (at < limit) store<u64>(indices + ((<usize>at) << 3), load<u64>(indices + ((<usize>at - 1) << 3)));
      at--;
    }
    if (at < limit) {
      store<i32>(indices + ((<usize>at) << 3), nearestIndex);
      store<f32>(indices + ((<usize>at) << 3), nearestCost, 4);
    }
  }
  return count;
}

/** Whether a plane is so near to another that trying it cannot help: both move the patch by less than `pixels`. */
function same(job: Job, dw: f32, dsx: f32, dsy: f32, pixels: f32): bool {
  return abs(dw) + job.radius * (abs(dsx) + abs(dsy)) < pixels * job.pixelStep;
}

/**
 * Joint view selection from the costs of all candidates (ACMH, Sec. 3.2): a view is good where several candidates match well
 * and few match badly. Writes u8 weights, largest 255. `rows` f32[count][sourceCount].
 */
function selectViews(job: Job, rows: usize, count: i32, iteration: i32, weights: usize, keep: i32): void {
  const views = job.sourceCount;
  const threshold: f32 = <f32>0.8 * expf(<f32>(iteration * iteration) / <f32>-90);
  const probabilities = rows + ((<usize>(count * views)) << 2); // next free row
  let largest: f32 = 0;
  let bestMean: f32 = 1e9;
  let bestView = 0;
  for (let j = 0; j < views; j++) {
    let good = 0;
    let bad = 0;
    let sum: f32 = 0;
    let mean: f32 = 0;
    for (let i = 0; i < count; i++) {
      const cost = load<f32>(rows + ((<usize>(i * views + j)) << 2));
      mean += cost;
      if (cost < threshold) {
        sum += expf(cost * cost * <f32>(-1.0 / 0.18));
        good++;
      }
      if (cost > <f32>1.2) bad++;
    }
    if (mean < bestMean) {
      bestMean = mean;
      bestView = j;
    }
    let probability: f32 = 0;
    if (good > 2 && bad < 3) probability = sum / <f32>good;
    else if (bad < 3) probability = expf(threshold * threshold * <f32>(-1.0 / 0.32));
    // Continuity: views that the pixel used before are preferred.
    if (!load<u8>(weights + j)) probability *= <f32>0.5;
    store<f32>(probabilities + ((<usize>j) << 2), probability);
    largest = max<f32>(largest, probability);
  }
  if (largest <= 0) {
    for (let j = 0; j < views; j++) store<u8>(weights + j, j == bestView ? 255 : 0);
    return;
  }
  const scale: f32 = 255 / largest;
  for (let j = 0; j < views; j++) {
    const probability = load<f32>(probabilities + ((<usize>j) << 2));
    let rank = 0;
    for (let k = 0; k < views; k++) {
      const other = load<f32>(probabilities + ((<usize>k) << 2));
      if (other > probability || (other == probability && k < j)) rank++;
    }
    const weight = <i32>(probability * scale);
    store<u8>(weights + j, rank < keep && weight > 25 ? weight : 0);
  }
}

/** Cheap e^x for x <= 0, relative error below 1e-3: (1 + x/256)^256 with the quadratic term. */
function expf(x: f32): f32 {
  if (x < -20) return 0;
  const t: f32 = x * <f32>(1.0 / 256.0);
  let r: f32 = 1 + t + t * t * <f32>0.5;
  for (let i = 0; i < 8; i++) r *= r;
  return r;
}

// The best plane of the visit in progress.
let bestW: f32 = 0;
let bestX: f32 = 0;
let bestY: f32 = 0;
let bestCost: f32 = 0;

function tryPlane(job: Job, x: f32, y: f32, w: f32, sx: f32, sy: f32, row: usize, bestRow: usize): void {
  if (!plausible(job, x, y, w, sx, sy)) return;
  const cost = weightedCost(job, x, y, w, sx, sy, bestCost, row);
  if (cost >= bestCost) return;
  bestCost = cost;
  bestW = w;
  bestX = sx;
  bestY = sy;
  if (bestRow) memory.copy(bestRow, row, (<usize>job.sourceCount) << 2);
}

/** Random planes around the best one: inverse depth, slopes, both; displacements in pixels of a typical source. */
function refinePlane(job: Job, x: f32, y: f32, rounds: i32, pixels: f32, row: usize, bestRow: usize): void {
  const depthStep = job.pixelStep * pixels;
  const slopeStep = depthStep / job.radius;
  for (let i = 0; i < rounds; i++) {
    const dw = uniform() * depthStep;
    const dsx = uniform() * slopeStep;
    const dsy = uniform() * slopeStep;
    const kind = i % 3;
    const moved: f32 = kind == 1 ? 0 : dw;
    const turnedX: f32 = kind == 0 ? 0 : dsx;
    const turnedY: f32 = kind == 0 ? 0 : dsy;
    tryPlane(job, x, y, bestW + moved, bestX + turnedX, bestY + turnedY, row, bestRow);
  }
}

/** Slopes of a plane with a random normal within about 66 degrees of the ray at (x, y). Results in bestX, bestY. */
function randomSlopes(job: Job, x: f32, y: f32, w: f32): void {
  const rx = (x - job.cx) / job.fx;
  const ry = (y - job.cy) / job.fy;
  const length = sqrt<f32>(rx * rx + ry * ry + 1);
  let nx: f32 = 0;
  let ny: f32 = 0;
  let nz: f32 = 0;
  let cosine: f32 = -1;
  for (let attempt = 0; attempt < 16 && cosine < <f32>0.4; attempt++) {
    nx = uniform();
    ny = uniform();
    nz = uniform();
    const squared = nx * nx + ny * ny + nz * nz;
    if (squared > 1 || squared < <f32>0.01) continue;
    cosine = -(nx * rx + ny * ry + nz) / (sqrt<f32>(squared) * length);
    if (cosine < 0) {
      nx = -nx;
      ny = -ny;
      nz = -nz;
      cosine = -cosine;
    }
  }
  if (cosine < <f32>0.4) {
    nx = -rx;
    ny = -ry;
    nz = -1;
  }
  const scale = w / (nx * rx + ny * ry + nz);
  bestX = (nx / job.fx) * scale;
  bestY = (ny / job.fy) * scale;
}

function storeBest(job: Job, index: i32): void {
  const at = (<usize>index) << 2;
  store<f32>(job.inverseDepths + at, bestW);
  store<f32>(job.slopesX + at, bestX);
  store<f32>(job.slopesY + at, bestY);
  store<f32>(job.costs + at, bestCost);
}

/** Makes quads of a grey image. @param gray u8[height*width]; @param quads u32[height*width]; the last row and column repeat */
export function makeQuads(gray: usize, width: i32, height: i32, quads: usize): void {
  for (let y = 0; y < height; y++) {
    const row = gray + y * width;
    const below = y + 1 < height ? row + width : row;
    for (let x = 0; x < width; x++) {
      const right = x + 1 < width ? x + 1 : x;
      const quad =
        <u32>load<u8>(row + x) |
        ((<u32>load<u8>(row + right)) << 8) |
        ((<u32>load<u8>(below + x)) << 16) |
        ((<u32>load<u8>(below + right)) << 24);
      store<u32>(quads + ((<usize>(y * width + x)) << 2), quad);
    }
  }
}

/**
 * Clears `active` where the patch has a standard deviation below `minDeviation`.
 * @returns number of active pixels
 */
export function dropFlat(jobPointer: usize, minDeviation: f32): i32 {
  const job = changetype<Job>(jobPointer);
  let count = 0;
  for (let y = 0; y < job.height; y++) {
    for (let x = 0; x < job.width; x++) {
      const index = y * job.width + x;
      if (!load<u8>(job.active + index)) continue;
      const usable = preparePatch(job, x, y) && patchVariance >= minDeviation * minDeviation;
      store<u8>(job.active + index, usable ? 1 : 0);
      if (usable) count++;
    }
  }
  return count;
}

/**
 * First planes of the coarsest scale: around the prior or anywhere in the depth range, with random normals. Fills planes,
 * costs, view costs and weights.
 *
 * @param prior f32[n]: inverse depth to start from, 0 = none
 */
export function initialize(jobPointer: usize, prior: usize): void {
  const job = changetype<Job>(jobPointer);
  const views = job.sourceCount;
  for (let y = 0; y < job.height; y++) {
    for (let x = 0; x < job.width; x++) {
      const index = y * job.width + x;
      const weights = job.viewWeights + index * views;
      memory.fill(weights, 255, views);
      store<f32>(job.costs + ((<usize>index) << 2), COST_UNSEEN * 4);
      if (!load<u8>(job.active + index) || !preparePatch(job, x, y)) continue;
      random = hash(job.seed ^ hash(<u32>index + 0x51ed270b));
      const px = <f32>x + <f32>0.5;
      const py = <f32>y + <f32>0.5;
      const expected = load<f32>(prior + ((<usize>index) << 2));
      const range = job.inverseDepthMax - job.inverseDepthMin;
      if (expected > 0 && uniform() < <f32>0.6) bestW = expected + uniform() * <f32>0.05 * range;
      else bestW = job.inverseDepthMin + (uniform() * <f32>0.5 + <f32>0.5) * range;
      bestW = min<f32>(max<f32>(bestW, job.inverseDepthMin), job.inverseDepthMax);
      randomSlopes(job, px, py, bestW);
      // Mean of the better half of the views: which see the point is not known yet.
      const row = job.viewCosts + ((<usize>(index * views)) << 2);
      const sorted = job.scratch;
      for (let j = 0; j < views; j++) {
        const cost = viewCost(job, sourceAt(job, j), px, py, bestW, bestX, bestY);
        store<f32>(row + ((<usize>j) << 2), cost);
        let at = j;
        while (at > 0 && load<f32>(sorted + ((<usize>at - 1) << 2)) > cost) {
          store<f32>(sorted + ((<usize>at) << 2), load<f32>(sorted + ((<usize>at - 1) << 2)));
          at--;
        }
        store<f32>(sorted + ((<usize>at) << 2), cost);
      }
      const half = (views + 1) / 2;
      bestCost = 0;
      for (let j = 0; j < half; j++) bestCost += load<f32>(sorted + ((<usize>j) << 2));
      bestCost /= <f32>half;
      storeBest(job, index);
    }
  }
}

/**
 * Costs of the stored planes, after upsampling or with new guides: with the stored weights, and in every view where
 * `allViews` (needed before selecting sweeps).
 */
export function evaluateAll(jobPointer: usize, allViews: bool): void {
  const job = changetype<Job>(jobPointer);
  const views = job.sourceCount;
  for (let y = 0; y < job.height; y++) {
    for (let x = 0; x < job.width; x++) {
      const index = y * job.width + x;
      const at = (<usize>index) << 2;
      store<f32>(job.costs + at, COST_UNSEEN * 4);
      if (!load<u8>(job.active + index)) continue;
      if (!preparePatch(job, x, y)) continue;
      const px = <f32>x + <f32>0.5;
      const py = <f32>y + <f32>0.5;
      const w = load<f32>(job.inverseDepths + at);
      const sx = load<f32>(job.slopesX + at);
      const sy = load<f32>(job.slopesY + at);
      if (w <= 0) continue;
      listViews(job, job.viewWeights + index * views);
      if (allViews) {
        const row = job.viewCosts + at * views;
        for (let j = 0; j < views; j++) {
          store<f32>(row + ((<usize>j) << 2), viewCost(job, sourceAt(job, j), px, py, w, sx, sy));
        }
        store<f32>(job.costs + at, costOfRow(job, row));
      } else {
        store<f32>(job.costs + at, weightedCost(job, px, py, w, sx, sy, 1e6, job.scratch));
      }
    }
  }
}

/** Weighted mean of one row of costs over the listed views. */
function costOfRow(job: Job, row: usize): f32 {
  const list = listPointer(job);
  let sum: f32 = 0;
  for (let i = 0; i < listCount; i++) {
    sum +=
      load<f32>(list + ((<usize>i) << 3)) * load<f32>(row + ((<usize>load<i32>(list + ((<usize>i) << 3), 4)) << 2));
  }
  return sum / listTotal;
}

/**
 * Visits the pixels of one colour: evaluates up to eight neighbours' planes in all views, selects the views, takes the best
 * plane, tries random ones.
 *
 * @param parity 0 or 1: pixels with (x + y) & 1 == parity
 * @param iteration 0.., tightens the view selection
 * @param keep most views a pixel may use
 * @param rounds random planes tried around the best
 * @param pixels their largest displacement
 * @param wild also tries a plane anywhere in the depth range with a random normal, and a random normal alone
 */
export function sweepSelecting(
  jobPointer: usize,
  parity: i32,
  iteration: i32,
  farSteps: i32,
  keep: i32,
  rounds: i32,
  pixels: f32,
  wild: bool,
): void {
  const job = changetype<Job>(jobPointer);
  const views = job.sourceCount;
  const rowBytes = (<usize>views) << 2;
  const candidates = listPointer(job) + 128;
  for (let y = 0; y < job.height; y++) {
    for (let x = (y + parity) & 1; x < job.width; x += 2) {
      const index = y * job.width + x;
      if (!load<u8>(job.active + index) || !preparePatch(job, x, y)) continue;
      random = hash(job.seed ^ hash(<u32>index) ^ (<u32>(iteration + 1) * 0x632be5ab));
      const px = <f32>x + <f32>0.5;
      const py = <f32>y + <f32>0.5;
      const at = (<usize>index) << 2;
      const weights = job.viewWeights + index * views;
      const current = job.viewCosts + at * views;

      // 1. Costs of the neighbours' planes in all views, and of the current one (kept from the last visit).
      let count = gatherCandidates(job, x, y, farSteps, MAX_CANDIDATES, candidates);
      let rows = 0;
      for (let i = 0; i < count; i++) {
        const neighbour = load<i32>(candidates + ((<usize>i) << 3));
        const from = (<usize>neighbour) << 2;
        const sx = load<f32>(job.slopesX + from);
        const sy = load<f32>(job.slopesY + from);
        const dx = <f32>(x - (neighbour % job.width));
        const dy = <f32>(y - neighbour / job.width);
        const w = load<f32>(job.inverseDepths + from) + sx * dx + sy * dy;
        if (!plausible(job, px, py, w, sx, sy)) continue;
        const row = job.scratch + <usize>rows * rowBytes;
        for (let j = 0; j < views; j++) {
          store<f32>(row + ((<usize>j) << 2), viewCost(job, sourceAt(job, j), px, py, w, sx, sy));
        }
        store<u64>(candidates + ((<usize>rows) << 3), load<u64>(candidates + ((<usize>i) << 3)));
        rows++;
      }
      memory.copy(job.scratch + <usize>rows * rowBytes, current, rowBytes);

      // 2. Views, from the candidates and the current plane.
      selectViews(job, job.scratch, rows + 1, iteration, weights, keep);
      listViews(job, weights);

      // 3. The best plane.
      bestW = load<f32>(job.inverseDepths + at);
      bestX = load<f32>(job.slopesX + at);
      bestY = load<f32>(job.slopesY + at);
      bestCost = costOfRow(job, current);
      let best = -1;
      for (let i = 0; i < rows; i++) {
        const cost = costOfRow(job, job.scratch + <usize>i * rowBytes);
        if (cost < bestCost) {
          bestCost = cost;
          best = i;
        }
      }
      if (best >= 0) {
        const neighbour = load<i32>(candidates + ((<usize>best) << 3));
        const from = (<usize>neighbour) << 2;
        bestX = load<f32>(job.slopesX + from);
        bestY = load<f32>(job.slopesY + from);
        bestW =
          load<f32>(job.inverseDepths + from) +
          bestX * <f32>(x - (neighbour % job.width)) +
          bestY * <f32>(y - neighbour / job.width);
        memory.copy(current, job.scratch + <usize>best * rowBytes, rowBytes);
      }

      // 4. Random planes. Costs of views without weight are filled in at the end.
      const row = job.scratch;
      const before = bestCost;
      if (wild) {
        const keptX = bestX;
        const keptY = bestY;
        randomSlopes(job, px, py, bestW);
        const turnedX = bestX;
        const turnedY = bestY;
        bestX = keptX;
        bestY = keptY;
        tryPlane(job, px, py, bestW, turnedX, turnedY, row, current);
        const range = job.inverseDepthMax - job.inverseDepthMin;
        const w = job.inverseDepthMin + (uniform() * <f32>0.5 + <f32>0.5) * range;
        const scale = w / bestW;
        tryPlane(job, px, py, w, bestX * scale, bestY * scale, row, current);
      }
      refinePlane(job, px, py, rounds, pixels, row, current);
      if (bestCost < before) {
        for (let j = 0; j < views; j++) {
          if (load<u8>(weights + j)) continue;
          store<f32>(current + ((<usize>j) << 2), viewCost(job, sourceAt(job, j), px, py, bestW, bestX, bestY));
        }
      }
      storeBest(job, index);
    }
  }
}

/**
 * Visits the pixels of one colour with the views that are already chosen: a few of the cheapest neighbours' planes, then
 * random planes; a plane is given up as soon as its cost passes the best one's.
 *
 * @param limit most neighbours' planes to try
 */
export function sweepRefining(
  jobPointer: usize,
  parity: i32,
  iteration: i32,
  farSteps: i32,
  limit: i32,
  rounds: i32,
  pixels: f32,
): void {
  const job = changetype<Job>(jobPointer);
  const views = job.sourceCount;
  const candidates = listPointer(job) + 128;
  for (let y = 0; y < job.height; y++) {
    for (let x = (y + parity) & 1; x < job.width; x += 2) {
      const index = y * job.width + x;
      if (!load<u8>(job.active + index) || !preparePatch(job, x, y)) continue;
      random = hash(job.seed ^ hash(<u32>index) ^ (<u32>(iteration + 1) * 0x632be5ab));
      const px = <f32>x + <f32>0.5;
      const py = <f32>y + <f32>0.5;
      const at = (<usize>index) << 2;
      listViews(job, job.viewWeights + index * views);
      bestW = load<f32>(job.inverseDepths + at);
      bestX = load<f32>(job.slopesX + at);
      bestY = load<f32>(job.slopesY + at);
      bestCost = load<f32>(job.costs + at);
      const count = gatherCandidates(job, x, y, farSteps, limit, candidates);
      for (let i = 0; i < count; i++) {
        const neighbour = load<i32>(candidates + ((<usize>i) << 3));
        const from = (<usize>neighbour) << 2;
        const sx = load<f32>(job.slopesX + from);
        const sy = load<f32>(job.slopesY + from);
        const dx = <f32>(x - (neighbour % job.width));
        const dy = <f32>(y - neighbour / job.width);
        const w = load<f32>(job.inverseDepths + from) + sx * dx + sy * dy;
        if (same(job, w - bestW, sx - bestX, sy - bestY, <f32>0.03)) continue;
        tryPlane(job, px, py, w, sx, sy, job.scratch, 0);
      }
      refinePlane(job, px, py, rounds, pixels, job.scratch, 0);
      storeBest(job, index);
    }
  }
}

/** Costs of one plane at pixel (x, y) in every source, for tests. @param out f32[sourceCount] */
export function costsAt(jobPointer: usize, x: i32, y: i32, w: f32, sx: f32, sy: f32, out: usize): void {
  const job = changetype<Job>(jobPointer);
  if (!preparePatch(job, x, y)) return;
  for (let j = 0; j < job.sourceCount; j++) {
    const cost = viewCost(job, sourceAt(job, j), <f32>x + <f32>0.5, <f32>y + <f32>0.5, w, sx, sy);
    store<f32>(out + ((<usize>j) << 2), cost);
  }
}
