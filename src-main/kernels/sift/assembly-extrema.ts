// Extrema of the differences of Gaussians, in place and scale (Lowe 2004, sections 3 and 4). The differences are formed where they
// are needed: most pixels fail the first test, and storing them would cost more memory and time.

/** Pixels this close to the border are left out: neither the fit nor the descriptor has enough around them. */
const BORDER: i32 = 5;
/** Steps to a neighbouring sample before an extremum is given up. */
const MAX_MOVES: i32 = 5;
/** Farther from a sample than this, its neighbour is nearer; a little more than half, lest an extremum midway goes back and forth. */
const MAX_OFFSET: f64 = 0.6;

/**
 * @param levels f32[(scales+3)*height*stride], Gaussian images; level i has sigma baseSigma * 2^(i/scales)
 * @param contrast least absolute difference of Gaussians at the fitted extremum
 * @param edgeRatio largest ratio of principal curvatures
 * @param keypoints f32[capacity*6], result; angle is left 0
 * @returns number of keypoints, ordered by scale, row, column of the sample found first
 */
export function findExtrema(
  levels: usize, scales: i32, width: i32, height: i32, stride: i32, baseSigma: f32, contrast: f32, edgeRatio: f32,
  keypoints: usize, capacity: i32,
): i32 {
  const image = (<usize>(height * stride)) << 2;
  const rowBytes = (<usize>stride) << 2;
  // A sample beside the true extremum has a smaller value: Lowe's threshold applies to the fitted one.
  const threshold = f32x4.splat(0.8 * contrast);
  let count = 0;
  for (let scale = 1; scale <= scales; scale++) {
    const level = levels + <usize>scale * image;
    for (let y = BORDER; y < height - BORDER; y++) {
      const row = level + <usize>y * rowBytes;
      for (let x = BORDER; x < width - BORDER; x += 4) {
        const p = row + ((<usize>x) << 2);
        const center = difference(p, image);
        const strong = f32x4.gt(f32x4.abs(center), threshold);
        if (!v128.any_true(strong)) continue;
        let high = f32x4.pmax(difference(p - 4, image), difference(p + 4, image));
        let low = f32x4.pmin(difference(p - 4, image), difference(p + 4, image));
        for (let dy = -1; dy <= 1; dy += 2) {
          const q = dy < 0 ? p - rowBytes : p + rowBytes;
          const a = difference(q - 4, image);
          const b = difference(q, image);
          const c = difference(q + 4, image);
          high = f32x4.pmax(high, f32x4.pmax(a, f32x4.pmax(b, c)));
          low = f32x4.pmin(low, f32x4.pmin(a, f32x4.pmin(b, c)));
        }
        let found = v128.and(strong, v128.or(f32x4.gt(center, high), f32x4.lt(center, low)));
        if (!v128.any_true(found)) continue;
        for (let ds = -1; ds <= 1; ds += 2) {
          const r = ds < 0 ? p - image : p + image;
          for (let dy = -1; dy <= 1; dy++) {
            const q = dy < 0 ? r - rowBytes : dy > 0 ? r + rowBytes : r;
            const a = difference(q - 4, image);
            const b = difference(q, image);
            const c = difference(q + 4, image);
            high = f32x4.pmax(high, f32x4.pmax(a, f32x4.pmax(b, c)));
            low = f32x4.pmin(low, f32x4.pmin(a, f32x4.pmin(b, c)));
          }
        }
        found = v128.and(found, v128.or(f32x4.gt(center, high), f32x4.lt(center, low)));
        let lanes = i32x4.bitmask(found);
        while (lanes != 0) {
          const lane = ctz(lanes);
          lanes &= lanes - 1;
          if (x + lane >= width - BORDER || count == capacity) continue;
          const isKept = refine(
            levels, scales, width, height, stride, baseSigma, contrast, edgeRatio, x + lane, y, scale,
            keypoints + <usize>count * 24,
          );
          if (isKept) count++;
        }
      }
    }
  }
  return count;
}

// @ts-ignore: decorator
@inline
function difference(p: usize, image: usize): v128 {
  return f32x4.sub(v128.load(p + image), v128.load(p));
}

// @ts-ignore: decorator
@inline
function sample(p: usize, image: usize): f64 {
  return <f64>load<f32>(p + image) - <f64>load<f32>(p);
}

/** Fits a quadratic around the sample (Brown & Lowe 2002), moves to the neighbour where it peaks outside, tests the result. */
function refine(
  levels: usize, scales: i32, width: i32, height: i32, stride: i32, baseSigma: f32, contrast: f32, edgeRatio: f32,
  x: i32, y: i32, scale: i32, keypoint: usize,
): bool {
  const image = (<usize>(height * stride)) << 2;
  const row = (<usize>stride) << 2;
  for (let move = 0; move <= MAX_MOVES; move++) {
    const p = levels + <usize>scale * image + <usize>y * row + ((<usize>x) << 2);
    const d = sample(p, image);
    const dx = 0.5 * (sample(p + 4, image) - sample(p - 4, image));
    const dy = 0.5 * (sample(p + row, image) - sample(p - row, image));
    const ds = 0.5 * (sample(p + image, image) - sample(p - image, image));
    const dxx = sample(p + 4, image) + sample(p - 4, image) - 2 * d;
    const dyy = sample(p + row, image) + sample(p - row, image) - 2 * d;
    const dss = sample(p + image, image) + sample(p - image, image) - 2 * d;
    const dxy = 0.25 * (sample(p + row + 4, image) + sample(p - row - 4, image) - sample(p + row - 4, image) - sample(p - row + 4, image));
    const dxs = 0.25 * (sample(p + image + 4, image) + sample(p - image - 4, image) - sample(p + image - 4, image) - sample(p - image + 4, image));
    const dys = 0.25 * (sample(p + image + row, image) + sample(p - image - row, image) - sample(p + image - row, image) - sample(p - image + row, image));

    // Offset = -H^-1 g by Cramer's rule (Lowe eq. 3).
    const c00 = dyy * dss - dys * dys;
    const c01 = dys * dxs - dxy * dss;
    const c02 = dxy * dys - dyy * dxs;
    const determinant = dxx * c00 + dxy * c01 + dxs * c02;
    if (determinant == 0) return false;
    const c11 = dxx * dss - dxs * dxs;
    const c12 = dxy * dxs - dxx * dys;
    const c22 = dxx * dyy - dxy * dxy;
    const ox = -(c00 * dx + c01 * dy + c02 * ds) / determinant;
    const oy = -(c01 * dx + c11 * dy + c12 * ds) / determinant;
    const os = -(c02 * dx + c12 * dy + c22 * ds) / determinant;

    if (abs(ox) <= MAX_OFFSET && abs(oy) <= MAX_OFFSET && abs(os) <= MAX_OFFSET) {
      const value = abs(d + 0.5 * (dx * ox + dy * oy + ds * os));
      if (value < <f64>contrast) return false;
      // Lowe eq. 4: along an edge one curvature is much larger than the other.
      const trace = dxx + dyy;
      const r = <f64>edgeRatio;
      if (c22 <= 0 || trace * trace * r >= (r + 1) * (r + 1) * c22) return false;
      store<f32>(keypoint, <f32>(<f64>x + ox));
      store<f32>(keypoint, <f32>(<f64>y + oy), 4);
      store<f32>(keypoint, <f32>(<f64>baseSigma * Math.pow(2, (<f64>scale + os) / <f64>scales)), 8);
      store<f32>(keypoint, <f32>value, 12);
      store<f32>(keypoint, <f32>scale, 16);
      store<f32>(keypoint, 0, 20);
      return true;
    }
    const nx = x + (ox > MAX_OFFSET ? 1 : ox < -MAX_OFFSET ? -1 : 0);
    const ny = y + (oy > MAX_OFFSET ? 1 : oy < -MAX_OFFSET ? -1 : 0);
    const ns = scale + (os > MAX_OFFSET ? 1 : os < -MAX_OFFSET ? -1 : 0);
    if (nx < BORDER || nx >= width - BORDER || ny < BORDER || ny >= height - BORDER || ns < 1 || ns > scales) return false;
    x = nx;
    y = ny;
    scale = ns;
  }
  return false;
}
