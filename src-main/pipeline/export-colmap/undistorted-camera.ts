import type { Camera } from '../../../src-shared/scene/camera.js';
import { LENS_SIZE, lensFromParameters, unproject } from '../../geometry/camera-projection.js';

/** Sizes are kept within these shares of the photo's, whatever a lens that was solved badly would ask for. */
const SMALLEST_SCALE = 0.2;
const LARGEST_SCALE = 2;

/**
 * The PINHOLE camera for photos of a camera without their lens distortion: of the same focal lengths, and as large along each axis as
 * leaves no pixel empty (trainers of splats would learn black borders), the principal point in its place. It is the camera that
 * COLMAP's `image_undistorter` chooses by default (no blank pixels), to a pixel of the size.
 */
export function undistortedCamera(camera: Camera): Camera {
  const { width, height } = camera;
  const lens = lensFromParameters(camera.model, camera.parameters);
  const [fx, fy, cx, cy] = lens as unknown as [number, number, number, number];
  const pinhole = { ...camera, model: 'PINHOLE', parameters: [fx, fy, cx, cy] } as const;
  if (lens.subarray(4, LENS_SIZE).every((value) => value === 0)) return pinhole;

  // How far from the principal point the straight image of each side reaches at least, over how far the photo reaches.
  const ray = new Float64Array(2);
  const shares = { x: Number.POSITIVE_INFINITY, y: Number.POSITIVE_INFINITY };
  for (let y = 0.5; y < height; y++) {
    unproject(lens, 0, 0.5, y, ray, 0);
    shares.x = Math.min(shares.x, (-fx * ray[0]!) / cx);
    unproject(lens, 0, width - 0.5, y, ray, 0);
    shares.x = Math.min(shares.x, (fx * ray[0]!) / (width - cx));
  }
  for (let x = 0.5; x < width; x++) {
    unproject(lens, 0, x, 0.5, ray, 0);
    shares.y = Math.min(shares.y, (-fy * ray[1]!) / cy);
    unproject(lens, 0, x, height - 0.5, ray, 0);
    shares.y = Math.min(shares.y, (fy * ray[1]!) / (height - cy));
  }
  const straightWidth = scaled(width, shares.x);
  const straightHeight = scaled(height, shares.y);
  return {
    ...pinhole,
    ...{ width: straightWidth, height: straightHeight },
    parameters: [fx, fy, (cx * straightWidth) / width, (cy * straightHeight) / height],
  };
}

function scaled(length: number, share: number): number {
  const scale = Number.isFinite(share) ? Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, share)) : 1;
  return Math.max(1, Math.floor(length * scale));
}
