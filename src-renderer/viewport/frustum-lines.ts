/** Corners of a picture of usual shape, on the plane at distance 1 of a usual lens: x right, y down. */
const CORNERS = [
  [-0.5, -0.375],
  [0.5, -0.375],
  [0.5, 0.375],
  [-0.5, 0.375],
] as const;

/**
 * Lines that draw each camera as a pyramid from its centre.
 *
 * @param cameras centres (x, y, z in the world) and row-major world-to-camera rotations
 * @param depth of the pyramids, world units
 * @returns x, y, z of both ends of each line: 8 lines a camera
 */
export function frustumLines(
  cameras: { readonly centers: Float32Array; readonly rotations: Float32Array },
  depth: number,
): Float32Array {
  const count = cameras.centers.length / 3;
  const lines = new Float32Array(count * 8 * 6);
  let at = 0;
  for (let camera = 0; camera < count; camera++) {
    const center = cameras.centers.subarray(camera * 3, camera * 3 + 3);
    const R = cameras.rotations.subarray(camera * 9, camera * 9 + 9);
    const corners = CORNERS.map(([x, y]) => toWorld(center, R, x * depth, y * depth, depth));
    for (const [index, corner] of corners.entries()) {
      lines.set(center, at);
      lines.set(corner, at + 3);
      lines.set(corner, at + 6);
      lines.set(corners[(index + 1) % 4] ?? corner, at + 9);
      at += 12;
    }
  }
  return lines;
}

/** X = R^T x + C: from camera coordinates to the world. */
function toWorld(center: Float32Array, R: Float32Array, x: number, y: number, z: number): [number, number, number] {
  const axis = (column: number) =>
    (center[column] ?? 0) + (R[column] ?? 0) * x + (R[3 + column] ?? 0) * y + (R[6 + column] ?? 0) * z;
  return [axis(0), axis(1), axis(2)];
}
