/**
 * Unit quaternions (w, x, y, z), as COLMAP writes rotations.
 */

/**
 * @param q Float64Array[4], w x y z; need not be of unit length
 * @returns Float64Array[9], row-major rotation
 */
export function rotationOfQuaternion(q: ArrayLike<number>): Float64Array {
  const norm = Math.hypot(q[0]!, q[1]!, q[2]!, q[3]!);
  const w = q[0]! / norm;
  const x = q[1]! / norm;
  const y = q[2]! / norm;
  const z = q[3]! / norm;
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  );
}

/**
 * The largest of the four components is computed first, so that none is lost to cancellation.
 *
 * @param R Float64Array[9], row-major rotation
 * @returns Float64Array[4], w x y z, of unit length, w >= 0
 */
export function quaternionOfRotation(R: ArrayLike<number>): Float64Array {
  const [a, b, c, d, e, f, g, h, i] = Array.from(R) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const squares = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i]; // 4 w^2, 4 x^2, 4 y^2, 4 z^2
  const largest = squares.indexOf(Math.max(...squares));
  const rows = [
    [squares[0]!, h - f, c - g, d - b],
    [h - f, squares[1]!, b + d, c + g],
    [c - g, b + d, squares[2]!, f + h],
    [d - b, c + g, f + h, squares[3]!],
  ];
  const q = Float64Array.from(rows[largest]!);
  const norm = Math.hypot(...q) * (q[0]! < 0 ? -1 : 1);
  return q.map((value) => value / norm);
}
