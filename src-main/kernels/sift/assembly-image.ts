// Images and their Gaussian blur; see assembly.ts for the layout.

/**
 * Grey in [0, 1] of 8-bit sRGB, not rounded to 8 bits.
 * @param rgb u8[height*width*3]  @param target f32[height*stride]
 */
export function lumaFromRgb(
  rgb: usize,
  target: usize,
  width: i32,
  height: i32,
  stride: i32,
  red: f32,
  green: f32,
  blue: f32,
): void {
  for (let y = 0; y < height; y++) {
    const row = target + ((<usize>(y * stride)) << 2);
    for (let x = 0; x < width; x++) {
      const luma = red * <f32>load<u8>(rgb) + green * <f32>load<u8>(rgb, 1) + blue * <f32>load<u8>(rgb, 2);
      store<f32>(row + ((<usize>x) << 2), luma / 255);
      rgb += 3;
    }
    for (let x = width; x < stride; x++) store<f32>(row + ((<usize>x) << 2), 0);
  }
}

/**
 * Twice the size by linear interpolation. Pixel i of the result has its centre at (i + 0.5) / 2 from the border of the source, so
 * nothing moves: neighbours are weighted 3/4 and 1/4 on both sides alike.
 * @param source f32[height*stride]  @param target f32[2*height*targetStride]
 */
export function enlarge2(source: usize, target: usize, width: i32, height: i32, stride: i32, targetStride: i32): void {
  for (let v = 0; v < 2 * height; v++) {
    const y = v >> 1;
    const other = (v & 1) != 0 ? min(y + 1, height - 1) : max(y - 1, 0);
    const near = source + ((<usize>(y * stride)) << 2);
    const far = source + ((<usize>(other * stride)) << 2);
    const row = target + ((<usize>(v * targetStride)) << 2);
    let left: f32 = 0.75 * load<f32>(near) + 0.25 * load<f32>(far);
    let middle = left;
    for (let x = 0; x < width; x++) {
      const next = (<usize>min(x + 1, width - 1)) << 2;
      const right: f32 = 0.75 * load<f32>(near + next) + 0.25 * load<f32>(far + next);
      store<f32>(row + ((<usize>x) << 3), 0.25 * left + 0.75 * middle);
      store<f32>(row + ((<usize>x) << 3), 0.75 * middle + 0.25 * right, 4);
      left = middle;
      middle = right;
    }
    for (let x = 2 * width; x < targetStride; x++) store<f32>(row + ((<usize>x) << 2), 0);
  }
}

/**
 * Every second pixel of every second row, beginning with the first: pixel index i of the result is index 2 i of the source.
 * @param target f32[ceil(height/2)*targetStride]
 */
export function halve(source: usize, target: usize, width: i32, height: i32, stride: i32, targetStride: i32): void {
  for (let y = 0; y < (height + 1) >> 1; y++) {
    const from = source + ((<usize>(2 * y * stride)) << 2);
    const to = target + ((<usize>(y * targetStride)) << 2);
    const count = (width + 1) >> 1;
    for (let x = 0; x < count; x++) store<f32>(to + ((<usize>x) << 2), load<f32>(from + ((<usize>x) << 3)));
    for (let x = count; x < targetStride; x++) store<f32>(to + ((<usize>x) << 2), 0);
  }
}

/**
 * Symmetric separable convolution, border pixels repeated outwards. Each row goes through the columns' filter into a line that fits
 * the cache, and from there through the rows' filter: no intermediate image.
 *
 * @param weights f32[radius+1], the centre first
 * @param rows scratch u32[radius*2]
 * @param line scratch f32[stride + 2*margin], margin = radius rounded up to 4
 */
export function blur(
  source: usize,
  target: usize,
  width: i32,
  height: i32,
  stride: i32,
  weights: usize,
  radius: i32,
  rows: usize,
  line: usize,
): void {
  const bytes = (<usize>stride) << 2;
  const start = line + ((<usize>((radius + 3) & ~3)) << 2);
  for (let y = 0; y < height; y++) {
    for (let k = 1; k <= radius; k++) {
      store<u32>(rows + ((<usize>(k - 1)) << 3), <u32>(source + <usize>max(y - k, 0) * bytes));
      store<u32>(rows + ((<usize>(k - 1)) << 3), <u32>(source + <usize>min(y + k, height - 1) * bytes), 4);
    }
    blurColumns(source + <usize>y * bytes, rows, start, stride, weights, radius);

    const first = load<f32>(start);
    const last = load<f32>(start + ((<usize>(width - 1)) << 2));
    for (let x = 1; x <= radius; x++) store<f32>(start - ((<usize>x) << 2), first);
    for (let x = width; x < stride + radius; x++) store<f32>(start + ((<usize>x) << 2), last);
    blurLine(start, target + <usize>y * bytes, stride, weights, radius);
  }
}

function blurColumns(row: usize, rows: usize, line: usize, stride: i32, weights: usize, radius: i32): void {
  const end = (<usize>stride) << 2;
  for (let x: usize = 0; x < end; x += 64) {
    const w = v128.load32_splat(weights);
    let a = f32x4.mul(w, v128.load(row + x));
    let b = f32x4.mul(w, v128.load(row + x, 16));
    let c = f32x4.mul(w, v128.load(row + x, 32));
    let d = f32x4.mul(w, v128.load(row + x, 48));
    for (let k = 1; k <= radius; k++) {
      const wk = v128.load32_splat(weights + ((<usize>k) << 2));
      const up = <usize>load<u32>(rows + ((<usize>(k - 1)) << 3)) + x;
      const down = <usize>load<u32>(rows + ((<usize>(k - 1)) << 3), 4) + x;
      a = f32x4.add(a, f32x4.mul(wk, f32x4.add(v128.load(up), v128.load(down))));
      b = f32x4.add(b, f32x4.mul(wk, f32x4.add(v128.load(up, 16), v128.load(down, 16))));
      c = f32x4.add(c, f32x4.mul(wk, f32x4.add(v128.load(up, 32), v128.load(down, 32))));
      d = f32x4.add(d, f32x4.mul(wk, f32x4.add(v128.load(up, 48), v128.load(down, 48))));
    }
    v128.store(line + x, a);
    v128.store(line + x, b, 16);
    v128.store(line + x, c, 32);
    v128.store(line + x, d, 48);
  }
}

function blurLine(line: usize, target: usize, stride: i32, weights: usize, radius: i32): void {
  const end = (<usize>stride) << 2;
  for (let x: usize = 0; x < end; x += 64) {
    const w = v128.load32_splat(weights);
    let a = f32x4.mul(w, v128.load(line + x));
    let b = f32x4.mul(w, v128.load(line + x, 16));
    let c = f32x4.mul(w, v128.load(line + x, 32));
    let d = f32x4.mul(w, v128.load(line + x, 48));
    for (let k = 1; k <= radius; k++) {
      const wk = v128.load32_splat(weights + ((<usize>k) << 2));
      const left = line + x - ((<usize>k) << 2);
      const right = line + x + ((<usize>k) << 2);
      a = f32x4.add(a, f32x4.mul(wk, f32x4.add(v128.load(left), v128.load(right))));
      b = f32x4.add(b, f32x4.mul(wk, f32x4.add(v128.load(left, 16), v128.load(right, 16))));
      c = f32x4.add(c, f32x4.mul(wk, f32x4.add(v128.load(left, 32), v128.load(right, 32))));
      d = f32x4.add(d, f32x4.mul(wk, f32x4.add(v128.load(left, 48), v128.load(right, 48))));
    }
    v128.store(target + x, a);
    v128.store(target + x, b, 16);
    v128.store(target + x, c, 32);
    v128.store(target + x, d, 48);
  }
}
