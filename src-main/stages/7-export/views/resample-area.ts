/**
 * Reduces an image by area: every new pixel is the mean of what it covers of the old ones.
 *
 * @param data Uint8Array[h*w*channels]
 * @returns Float32Array[toHeight*toWidth*channels]
 */
export function resampleArea(
  data: ArrayLike<number>,
  width: number,
  height: number,
  channels: number,
  toWidth: number,
  toHeight: number,
): Float32Array {
  const columns = overlaps(width, toWidth);
  const rows = overlaps(height, toHeight);
  const lines = new Float32Array(toWidth * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < toWidth; x++) {
      const { first, weights } = columns[x]!;
      for (let k = 0; k < weights.length; k++) {
        const from = (y * width + first + k) * channels;
        for (let c = 0; c < channels; c++) lines[(y * toWidth + x) * channels + c]! += weights[k]! * data[from + c]!;
      }
    }
  }
  const result = new Float32Array(toWidth * toHeight * channels);
  const stride = toWidth * channels;
  for (let y = 0; y < toHeight; y++) {
    const { first, weights } = rows[y]!;
    for (let k = 0; k < weights.length; k++) {
      const from = (first + k) * stride;
      for (let i = 0; i < stride; i++) result[y * stride + i]! += weights[k]! * lines[from + i]!;
    }
  }
  return result;
}

/** Per new cell the first old one that it overlaps, and the shares of that and the following ones. */
function overlaps(from: number, to: number): { first: number; weights: Float64Array }[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, i) => {
    const low = i * ratio;
    const high = Math.min(from, (i + 1) * ratio);
    const first = Math.floor(low);
    const last = Math.min(from - 1, Math.ceil(high) - 1);
    const weights = Float64Array.from({ length: last - first + 1 }, (_, k) => {
      return (Math.min(first + k + 1, high) - Math.max(first + k, low)) / (high - low);
    });
    return { first, weights };
  });
}
