// Which planes a pixel tries, and by which views it judges them.
// Based on: Xu & Tao, CVPR 2019: adaptive checkerboard sampling (Sec. 3.1), multi-hypothesis joint view selection (Sec. 3.2).
import { Job } from './assembly-job';

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
export function gatherCandidates(job: Job, x: i32, y: i32, farSteps: i32, limit: i32, indices: usize): i32 {
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
export function same(job: Job, dw: f32, dsx: f32, dsy: f32, pixels: f32): bool {
  return abs(dw) + job.radius * (abs(dsx) + abs(dsy)) < pixels * job.pixelStep;
}

/**
 * Joint view selection from the costs of all candidates (ACMH, Sec. 3.2): a view is good where several candidates match well
 * and few match badly. Writes u8 weights, largest 255. `rows` f32[count][sourceCount].
 */
export function selectViews(job: Job, rows: usize, count: i32, iteration: i32, weights: usize, keep: i32): void {
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
