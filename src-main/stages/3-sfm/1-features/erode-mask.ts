/**
 * Takes away what is within `radius` pixels (in x or y) of the outside. Beyond the image's border counts as inside.
 *
 * @param mask Uint8Array[h*w], 0 out, 255 in
 * @returns a new mask
 */
export function erodeMask(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const rows = erodeLines(mask, width, height, 1, width, radius);
  return erodeLines(rows, height, width, width, 1, radius);
}

/** Erodes `count` lines of `length` pixels that are `step` apart, beginning `stride` apart. */
function erodeLines(mask: Uint8Array, length: number, count: number, step: number, stride: number, radius: number) {
  const eroded = new Uint8Array(mask.length);
  for (let line = 0; line < count; line++) {
    const start = line * stride;
    let lastOut = Number.NEGATIVE_INFINITY;
    // A pixel is decided when the window's far end has been seen.
    for (let i = 0; i < length + radius; i++) {
      if (i < length && mask[start + i * step] === 0) lastOut = i;
      const center = i - radius;
      if (center >= 0 && lastOut < center - radius) eroded[start + center * step] = 255;
    }
  }
  return eroded;
}
