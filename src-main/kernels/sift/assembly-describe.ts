// Orientations (Lowe 2004, section 5) and descriptors (section 6), as RootSIFT (R. Arandjelovic, A. Zisserman, "Three things
// everyone should know to improve object retrieval", CVPR 2012).

const TWO_PI: f32 = 6.283185307179586;
const ORIENTATION_BINS: i32 = 36;
/** The orientation window's sigma in units of the keypoint's, and its radius in units of its own sigma. */
const ORIENTATION_SIGMA: f32 = 1.5;
const ORIENTATION_RADIUS: f32 = 3;
/** A further orientation needs this share of the highest peak. */
const PEAK_RATIO: f32 = 0.8;
/** A descriptor cell's side in units of the keypoint's sigma. */
const CELL_SIGMAS: f32 = 3;
/** Lowe: no component above this share, against glare and the like. */
const LARGEST_COMPONENT: f32 = 0.2;
/** Cells of the padded 6 x 6 histogram have 8 orientations, a ninth for the wrap, and fill up to 12 floats. */
const CELL_BYTES: usize = 48;

/**
 * Repeats each keypoint for each of its dominant gradient directions, the strongest first.
 *
 * @param keypoints f32[count*6]  @param oriented f32[count*maxAngles*6], result
 * @param scratch at least 4096 bytes + 8 bytes a column of the largest window (16 sigma)
 * @returns number of oriented keypoints
 */
export function orient(
  levels: usize, width: i32, height: i32, stride: i32, keypoints: usize, count: i32, maxAngles: i32, oriented: usize, scratch: usize,
): i32 {
  const image = (<usize>(height * stride)) << 2;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const keypoint = keypoints + <usize>i * 24;
    const level = levels + <usize>load<f32>(keypoint, 16) * image;
    gradientHistogram(level, width, height, stride, load<f32>(keypoint), load<f32>(keypoint, 4), load<f32>(keypoint, 8), scratch);
    let highest: f32 = 0;
    for (let b = 0; b < ORIENTATION_BINS; b++) highest = max(highest, load<f32>(scratch + ((<usize>b) << 2)));
    let limit: f32 = Infinity;
    for (let rank = 0; rank < maxAngles; rank++) {
      // The highest peak below the last one; peaks of equal height count once.
      let best: f32 = 0;
      let bestBin = -1;
      for (let b = 0; b < ORIENTATION_BINS; b++) {
        const value = load<f32>(scratch + ((<usize>b) << 2));
        if (value <= best || value >= limit || value < PEAK_RATIO * highest) continue;
        if (value <= bin(scratch, b - 1) || value <= bin(scratch, b + 1)) continue;
        best = value;
        bestBin = b;
      }
      if (bestBin < 0) break;
      limit = best;
      const before = bin(scratch, bestBin - 1);
      const after = bin(scratch, bestBin + 1);
      const offset: f32 = (0.5 * (before - after)) / (before - 2 * best + after);
      let angle = ((<f32>bestBin + offset) * TWO_PI) / <f32>ORIENTATION_BINS;
      if (angle < 0) angle += TWO_PI;
      if (angle >= TWO_PI) angle -= TWO_PI;
      const result = oriented + <usize>total * 24;
      memory.copy(result, keypoint, 20);
      store<f32>(result, angle, 20);
      total++;
    }
  }
  return total;
}

// @ts-ignore: decorator
@inline
function bin(histogram: usize, b: i32): f32 {
  const wrapped = b < 0 ? b + ORIENTATION_BINS : b >= ORIENTATION_BINS ? b - ORIENTATION_BINS : b;
  return load<f32>(histogram + ((<usize>wrapped) << 2));
}

/** Smoothed histogram of gradient directions, at scratch f32[36]; bin b is centred on the angle b * 10 degrees. */
function gradientHistogram(level: usize, width: i32, height: i32, stride: i32, cx: f32, cy: f32, sigma: f32, scratch: usize): void {
  const lanes = scratch + 512;
  const weights = scratch + 1024;
  memory.fill(scratch, 0, <usize>(ORIENTATION_BINS + 1) << 2);
  const windowSigma = ORIENTATION_SIGMA * sigma;
  const radius = ORIENTATION_RADIUS * windowSigma;
  const x0 = max(1, <i32>ceil(cx - radius));
  const x1 = min(width - 2, <i32>floor(cx + radius));
  const y0 = max(1, <i32>ceil(cy - radius));
  const y1 = min(height - 2, <i32>floor(cy + radius));
  const falloff: f32 = -1 / (2 * windowSigma * windowSigma);
  gaussianTable(weights, x0, x1, cx, falloff);
  const perRadian = f32x4.splat(<f32>ORIENTATION_BINS / TWO_PI);
  for (let y = y0; y <= y1; y++) {
    const dy = <f32>y - cy;
    const rowWeight = f32x4.splat(Mathf.exp(falloff * dy * dy));
    const room = radius * radius - dy * dy;
    if (room < 0) continue;
    const reach = sqrt<f32>(room);
    const first = max(x0, <i32>ceil(cx - reach));
    const last = min(x1, <i32>floor(cx + reach));
    for (let x = first; x <= last; x += 4) {
      const p = level + ((<usize>(y * stride + x)) << 2);
      const gx = f32x4.sub(v128.load(p + 4), v128.load(p - 4));
      const gy = f32x4.sub(v128.load(p + ((<usize>stride) << 2)), v128.load(p - ((<usize>stride) << 2)));
      const magnitude = f32x4.sqrt(f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy)));
      const weight = f32x4.mul(rowWeight, v128.load(weights + ((<usize>(x - x0)) << 2)));
      const position = f32x4.mul(angleOf(gx, gy), perRadian);
      const lower = f32x4.floor(position);
      v128.store(lanes, f32x4.mul(magnitude, weight));
      v128.store(lanes, f32x4.sub(position, lower), 16);
      v128.store(lanes, i32x4.trunc_sat_f32x4_s(lower), 32);
      const used = min(4, last - x + 1);
      for (let lane: usize = 0; lane < <usize>used; lane++) {
        const value = load<f32>(lanes + (lane << 2));
        const share = load<f32>(lanes + (lane << 2), 16);
        const index = load<i32>(lanes + (lane << 2), 32);
        const b = scratch + ((<usize>(index >= ORIENTATION_BINS ? 0 : index)) << 2);
        store<f32>(b, load<f32>(b) + value * (1 - share));
        store<f32>(b, load<f32>(b, 4) + value * share, 4);
      }
    }
  }
  store<f32>(scratch, load<f32>(scratch) + load<f32>(scratch + ((<usize>ORIENTATION_BINS) << 2)));
  for (let pass = 0; pass < 6; pass++) smoothHistogram(scratch);
}

function smoothHistogram(histogram: usize): void {
  const first = load<f32>(histogram);
  let before = bin(histogram, -1);
  for (let b = 0; b < ORIENTATION_BINS; b++) {
    const value = load<f32>(histogram + ((<usize>b) << 2));
    const after = b + 1 < ORIENTATION_BINS ? load<f32>(histogram + ((<usize>b) << 2), 4) : first;
    store<f32>(histogram + ((<usize>b) << 2), (before + value + after) / 3);
    before = value;
  }
}

/** @param table f32[x1-x0+1 rounded up, + 4], result: exp(falloff * (x - cx)^2) for x0 <= x <= x1, then zeros */
function gaussianTable(table: usize, x0: i32, x1: i32, cx: f32, falloff: f32): void {
  for (let x = x0; x <= x1; x++) {
    const dx = <f32>x - cx;
    store<f32>(table + ((<usize>(x - x0)) << 2), Mathf.exp(falloff * dx * dx));
  }
  v128.store(table + ((<usize>max(0, x1 - x0 + 1)) << 2), f32x4.splat(0));
}

/** atan2(y, x) in [0, 2 pi], to 1e-5 (Abramowitz & Stegun 4.4.49). */
// @ts-ignore: decorator
@inline
function angleOf(x: v128, y: v128): v128 {
  const ax = f32x4.abs(x);
  const ay = f32x4.abs(y);
  const large = f32x4.pmax(f32x4.pmax(ax, ay), f32x4.splat(1e-30));
  const a = f32x4.div(f32x4.pmin(ax, ay), large);
  const s = f32x4.mul(a, a);
  let poly = f32x4.add(f32x4.mul(s, f32x4.splat(0.0208351)), f32x4.splat(-0.085133));
  poly = f32x4.add(f32x4.mul(s, poly), f32x4.splat(0.180141));
  poly = f32x4.add(f32x4.mul(s, poly), f32x4.splat(-0.3302995));
  poly = f32x4.add(f32x4.mul(s, poly), f32x4.splat(0.999866));
  let angle = f32x4.mul(a, poly);
  angle = v128.bitselect(f32x4.sub(f32x4.splat(TWO_PI / 4), angle), angle, f32x4.gt(ay, ax));
  angle = v128.bitselect(f32x4.sub(f32x4.splat(TWO_PI / 2), angle), angle, f32x4.lt(x, f32x4.splat(0)));
  return v128.bitselect(f32x4.sub(f32x4.splat(TWO_PI), angle), angle, f32x4.lt(y, f32x4.splat(0)));
}

/**
 * Describes oriented keypoints: 4 x 4 cells (rows outer) of 8 directions; square root of the L1-normalised SIFT, times 512, at most
 * 255.
 *
 * @param descriptors u8[count*128], result  @param scratch as for orient
 */
export function describe(
  levels: usize, width: i32, height: i32, stride: i32, keypoints: usize, count: i32, descriptors: usize, scratch: usize,
): void {
  const image = (<usize>(height * stride)) << 2;
  for (let i = 0; i < count; i++) {
    const keypoint = keypoints + <usize>i * 24;
    const level = levels + <usize>load<f32>(keypoint, 16) * image;
    accumulateCells(level, width, height, stride, keypoint, scratch);
    storeRootSift(scratch, descriptors + <usize>i * 128);
  }
}

function accumulateCells(level: usize, width: i32, height: i32, stride: i32, keypoint: usize, scratch: usize): void {
  const lanes = scratch + 36 * CELL_BYTES;
  const weights = scratch + 4096;
  memory.fill(scratch, 0, 36 * CELL_BYTES);
  const cx = load<f32>(keypoint);
  const cy = load<f32>(keypoint, 4);
  const angle = load<f32>(keypoint, 20);
  const cell = CELL_SIGMAS * load<f32>(keypoint, 8);
  const cosine: f32 = Mathf.cos(angle) / cell;
  const sine: f32 = Mathf.sin(angle) / cell;
  // Half the side of the 5 x 5 cells that interpolation reaches, turned by up to 45 degrees.
  const radius: f32 = 1.4142135 * 2.5 * cell;
  const x0 = max(1, <i32>ceil(cx - radius));
  const x1 = min(width - 2, <i32>floor(cx + radius));
  const y0 = max(1, <i32>ceil(cy - radius));
  const y1 = min(height - 2, <i32>floor(cy + radius));
  const falloff: f32 = -1 / (2 * 4 * cell * cell); // Lowe: half the width of the descriptor, 2 cells
  gaussianTable(weights, x0, x1, cx, falloff);
  const row = (<usize>stride) << 2;
  const ramp = f32x4(0, 1, 2, 3);
  const perRadian = f32x4.splat(8 / TWO_PI);
  const turn = f32x4.splat(angle);
  for (let y = y0; y <= y1; y++) {
    const dy = <f32>y - cy;
    const rowWeight = f32x4.splat(Mathf.exp(falloff * dy * dy));
    const u0 = f32x4.splat(sine * dy + 1.5);
    const v0 = f32x4.splat(cosine * dy + 1.5);
    for (let x = x0; x <= x1; x += 4) {
      const dx = f32x4.add(f32x4.splat(<f32>x - cx), ramp);
      const u = f32x4.add(f32x4.mul(f32x4.splat(cosine), dx), u0);
      const v = f32x4.sub(v0, f32x4.mul(f32x4.splat(sine), dx));
      const inside = v128.and(
        v128.and(f32x4.gt(u, f32x4.splat(-1)), f32x4.lt(u, f32x4.splat(4))),
        v128.and(f32x4.gt(v, f32x4.splat(-1)), f32x4.lt(v, f32x4.splat(4))),
      );
      let used = i32x4.bitmask(inside);
      if (used == 0) continue;
      const p = level + ((<usize>(y * stride + x)) << 2);
      const gx = f32x4.sub(v128.load(p + 4), v128.load(p - 4));
      const gy = f32x4.sub(v128.load(p + row), v128.load(p - row));
      let magnitude = f32x4.sqrt(f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy)));
      // The table's zeros take out the lanes beyond the last column.
      magnitude = f32x4.mul(magnitude, f32x4.mul(rowWeight, v128.load(weights + ((<usize>(x - x0)) << 2))));
      let direction = f32x4.sub(angleOf(gx, gy), turn);
      direction = f32x4.add(direction, v128.and(f32x4.lt(direction, f32x4.splat(0)), f32x4.splat(TWO_PI)));
      const position = f32x4.mul(direction, perRadian);

      const cellU = f32x4.floor(u);
      const cellV = f32x4.floor(v);
      const directionBin = f32x4.pmin(f32x4.floor(position), f32x4.splat(7));
      const right = f32x4.sub(u, cellU);
      const lower = f32x4.sub(v, cellV);
      const inLower = f32x4.mul(magnitude, lower);
      const inUpper = f32x4.sub(magnitude, inLower);
      const lowerRight = f32x4.mul(inLower, right);
      const upperRight = f32x4.mul(inUpper, right);
      v128.store(lanes, f32x4.sub(inUpper, upperRight));
      v128.store(lanes, upperRight, 16);
      v128.store(lanes, f32x4.sub(inLower, lowerRight), 32);
      v128.store(lanes, lowerRight, 48);
      v128.store(lanes, f32x4.sub(position, directionBin), 64);
      // Byte offset of the upper left cell's bin in the padded histogram.
      const cells = f32x4.add(f32x4.mul(cellV, f32x4.splat(6)), f32x4.add(cellU, f32x4.splat(7)));
      const offset = f32x4.add(f32x4.mul(cells, f32x4.splat(<f32>CELL_BYTES)), f32x4.mul(directionBin, f32x4.splat(4)));
      v128.store(lanes, i32x4.trunc_sat_f32x4_s(offset), 80);
      while (used != 0) {
        const lane = lanes + ((<usize>ctz(used)) << 2);
        used &= used - 1;
        const share = load<f32>(lane, 64);
        const pair = f32x4(1 - share, share, 0, 0);
        const at = scratch + <usize>load<i32>(lane, 80);
        addPair(at, pair, lane);
        addPair(at + CELL_BYTES, pair, lane + 16);
        addPair(at + 6 * CELL_BYTES, pair, lane + 32);
        addPair(at + 7 * CELL_BYTES, pair, lane + 48);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addPair(at: usize, pair: v128, weight: usize): void {
  const sum = f32x4.add(v128.load64_zero(at), f32x4.mul(pair, v128.load32_splat(weight)));
  v128.store64_lane(at, sum, 0);
}

/** Normalises the inner 4 x 4 cells of the padded histogram and stores them. */
function storeRootSift(histogram: usize, descriptor: usize): void {
  let squares: f32 = 0;
  for (let c = 0; c < 16; c++) {
    const cell = histogram + (<usize>(((c >> 2) + 1) * 6 + (c & 3) + 1)) * CELL_BYTES;
    store<f32>(cell, load<f32>(cell) + load<f32>(cell, 32)); // direction 8 is direction 0
    for (let b: usize = 0; b < 8; b++) {
      const value = load<f32>(cell + (b << 2));
      squares += value * value;
    }
  }
  const largest = LARGEST_COMPONENT * sqrt<f32>(squares);
  let sum: f32 = 0;
  for (let c = 0; c < 16; c++) {
    const cell = histogram + (<usize>(((c >> 2) + 1) * 6 + (c & 3) + 1)) * CELL_BYTES;
    for (let b: usize = 0; b < 8; b++) sum += min(load<f32>(cell + (b << 2)), largest);
  }
  const scale: f32 = sum > 0 ? 1 / sum : 0;
  for (let c = 0; c < 16; c++) {
    const cell = histogram + (<usize>(((c >> 2) + 1) * 6 + (c & 3) + 1)) * CELL_BYTES;
    for (let b: usize = 0; b < 8; b++) {
      const share = min(load<f32>(cell + (b << 2)), largest) * scale;
      store<u8>(descriptor + ((<usize>c) << 3) + b, <u8>min<f32>(255, floor<f32>(512 * sqrt<f32>(share) + 0.5)));
    }
  }
}
