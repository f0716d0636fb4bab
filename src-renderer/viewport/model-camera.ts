/** A camera of the solved model, in the model file's coordinates (GLB: y up). */
export interface ModelCamera {
  /** Of its photo. */
  readonly name: string;
  readonly center: readonly [number, number, number];
  /** Camera from GLB, row-major; camera x right, y down, z forward. */
  readonly R: readonly number[];
  /** Pixels of the upright photo. */
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
}

/** Number of focal lengths at the start of a COLMAP camera's parameters; principal point follows. */
const FOCALS: Readonly<Record<string, 1 | 2>> = {
  SIMPLE_PINHOLE: 1,
  PINHOLE: 2,
  SIMPLE_RADIAL: 1,
  RADIAL: 1,
  OPENCV: 2,
  FULL_OPENCV: 2,
};

/**
 * Reads the cameras of a COLMAP text model and brings them into GLB coordinates. Distortion is left out: it is a few pixels.
 *
 * @param camerasText `cameras.txt`: id, model, width, height, parameters
 * @param imagesText `images.txt`: two lines an image, the first: id, qw, qx, qy, qz, tx, ty, tz, camera id, name
 * @param modelToGlb 4x4 similarity, row-major: GLB from the solved model
 */
export function readModelCameras(
  camerasText: string,
  imagesText: string,
  modelToGlb: readonly number[],
): readonly ModelCamera[] {
  const lenses = new Map(
    dataLines(camerasText).flatMap((line) => {
      const [id, model = '', width, height, ...parameters] = line.split(/\s+/);
      const focals = FOCALS[model];
      if (id === undefined || focals === undefined) return [];
      const [fx = 1, second = 1, third = 0, fourth = 0] = parameters.map(Number);
      const size = { width: Number(width), height: Number(height) };
      const lens = focals === 1 ? { fx, fy: fx, cx: second, cy: third } : { fx, fy: second, cx: third, cy: fourth };
      return [[id, { ...size, ...lens }]] as const;
    }),
  );
  const M = modelToGlb;
  const at = (row: number, column: number) => M[row * 4 + column] ?? 0;
  const scale = Math.cbrt(determinant(at));
  // Every image has two lines; the second (its points) may be empty, so comments alone are left out before counting.
  const lines = imagesText.split('\n').filter((line) => !line.startsWith('#'));
  const cameras: ModelCamera[] = [];
  for (let i = 0; i < lines.length; i += 2) {
    const [, qw, qx, qy, qz, tx, ty, tz, cameraId = '', ...name] = (lines[i] ?? '').trim().split(/\s+/);
    const lens = lenses.get(cameraId);
    if (!lens) continue;
    const R = rotationOf(Number(qw), Number(qx), Number(qy), Number(qz));
    const t = [Number(tx), Number(ty), Number(tz)] as const;
    const center = [0, 1, 2].map((k) => -((R[k] ?? 0) * t[0] + (R[3 + k] ?? 0) * t[1] + (R[6 + k] ?? 0) * t[2]));
    const glb = [0, 1, 2].map(
      (row) =>
        at(row, 0) * (center[0] ?? 0) + at(row, 1) * (center[1] ?? 0) + at(row, 2) * (center[2] ?? 0) + at(row, 3),
    );
    // camFromGlb = camFromModel * modelFromGlb; the similarity's rotation is its linear part without the scale.
    const camFromGlb = [0, 1, 2].flatMap((row) =>
      [0, 1, 2].map((column) => [0, 1, 2].reduce((sum, k) => sum + ((R[row * 3 + k] ?? 0) * at(column, k)) / scale, 0)),
    );
    cameras.push({
      ...{ name: name.join(' '), R: camFromGlb, ...lens },
      center: [glb[0] ?? 0, glb[1] ?? 0, glb[2] ?? 0],
    });
  }
  return cameras.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

const dataLines = (text: string): string[] =>
  text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));

function determinant(at: (row: number, column: number) => number): number {
  return (
    at(0, 0) * (at(1, 1) * at(2, 2) - at(1, 2) * at(2, 1)) -
    at(0, 1) * (at(1, 0) * at(2, 2) - at(1, 2) * at(2, 0)) +
    at(0, 2) * (at(1, 0) * at(2, 1) - at(1, 1) * at(2, 0))
  );
}

/** Row-major rotation of a unit quaternion. */
function rotationOf(w: number, x: number, y: number, z: number): number[] {
  return [
    ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}
