import { readArray, readArrays, writeArrays } from '../../../formats/arrays/array-file.js';
import type { PlaneField } from '../../../kernels/patch-match/index.js';

type PlaneArrays = Omit<PlaneField, 'width' | 'height'> & Record<string, Uint8Array | Float32Array>;

/** Writes the planes of a view. @throws DISK_FULL, OUTPUT_NOT_WRITABLE */
export async function writePlanes(path: string, field: PlaneField): Promise<void> {
  const { width, height, ...arrays } = field;
  await writeArrays(path, { meta: { width, height }, arrays });
}

/** Reads what {@link writePlanes} wrote. @throws INTERNAL when the file is damaged */
export async function readPlanes(path: string): Promise<PlaneField> {
  const { meta, arrays } = await readArrays<PlaneArrays>(path);
  const { width, height } = meta as { width: number; height: number };
  return { width, height, ...arrays };
}

/** Reads only the inverse depths of what {@link writePlanes} wrote. @throws INTERNAL when the file is damaged */
export async function readInverseDepths(path: string): Promise<Pick<PlaneField, 'width' | 'height' | 'inverseDepths'>> {
  const { meta, array } = await readArray<Float32Array>(path, 'inverseDepths');
  const { width, height } = meta as { width: number; height: number };
  return { width, height, inverseDepths: array };
}

/**
 * The planes for an image of twice the size (or one more row and column): each pixel takes the plane and the views of the
 * coarse pixel that covers it. Costs are not known.
 */
export function upsamplePlanes(coarse: PlaneField, width: number, height: number): PlaneField {
  const n = width * height;
  const views = coarse.viewWeights.length / (coarse.width * coarse.height);
  const fine: PlaneField = {
    width,
    height,
    active: new Uint8Array(n),
    inverseDepths: new Float32Array(n),
    slopesX: new Float32Array(n),
    slopesY: new Float32Array(n),
    costs: new Float32Array(n),
    viewWeights: new Uint8Array(n * views),
  };
  for (let y = 0; y < height; y++) {
    const row = Math.min(y >> 1, coarse.height - 1);
    const dy = (y + 0.5) / 2 - 0.5 - row;
    for (let x = 0; x < width; x++) {
      const column = Math.min(x >> 1, coarse.width - 1);
      const dx = (x + 0.5) / 2 - 0.5 - column;
      const from = row * coarse.width + column;
      const to = y * width + x;
      if (!coarse.active[from]) continue;
      fine.active[to] = 255;
      fine.inverseDepths[to] = coarse.inverseDepths[from]! + coarse.slopesX[from]! * dx + coarse.slopesY[from]! * dy;
      fine.slopesX[to] = coarse.slopesX[from]! / 2;
      fine.slopesY[to] = coarse.slopesY[from]! / 2;
      for (let j = 0; j < views; j++) fine.viewWeights[to * views + j] = coarse.viewWeights[from * views + j]!;
    }
  }
  return fine;
}
