import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How far the cameras of two models differ, free of any alignment: from pairs of photos. */
export interface CameraDifference {
  /** Photos in both. */
  readonly photos: number;
  /** Median over pairs, degrees, of the angle between the relative rotations. */
  readonly medianRotationDeg: number;
  /** Spread (standard deviation / mean) of the ratio of the distances between camera centres: 0 for models that are similar. */
  readonly distanceSpread: number;
}

interface Pose {
  readonly R: readonly number[];
  readonly center: readonly number[];
}

/** Compares the images.txt of two COLMAP text models, written for tests: it uses none of the engine's geometry. */
export async function compareCameras(folder: string, truthFolder: string): Promise<CameraDifference> {
  const [found, truth] = [await readPoses(folder), await readPoses(truthFolder)];
  const names = [...found.keys()].filter((name) => truth.has(name));
  const rotations: number[] = [];
  const ratios: number[] = [];
  for (const [i, first] of names.entries()) {
    for (const second of names.slice(i + 1)) {
      const [a, b, p, q] = [found.get(first)!, found.get(second)!, truth.get(first)!, truth.get(second)!];
      const difference = multiply(relative(a, b), transpose(relative(p, q)));
      const cosine = (difference[0]! + difference[4]! + difference[8]! - 1) / 2;
      rotations.push((Math.acos(Math.min(1, cosine)) * 180) / Math.PI);
      ratios.push(distance(a, b) / distance(p, q));
    }
  }
  rotations.sort((a, b) => a - b);
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const variance = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length;
  return {
    photos: names.length,
    medianRotationDeg: rotations[Math.floor(rotations.length / 2)]!,
    distanceSpread: Math.sqrt(variance) / mean,
  };
}

async function readPoses(folder: string): Promise<Map<string, Pose>> {
  const lines = (await readFile(join(folder, 'images.txt'), 'utf8'))
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  const poses = new Map<string, Pose>();
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [, w, x, y, z, tx, ty, tz, , ...name] = lines[i]!.split(' ');
    const R = rotation([w, x, y, z].map(Number) as [number, number, number, number]);
    const t = [tx, ty, tz].map(Number);
    const center = [0, 1, 2].map((axis) => -(R[axis]! * t[0]! + R[3 + axis]! * t[1]! + R[6 + axis]! * t[2]!));
    poses.set(name.join(' '), { R, center });
  }
  return poses;
}

function rotation([w, x, y, z]: [number, number, number, number]): number[] {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ].flat();
}

const transpose = (A: readonly number[]) => [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => A[i]!);
const multiply = (A: readonly number[], B: readonly number[]) =>
  Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3), i % 3];
    return [0, 1, 2].reduce((sum, k) => sum + A[row * 3 + k]! * B[k * 3 + column]!, 0);
  });
const relative = (a: Pose, b: Pose) => multiply(b.R, transpose(a.R));
const distance = (a: Pose, b: Pose) => Math.hypot(...a.center.map((value, i) => value - b.center[i]!));
