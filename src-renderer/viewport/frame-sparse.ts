import { Quaternion, Vector3 } from 'three';
import type { SparsePreview } from '../stores/preview-store.js';

/** How the solved scene is to be looked at. */
export interface SparseFrame {
  /** Brings up to +y. */
  readonly turn: Quaternion;
  /** Of the points, in turned coordinates, world units. */
  readonly middle: Vector3;
  /** Around the middle, world units: of points and cameras, and of the points alone. */
  readonly radius: number;
  readonly pointsRadius: number;
}

/** What lies farther out does not make the rest small. */
const KEPT_SHARE = 0.9;
/** The middle is in the middle of the points between these shares of them, on each axis. */
const EXTENT_SHARES = [0.04, 0.96] as const;
const SAMPLES = 4000;

/**
 * Finds a frame: up is where the tops of the photos point on the whole (camera y points down); the middle is that of the points'
 * extent, without stray ones; the radius holds nine tenths of the points and of the cameras.
 */
export function frameSparse({ positions, centers, rotations }: SparsePreview): SparseFrame {
  const up = new Vector3();
  // Row 1 of a world-to-camera rotation is the camera's y axis in the world.
  for (let i = 0; i < rotations.length; i += 9) {
    up.x -= rotations[i + 3] ?? 0;
    up.y -= rotations[i + 4] ?? 0;
    up.z -= rotations[i + 5] ?? 0;
  }
  if (up.lengthSq() < 1e-9) up.set(0, -1, 0);
  const turn = new Quaternion().setFromUnitVectors(up.normalize(), new Vector3(0, 1, 0));
  const points = samples(positions.length > 0 ? positions : centers, turn);
  const middle = new Vector3(middleOf(points, 'x'), middleOf(points, 'y'), middleOf(points, 'z'));
  const pointsRadius = Math.max(1e-6, spread(points, middle));
  return { turn, middle, pointsRadius, radius: Math.max(pointsRadius, spread(samples(centers, turn), middle)) };
}

/** Some of the points, turned. */
function samples(values: Float32Array, turn: Quaternion): Vector3[] {
  const step = 3 * Math.max(1, Math.floor(values.length / 3 / SAMPLES));
  const points: Vector3[] = [];
  for (let i = 0; i + 2 < values.length; i += step) {
    points.push(new Vector3(values[i] ?? 0, values[i + 1] ?? 0, values[i + 2] ?? 0).applyQuaternion(turn));
  }
  return points;
}

function middleOf(points: readonly Vector3[], axis: 'x' | 'y' | 'z'): number {
  const sorted = points.map((point) => point[axis]).sort((a, b) => a - b);
  const [low = 0, high = 0] = EXTENT_SHARES.map((share) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return (low + high) / 2;
}

/** Distance from the middle within which nine tenths of the points are. */
function spread(points: readonly Vector3[], middle: Vector3): number {
  const distances = points.map((point) => point.distanceTo(middle)).sort((a, b) => a - b);
  return distances[Math.floor((distances.length - 1) * KEPT_SHARE)] ?? 0;
}
