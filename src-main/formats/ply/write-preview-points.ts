import { writeAtomic } from '../../workspace/write-atomic.js';
import { encodePly } from './write-ply.js';

interface ColouredPoints {
  /** Float32Array[n*3], world. */
  readonly positions: Float32Array;
  /** Uint8Array[n*3], RGB. */
  readonly colors: Uint8Array;
}

/**
 * Writes an even sample of points as a PLY to look at while a run goes on.
 *
 * @param path absolute path of the file
 * @param maxPoints the most that are written; every k-th point is taken
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function writePreviewPoints(path: string, points: ColouredPoints, maxPoints: number): Promise<void> {
  await writeAtomic(path, encodePly(samplePoints(points, maxPoints)));
}

function samplePoints({ positions, colors }: ColouredPoints, maxPoints: number): ColouredPoints {
  const total = positions.length / 3;
  const stride = Math.max(1, Math.ceil(total / Math.max(1, maxPoints)));
  const count = Math.ceil(total / stride);
  const sample = { positions: new Float32Array(count * 3), colors: new Uint8Array(count * 3) };
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) {
      sample.positions[i * 3 + k] = positions[i * stride * 3 + k]!;
      sample.colors[i * 3 + k] = colors[i * stride * 3 + k]!;
    }
  }
  return sample;
}
