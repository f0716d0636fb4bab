import type { View } from '#shared/scene/view.js';

/** A plane n . X = c in the world with a smooth random texture, seen by pinhole cameras: exact images and depths. */
export interface TexturedPlane {
  readonly normal: readonly [number, number, number];
  readonly offset: number;
}

const dot = (a: readonly number[], b: readonly number[]) => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;

/** Sum of waves in all directions, wavelengths of about 0.04 to 0.3 world units: 0..255. */
export function texture(x: number, y: number, z: number): number {
  let value = 128;
  for (let i = 0; i < 12; i++) {
    const angle = i * 2.399963;
    const frequency = 20 + 11 * i;
    const phase = frequency * (Math.cos(angle) * x + Math.sin(angle) * y + 0.5 * Math.sin(3 * angle) * z) + i * i;
    value += 14 * Math.sin(phase);
  }
  return Math.min(255, Math.max(0, value));
}

/** A camera at `center` that looks along +z, turned about the y axis. */
export function viewAt(
  photoId: number,
  center: readonly [number, number, number],
  turnDeg: number,
  sources: readonly number[],
): View {
  const angle = (turnDeg * Math.PI) / 180;
  const R = Float64Array.of(Math.cos(angle), 0, -Math.sin(angle), 0, 1, 0, Math.sin(angle), 0, Math.cos(angle));
  const t = Float64Array.from([0, 1, 2], (i) => -dot(Array.from(R.subarray(i * 3, i * 3 + 3)), center));
  return {
    photoId,
    width: 160,
    height: 120,
    fx: 200,
    fy: 200,
    cx: 80,
    cy: 60,
    camFromWorld: { R, t },
    file: `views/view-${photoId}.bin`,
    sources,
    depthMin: 1.2,
    depthMax: 4,
  };
}

/** Five cameras in an arc of 28 degrees about (0, 0, 2). */
export function arcOfViews(): View[] {
  return [0, 1, 2, 3, 4].map((i) => {
    const turnDeg = (i - 2) * 7;
    const angle = (turnDeg * Math.PI) / 180;
    const sources = [0, 1, 2, 3, 4].filter((j) => j !== i).sort((a, b) => Math.abs(a - i) - Math.abs(b - i));
    return viewAt(i, [-2 * Math.sin(angle), 0, 2 - 2 * Math.cos(angle)], turnDeg, sources);
  });
}

/** Depth (camera z) of the plane along the ray of a pixel position; its normal in the camera frame, facing the camera. */
export function planeInView({ normal, offset }: TexturedPlane, view: View) {
  const { R, t } = view.camFromWorld;
  const n = [0, 1, 2].map((i) => dot(Array.from(R.subarray(i * 3, i * 3 + 3)), normal));
  const c = offset + dot(n, Array.from(t));
  const sign = n[2]! > 0 ? -1 : 1;
  return {
    depthAt: (u: number, v: number) => c / dot(n, [(u - view.cx) / view.fx, (v - view.cy) / view.fy, 1]),
    normal: n.map((value) => (sign * value) / Math.hypot(...n)),
  };
}

/** World point at a depth in a view. */
export function pointAt(view: View, u: number, v: number, depth: number): [number, number, number] {
  const { R, t } = view.camFromWorld;
  const X = [((u - view.cx) / view.fx) * depth - t[0]!, ((v - view.cy) / view.fy) * depth - t[1]!, depth - t[2]!];
  return [0, 1, 2].map((k) => R[k]! * X[0]! + R[3 + k]! * X[1]! + R[6 + k]! * X[2]!) as [number, number, number];
}

/** Uint8Array[h*w]: what the view shows of the plane, the mean of 3x3 samples a pixel. */
export function photographPlane(plane: TexturedPlane, view: View): Uint8Array {
  const { depthAt } = planeInView(plane, view);
  const gray = new Uint8Array(view.width * view.height);
  for (let y = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++) {
      let sum = 0;
      for (let k = 0; k < 9; k++) {
        const u = x + ((k % 3) + 0.5) / 3;
        const v = y + (Math.floor(k / 3) + 0.5) / 3;
        sum += texture(...pointAt(view, u, v, depthAt(u, v)));
      }
      gray[y * view.width + x] = Math.round(sum / 9);
    }
  }
  return gray;
}

export const rgbOf = (gray: Uint8Array) =>
  Uint8Array.from({ length: gray.length * 3 }, (_, i) => gray[Math.floor(i / 3)]!);
