/** 3x3 matrices (Float64Array[9], row-major) and 3-vectors (Float64Array[3]). Functions return new arrays unless given `out`. */

/** `A B`. @param out may not be A or B */
export function multiply3(A: Float64Array, B: Float64Array, out = new Float64Array(9)): Float64Array {
  for (let row = 0; row < 9; row += 3) {
    const a0 = A[row]!;
    const a1 = A[row + 1]!;
    const a2 = A[row + 2]!;
    out[row] = a0 * B[0]! + a1 * B[3]! + a2 * B[6]!;
    out[row + 1] = a0 * B[1]! + a1 * B[4]! + a2 * B[7]!;
    out[row + 2] = a0 * B[2]! + a1 * B[5]! + a2 * B[8]!;
  }
  return out;
}

/** `A x`. @param out may be x */
export function apply3(A: Float64Array, x: Float64Array, out = new Float64Array(3)): Float64Array {
  const x0 = x[0]!;
  const x1 = x[1]!;
  const x2 = x[2]!;
  out[0] = A[0]! * x0 + A[1]! * x1 + A[2]! * x2;
  out[1] = A[3]! * x0 + A[4]! * x1 + A[5]! * x2;
  out[2] = A[6]! * x0 + A[7]! * x1 + A[8]! * x2;
  return out;
}

/** `A^T x`. @param out may be x */
export function applyTransposed3(A: Float64Array, x: Float64Array, out = new Float64Array(3)): Float64Array {
  const x0 = x[0]!;
  const x1 = x[1]!;
  const x2 = x[2]!;
  out[0] = A[0]! * x0 + A[3]! * x1 + A[6]! * x2;
  out[1] = A[1]! * x0 + A[4]! * x1 + A[7]! * x2;
  out[2] = A[2]! * x0 + A[5]! * x1 + A[8]! * x2;
  return out;
}

/** `A^T`. */
export function transpose3(A: Float64Array): Float64Array {
  return Float64Array.of(A[0]!, A[3]!, A[6]!, A[1]!, A[4]!, A[7]!, A[2]!, A[5]!, A[8]!);
}

/** The cofactor matrix, `det(A) A^-T`; defined for singular matrices too. */
export function cofactors3(A: Float64Array, out = new Float64Array(9)): Float64Array {
  const [a, b, c, d, e, f, g, h, i] = [A[0]!, A[1]!, A[2]!, A[3]!, A[4]!, A[5]!, A[6]!, A[7]!, A[8]!];
  out[0] = e * i - f * h;
  out[1] = f * g - d * i;
  out[2] = d * h - e * g;
  out[3] = c * h - b * i;
  out[4] = a * i - c * g;
  out[5] = b * g - a * h;
  out[6] = b * f - c * e;
  out[7] = c * d - a * f;
  out[8] = a * e - b * d;
  return out;
}

export function determinant3(A: Float64Array): number {
  return (
    A[0]! * (A[4]! * A[8]! - A[5]! * A[7]!) +
    A[1]! * (A[5]! * A[6]! - A[3]! * A[8]!) +
    A[2]! * (A[3]! * A[7]! - A[4]! * A[6]!)
  );
}

/** `A^-1`; entries are not finite when A is singular. */
export function inverse3(A: Float64Array): Float64Array {
  const inverse = transpose3(cofactors3(A));
  const scale = 1 / determinant3(A);
  for (let i = 0; i < 9; i++) inverse[i]! *= scale;
  return inverse;
}

/** `[v]x`, so that `[v]x w = v x w`. */
export function crossMatrix3(v: Float64Array): Float64Array {
  return Float64Array.of(0, -v[2]!, v[1]!, v[2]!, 0, -v[0]!, -v[1]!, v[0]!, 0);
}

export function cross3(a: Float64Array, b: Float64Array, out = new Float64Array(3)): Float64Array {
  const x = a[1]! * b[2]! - a[2]! * b[1]!;
  const y = a[2]! * b[0]! - a[0]! * b[2]!;
  const z = a[0]! * b[1]! - a[1]! * b[0]!;
  out[0] = x;
  out[1] = y;
  out[2] = z;
  return out;
}

export function dot3(a: Float64Array, b: Float64Array): number {
  return a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
}

export function norm3(a: Float64Array): number {
  return Math.sqrt(dot3(a, a));
}

/** Scales `a` to unit length in place and returns it; a zero vector is left as it is. */
export function normalize3(a: Float64Array): Float64Array {
  const length = norm3(a);
  if (length > 0) {
    a[0]! /= length;
    a[1]! /= length;
    a[2]! /= length;
  }
  return a;
}
