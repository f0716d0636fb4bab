import type { DensePoints } from '../../../../src-shared/scene/dense-points.js';

/**
 * Hashed grids of some of the points, one per power of two of their diameter; the radius is a number of pixels at the point: finds
 * those within whose radius a place is.
 */
export class PointGrid {
  count = 0;
  readonly #buckets = new Int32Array(1 << 20).fill(-1);
  readonly #next: Int32Array;
  readonly #levelOf: Int8Array;
  readonly #levels: number[] = [];

  /** @param radiusPx radius of each point, in pixels at the point */
  constructor(
    private readonly points: DensePoints,
    private readonly radiusPx: number,
  ) {
    this.#next = new Int32Array(points.footprints.length);
    this.#levelOf = new Int8Array(points.footprints.length);
  }

  add(i: number): void {
    const { positions } = this.points;
    const level = Math.ceil(Math.log2(2 * this.#radius(i)));
    if (!this.#levels.includes(level)) this.#levels.push(level);
    this.#levelOf[i] = level;
    const size = 2 ** level;
    const bucket = this.#bucket(
      level,
      Math.floor(positions[3 * i]! / size),
      Math.floor(positions[3 * i + 1]! / size),
      Math.floor(positions[3 * i + 2]! / size),
    );
    this.#next[i] = this.#buckets[bucket]!;
    this.#buckets[bucket] = i;
    this.count++;
  }

  /** @returns the nearest point of the grid that has point i in its radius and faces the same way, or -1; the first on a tie */
  nearest(i: number, minNormalCosine: number): number {
    const { normals } = this.points;
    let best = -1;
    let bestDistance = Infinity;
    this.#visit(i, (other, distance) => {
      if (distance > bestDistance || (distance === bestDistance && other > best)) return false;
      const cosine =
        normals[3 * i]! * normals[3 * other]! +
        normals[3 * i + 1]! * normals[3 * other + 1]! +
        normals[3 * i + 2]! * normals[3 * other + 2]!;
      if (cosine < minNormalCosine) return false;
      best = other;
      bestDistance = distance;
      return false;
    });
    return best;
  }

  /** Whether at least so many other points of the grid have point i in their radius. */
  hasNeighbors(i: number, count: number): boolean {
    let found = 0;
    this.#visit(i, (other) => other !== i && ++found >= count);
    return found >= count;
  }

  /** @param visit called with each point of the grid that has point i in its radius, and its distance; true ends the search */
  #visit(i: number, visit: (other: number, distance: number) => boolean): void {
    const { positions } = this.points;
    const x = positions[3 * i]!;
    const y = positions[3 * i + 1]!;
    const z = positions[3 * i + 2]!;
    for (const level of this.#levels) {
      const size = 2 ** level;
      // A cell is at least two radii wide: the point lies in the own cell or in the one on the nearer side, for each axis.
      const cx = Math.floor(x / size);
      const cy = Math.floor(y / size);
      const cz = Math.floor(z / size);
      const sideX = x / size - cx < 0.5 ? -1 : 1;
      const sideY = y / size - cy < 0.5 ? -1 : 1;
      const sideZ = z / size - cz < 0.5 ? -1 : 1;
      for (let cell = 0; cell < 8; cell++) {
        const bucket = this.#bucket(
          level,
          cell & 1 ? cx + sideX : cx,
          cell & 2 ? cy + sideY : cy,
          cell & 4 ? cz + sideZ : cz,
        );
        for (let other = this.#buckets[bucket]!; other !== -1; other = this.#next[other]!) {
          if (this.#levelOf[other] !== level) continue;
          const ex = positions[3 * other]! - x;
          const ey = positions[3 * other + 1]! - y;
          const ez = positions[3 * other + 2]! - z;
          const distance = Math.sqrt(ex * ex + ey * ey + ez * ez);
          if (distance <= this.#radius(other) && visit(other, distance)) return;
        }
      }
    }
  }

  #radius(i: number): number {
    return this.radiusPx * this.points.footprints[i]!;
  }

  #bucket(level: number, x: number, y: number, z: number): number {
    const hash =
      Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791) ^ Math.imul(level, 2654435761);
    return (hash ^ (hash >>> 15)) & (this.#buckets.length - 1);
  }
}
