import { Quaternion, Vector3 } from 'three';
import type { SparsePreview } from '../stores/preview-store.js';

/** How the solved scene is to be looked at. */
export interface SparseFrame {
  /** Brings up to +y. */
  readonly turn: Quaternion;
  /** Middles in turned coordinates and radii around them, world units: of points and cameras, and of the points alone. */
  readonly all: { readonly middle: Vector3; readonly radius: number };
  readonly points: { readonly middle: Vector3; readonly radius: number };
}

/** What lies farther out does not make the rest small. */
const KEPT_SHARE = 0.9;
/** The middle is in the middle of the points between these shares of them, on each axis. */
const EXTENT_SHARES = [0.04, 0.96] as const;
const SAMPLES = 4000;
const SMALLEST = 1e-6;

/**
 * Finds a frame: up is where the tops of the photos point on the whole (camera y points down); middles are those of the extents,
 * without stray points; the radii hold nine tenths.
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
  const cameras = samples(centers, turn);
  const middle = middleOf(points);
  const allMiddle = cameras.length > 0 ? middleOf(cameras).lerp(middle, 0.5) : middle;
  const allRadius = Math.max(spread(points, allMiddle), spread(cameras, allMiddle));
  return {
    turn,
    all: { middle: allMiddle, radius: Math.max(SMALLEST, allRadius) },
    points: { middle, radius: Math.max(SMALLEST, spread(points, middle)) },
  };
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

function middleOf(points: readonly Vector3[]): Vector3 {
  const onAxis = (axis: 'x' | 'y' | 'z') => {
    const sorted = points.map((point) => point[axis]).sort((a, b) => a - b);
    const [low = 0, high = 0] = EXTENT_SHARES.map((share) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    return (low + high) / 2;
  };
  return new Vector3(onAxis('x'), onAxis('y'), onAxis('z'));
}

/** Distance from the middle within which nine tenths of the points are. */
function spread(points: readonly Vector3[], middle: Vector3): number {
  const distances = points.map((point) => point.distanceTo(middle)).sort((a, b) => a - b);
  return distances[Math.floor((distances.length - 1) * KEPT_SHARE)] ?? 0;
}
