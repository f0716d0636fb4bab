/** Directions towards the lights, unit, in GLB coordinates with the camera in front. */
const KEY = unit(-0.5, 0.75, 0.65);
const FILL = unit(0.8, 0.25, 0.5);

function unit(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/**
 * Light that a matt surface receives: a large soft key light, a weak fill light and a sky that is brighter above. The colours of
 * the texture contain the light of the photos already, so the contrast is low.
 *
 * @param nx unit normal, GLB coordinates
 * @returns factor on the linear colour, about 1 in the key light
 */
export function studioLight(nx: number, ny: number, nz: number): number {
  // A soft light reaches around the edge: wrapped diffuse.
  const key = Math.max(0, (nx * KEY[0] + ny * KEY[1] + nz * KEY[2] + 0.35) / 1.35);
  const fill = Math.max(0, (nx * FILL[0] + ny * FILL[1] + nz * FILL[2] + 0.5) / 1.5);
  const sky = 0.5 + 0.5 * ny;
  return 0.42 + 0.72 * key + 0.14 * fill + 0.16 * sky;
}
