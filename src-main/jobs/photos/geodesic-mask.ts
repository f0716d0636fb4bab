// Based on: X. Bai, G. Sapiro, A Geodesic Framework for Fast Interactive Image and Video Segmentation and Matting, ICCV 2007,
// section 2 (labels by the smaller geodesic distance). Deviation: the weight of a step is the difference of colour itself rather
// than of a foreground probability, which needs more strokes than the few clicks that are given here. Shortest ways by R. B. Dial,
// Algorithm 360, Communications of the ACM 1969: costs are whole numbers, and a bucket holds the pixels of each.

/** A picture in 8-bit RGB, row-major. */
export interface RgbPicture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A place that a person has said something about, in pixels of the picture. */
export interface MaskSeed {
  readonly x: number;
  readonly y: number;
  /** Whether the object is there. */
  readonly inside: boolean;
}

/** Cost of a step between neighbours besides their difference in colour (0..442): what is near belongs together. */
const STEP_COST = 2;
/** More than a step can cost, so that the buckets may be used in a circle. */
const BUCKETS = 512;

/**
 * Cuts an object out by a few clicks: every pixel belongs to the seed from which the way to it crosses the least difference in
 * colour. The frame of the picture counts as outside where no seed lies on it, for an object that was photographed whole does
 * not touch it.
 *
 * @param seeds at least one of them inside
 * @returns Uint8Array[height * width], 255 inside, 0 outside
 */
export function geodesicMask({ pixels, width, height }: RgbPicture, seeds: readonly MaskSeed[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  const distance = new Int32Array(width * height).fill(2 ** 31 - 1);
  const buckets = Array.from({ length: BUCKETS }, (): number[] => []);
  let waiting = 0;
  const reach = (pixel: number, cost: number, label: number) => {
    distance[pixel] = cost;
    mask[pixel] = label;
    buckets[cost % BUCKETS]?.push(pixel);
    waiting++;
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) reach(y * width + x, 0, 0);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) reach(y * width + x, 0, 0);
  // After the frame: a click on it counts.
  for (const { x, y, inside } of seeds) {
    const column = Math.min(width - 1, Math.max(0, Math.floor(x)));
    const row = Math.min(height - 1, Math.max(0, Math.floor(y)));
    reach(row * width + column, 0, inside ? 255 : 0);
  }

  for (let cost = 0; waiting > 0; cost++) {
    const bucket = buckets[cost % BUCKETS]?.splice(0) ?? [];
    waiting -= bucket.length;
    for (const pixel of bucket) {
      // Reached on a shorter way since.
      if (distance[pixel] !== cost) continue;
      const column = pixel % width;
      const row = (pixel - column) / width;
      const step = (neighbour: number) => {
        const reached = cost + STEP_COST + colourDifference(pixels, pixel, neighbour);
        if (reached < distance[neighbour]!) reach(neighbour, reached, mask[pixel]!);
      };
      if (column > 0) step(pixel - 1);
      if (column < width - 1) step(pixel + 1);
      if (row > 0) step(pixel - width);
      if (row < height - 1) step(pixel + width);
    }
  }
  return mask;
}

/** Distance in RGB, rounded. */
function colourDifference(pixels: Uint8Array, a: number, b: number): number {
  const red = pixels[a * 3]! - pixels[b * 3]!;
  const green = pixels[a * 3 + 1]! - pixels[b * 3 + 1]!;
  const blue = pixels[a * 3 + 2]! - pixels[b * 3 + 2]!;
  return Math.round(Math.sqrt(red * red + green * green + blue * blue));
}
