import { Matrix4, Quaternion, Vector3 } from 'three';
import type { SparsePreview } from '../stores/preview-store.js';

/** How the solved scene is put into the view. */
export interface SparseFrame {
  /** View (y up, middle at the origin) from the solved world; column-major, as three.js has it. */
  readonly matrix: Matrix4;
  /** Of the scene, in its own units. */
  readonly radius: number;
}

/** In the view. */
const SHOWN_RADIUS = 1.75;
/** What lies farther out does not make the rest small. */
const KEPT_SHARE = 0.9;
const SAMPLES = 4000;

/**
 * Finds a frame: the middle is the median of the points; up is where the tops of the photos point on the whole (camera y points
 * down); the radius holds nine tenths of the points and of the cameras.
 */
export function frameSparse({ positions, centers, rotations }: SparsePreview): SparseFrame {
  const points = positions.length > 0 ? positions : centers;
  const middle = new Vector3(medianOf(points, 0), medianOf(points, 1), medianOf(points, 2));
  const up = new Vector3();
  // Row 1 of a world-to-camera rotation is the camera's y axis in the world.
  for (let i = 0; i < rotations.length; i += 9) {
    up.x -= rotations[i + 3] ?? 0;
    up.y -= rotations[i + 4] ?? 0;
    up.z -= rotations[i + 5] ?? 0;
  }
  if (up.lengthSq() < 1e-9) up.set(0, -1, 0);
  const radius = Math.max(1e-6, spread(points, middle), spread(centers, middle));
  const turn = new Quaternion().setFromUnitVectors(up.normalize(), new Vector3(0, 1, 0));
  const scale = SHOWN_RADIUS / radius;
  const matrix = new Matrix4()
    .compose(new Vector3(), turn, new Vector3(scale, scale, scale))
    .multiply(new Matrix4().makeTranslation(-middle.x, -middle.y, -middle.z));
  return { matrix, radius };
}

const stepOf = (values: Float32Array): number => 3 * Math.max(1, Math.floor(values.length / 3 / SAMPLES));

function medianOf(values: Float32Array, axis: number): number {
  const samples: number[] = [];
  for (let i = axis; i < values.length; i += stepOf(values)) samples.push(values[i] ?? 0);
  return samples.sort((a, b) => a - b)[samples.length >> 1] ?? 0;
}

/** Distance from the middle within which nine tenths of the values are. */
function spread(values: Float32Array, { x, y, z }: Vector3): number {
  const distances: number[] = [];
  for (let i = 0; i + 2 < values.length; i += stepOf(values)) {
    distances.push(Math.hypot((values[i] ?? 0) - x, (values[i + 1] ?? 0) - y, (values[i + 2] ?? 0) - z));
  }
  return distances.sort((a, b) => a - b)[Math.floor((distances.length - 1) * KEPT_SHARE)] ?? 0;
}
