import type { DensePoints } from '../../../../src-shared/scene/dense-points.js';
import type { FusedPoints } from './fuse-view.js';

/**
 * Joins the views' points and keeps one in each cell of a grid: the one that most views confirm, the first on a tie. A cell's
 * size follows the point's footprint in powers of two, so that near surfaces stay denser than far ones. When more than
 * `maxPoints` remain, the cells grow.
 *
 * @param parts the points of each view, in the order of the views
 * @param cellFootprints size of a cell in footprints
 */
export function thinPoints(parts: readonly FusedPoints[], cellFootprints: number, maxPoints: number): DensePoints {
  let kept = keepBestOfCells(parts, cellFootprints);
  for (let factor = cellFootprints; kept.length > maxPoints; ) {
    factor *= Math.max(1.05, Math.sqrt(kept.length / maxPoints));
    kept = keepBestOfCells(parts, factor);
  }
  return gather(parts, kept);
}

/** @returns Uint32Array of part and index in it, two numbers a point, as `part * 2^24 + index` would not fit views of 16 MP */
function keepBestOfCells(parts: readonly FusedPoints[], cellFootprints: number): { part: number; index: number }[] {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const origin = minCorner(parts);
  let bits = 4;
  while (2 ** bits < total * 2) bits++;
  const mask = 2 ** bits - 1;
  const slots = new Int32Array(2 ** bits).fill(-1);
  // Of each kept point: its cell and where it came from.
  const cells = new Int32Array(total * 4);
  const partOf = new Uint16Array(total);
  const indexOf = new Uint32Array(total);
  let count = 0;
  for (const [p, part] of parts.entries()) {
    for (let i = 0; i < part.count; i++) {
      const level = Math.round(Math.log2(part.footprints[i]!));
      const size = cellFootprints * 2 ** level;
      const x = Math.floor((part.positions[i * 3]! - origin[0]!) / size);
      const y = Math.floor((part.positions[i * 3 + 1]! - origin[1]!) / size);
      const z = Math.floor((part.positions[i * 3 + 2]! - origin[2]!) / size);
      let slot =
        (Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791) ^ Math.imul(level, 2654435)) & mask;
      for (; ; slot = (slot + 1) & mask) {
        const at = slots[slot]!;
        if (at < 0) {
          slots[slot] = count;
          cells.set([x, y, z, level], count * 4);
          partOf[count] = p;
          indexOf[count++] = i;
          break;
        }
        if (cells[at * 4] !== x || cells[at * 4 + 1] !== y || cells[at * 4 + 2] !== z || cells[at * 4 + 3] !== level)
          continue;
        if (part.viewCounts[i]! > parts[partOf[at]!]!.viewCounts[indexOf[at]!]!) {
          partOf[at] = p;
          indexOf[at] = i;
        }
        break;
      }
    }
  }
  return Array.from({ length: count }, (_, k) => ({ part: partOf[k]!, index: indexOf[k]! }));
}

function minCorner(parts: readonly FusedPoints[]): number[] {
  const corner = [0, 1, 2].map(() => Number.POSITIVE_INFINITY);
  for (const { positions } of parts) {
    for (let i = 0; i < positions.length; i++) if (positions[i]! < corner[i % 3]!) corner[i % 3] = positions[i]!;
  }
  return corner;
}

function gather(parts: readonly FusedPoints[], kept: readonly { part: number; index: number }[]): DensePoints {
  const starts = parts.map(({ viewCounts }) => {
    const offsets = new Uint32Array(viewCounts.length + 1);
    for (let i = 0; i < viewCounts.length; i++) offsets[i + 1] = offsets[i]! + viewCounts[i]!;
    return offsets;
  });
  const viewOffsets = new Uint32Array(kept.length + 1);
  kept.forEach(({ part, index }, k) => {
    viewOffsets[k + 1] = viewOffsets[k]! + parts[part]!.viewCounts[index]!;
  });
  const points: DensePoints = {
    positions: new Float32Array(kept.length * 3),
    normals: new Float32Array(kept.length * 3),
    colors: new Uint8Array(kept.length * 3),
    footprints: new Float32Array(kept.length),
    viewOffsets,
    viewPhotoIds: new Uint16Array(viewOffsets[kept.length]!),
  };
  kept.forEach(({ part, index }, k) => {
    const from = parts[part]!;
    for (let c = 0; c < 3; c++) {
      points.positions[k * 3 + c] = from.positions[index * 3 + c]!;
      points.normals[k * 3 + c] = from.normals[index * 3 + c]!;
      points.colors[k * 3 + c] = from.colors[index * 3 + c]!;
    }
    points.footprints[k] = from.footprints[index]!;
    const start = starts[part]!;
    points.viewPhotoIds.set(from.viewPhotoIds.subarray(start[index]!, start[index + 1]!), viewOffsets[k]!);
  });
  return points;
}
