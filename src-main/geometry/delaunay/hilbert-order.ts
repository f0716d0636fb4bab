/** Order of points along a Hilbert curve: neighbours in the order are neighbours in space. */

const BITS_PER_AXIS = 10;
const CELLS_PER_AXIS = 2 ** BITS_PER_AXIS;
/** 30 bits of key and 23 bits of index fit the 53 bits of a double exactly. */
const INDEX_RANGE = 2 ** 23;

/**
 * Based on: J. Skilling, Programming the Hilbert curve, AIP 2004.
 *
 * @param positions Float32Array or Float64Array [n*3], n <= 2^23
 * @returns Uint32Array[n], indices of the points in the order of the curve; points of one cell keep their order
 */
export function hilbertOrder(positions: Float32Array | Float64Array): Uint32Array {
  const count = positions.length / 3;
  if (count > INDEX_RANGE) throw new RangeError('hilbertOrder: more than 2^23 points');
  const lowest = [Infinity, Infinity, Infinity];
  let extent = 0;
  for (let axis = 0; axis < 3; axis++) {
    let highest = -Infinity;
    for (let i = axis; i < positions.length; i += 3) {
      lowest[axis] = Math.min(lowest[axis]!, positions[i]!);
      highest = Math.max(highest, positions[i]!);
    }
    extent = Math.max(extent, highest - lowest[axis]!);
  }
  const scale = extent > 0 ? (CELLS_PER_AXIS - 1) / extent : 0;
  const keyed = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = ((positions[3 * i]! - lowest[0]!) * scale) | 0;
    const y = ((positions[3 * i + 1]! - lowest[1]!) * scale) | 0;
    const z = ((positions[3 * i + 2]! - lowest[2]!) * scale) | 0;
    keyed[i] = hilbertKey(x, y, z) * INDEX_RANGE + i;
  }
  keyed.sort();
  return Uint32Array.from(keyed, (key) => key % INDEX_RANGE);
}

/** Position along the curve of a cell, each coordinate below {@link CELLS_PER_AXIS}. */
function hilbertKey(x: number, y: number, z: number): number {
  for (let bit = CELLS_PER_AXIS >> 1; bit > 1; bit >>= 1) {
    const low = bit - 1;
    if (x & bit) x ^= low;
    if (y & bit) x ^= low;
    else {
      const swap = (x ^ y) & low;
      x ^= swap;
      y ^= swap;
    }
    if (z & bit) x ^= low;
    else {
      const swap = (x ^ z) & low;
      x ^= swap;
      z ^= swap;
    }
  }
  y ^= x; // Gray encode
  z ^= y;
  let flip = 0;
  for (let bit = CELLS_PER_AXIS >> 1; bit > 1; bit >>= 1) if (z & bit) flip ^= bit - 1;
  x ^= flip;
  y ^= flip;
  z ^= flip;
  let key = 0;
  for (let bit = BITS_PER_AXIS - 1; bit >= 0; bit--) {
    key = key * 8 + (((x >> bit) & 1) << 2) + (((y >> bit) & 1) << 1) + ((z >> bit) & 1);
  }
  return key;
}
