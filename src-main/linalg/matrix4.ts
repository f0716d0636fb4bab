/** A B of Float64Array[16], row-major. */
export function multiply4(A: Float64Array, B: Float64Array): Float64Array {
  const C = new Float64Array(16);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      for (let k = 0; k < 4; k++) C[row * 4 + column]! += A[row * 4 + k]! * B[k * 4 + column]!;
    }
  }
  return C;
}
