import { Matrix4 } from 'three';
import type { ModelCamera } from './model-camera.js';

/**
 * The projection that draws the model exactly where the photo shows it, the photo being fitted into the view (letterboxed).
 *
 * @param view width and height of the view, pixels
 * @returns column-major OpenGL projection; camera x right, y up, looking along -z
 */
export function photoProjection(
  { fx, fy, cx, cy, width, height }: Pick<ModelCamera, 'fx' | 'fy' | 'cx' | 'cy' | 'width' | 'height'>,
  view: { readonly width: number; readonly height: number },
  { near, far }: { readonly near: number; readonly far: number },
): Matrix4 {
  const scale = Math.min(view.width / width, view.height / height);
  const x = (2 * scale) / view.width;
  const y = (2 * scale) / view.height;
  return new Matrix4().set(
    ...([x * fx, 0, -x * (cx - width / 2), 0] as const),
    ...([0, y * fy, y * (cy - height / 2), 0] as const),
    ...([0, 0, -(far + near) / (far - near), (-2 * far * near) / (far - near)] as const),
    ...([0, 0, -1, 0] as const),
  );
}

/** The pose of a three.js camera (x right, y up, z backwards) in the GLB: column-major. */
export function photoPose({ R, center }: Pick<ModelCamera, 'R' | 'center'>): Matrix4 {
  const axis = (row: number, sign: 1 | -1) =>
    [sign * (R[row * 3] ?? 0), sign * (R[row * 3 + 1] ?? 0), sign * (R[row * 3 + 2] ?? 0)] as const;
  const [right, up, back] = [axis(0, 1), axis(1, -1), axis(2, -1)];
  return new Matrix4().set(
    ...([right[0], up[0], back[0], center[0]] as const),
    ...([right[1], up[1], back[1], center[1]] as const),
    ...([right[2], up[2], back[2], center[2]] as const),
    ...([0, 0, 0, 1] as const),
  );
}
