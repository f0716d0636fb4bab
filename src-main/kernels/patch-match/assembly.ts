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

import {
  costOfRow,
  listPointer,
  listViews,
  patchVariance,
  plausible,
  preparePatch,
  viewCost,
  weightedCost,
} from './assembly-cost';
import { COST_UNSEEN, hash, Job, MAX_CANDIDATES, seedRandom, sourceAt, uniform } from './assembly-job';
import { gatherCandidates, same, selectViews } from './assembly-propagate';

export const heapBase: usize = __heap_base;

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
      seedRandom(hash(job.seed ^ hash(<u32>index + 0x51ed270b)));
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
      seedRandom(hash(job.seed ^ hash(<u32>index) ^ (<u32>(iteration + 1) * 0x632be5ab)));
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
      seedRandom(hash(job.seed ^ hash(<u32>index) ^ (<u32>(iteration + 1) * 0x632be5ab)));
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
