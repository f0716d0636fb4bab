import { Random } from '#main/geometry/random.js';
import type { Mesh } from '#shared/scene/mesh.js';

export function meshOf(positions: readonly (readonly number[])[], triangles: readonly (readonly number[])[]): Mesh {
  return { positions: Float32Array.from(positions.flat()), indices: Uint32Array.from(triangles.flat()) };
}

/** A closed box from `low` to `high`. */
export function box(low: readonly number[], high: readonly number[]): Mesh {
  const corners = Array.from({ length: 8 }, (_, i) => [0, 1, 2].map((k) => ((i >> k) & 1 ? high[k]! : low[k]!)));
  const quads = [
    [0, 2, 3, 1],
    [4, 5, 7, 6],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 4, 6, 2],
    [1, 3, 7, 5],
  ];
  const triangles = quads.flatMap(([a, b, c, d]) => [
    [a!, b!, c!],
    [a!, c!, d!],
  ]);
  return meshOf(corners, triangles);
}

/** Meshes side by side, with vertices at one position joined. */
export function joined(...meshes: readonly Mesh[]): Mesh {
  const positions: number[][] = [];
  const index = new Map<string, number>();
  const triangles: number[][] = [];
  for (const mesh of meshes) {
    const own = Array.from({ length: mesh.positions.length / 3 }, (_, v) => {
      const position = [...mesh.positions.subarray(3 * v, 3 * v + 3)];
      const known = index.get(position.join());
      if (known !== undefined) return known;
      index.set(position.join(), positions.length);
      return positions.push(position) - 1;
    });
    for (let i = 0; i < mesh.indices.length; i += 3) {
      triangles.push([...mesh.indices.subarray(i, i + 3)].map((v) => own[v]!));
    }
  }
  return meshOf(positions, triangles);
}

/** A unit sphere of about 2 n^2 triangles with bumps of the given height; closed, with a fixed number of random dents. */
export function bumpySphere(n: number, height: number, seed: number): Mesh {
  const random = new Random(seed);
  const waves = Array.from({ length: 8 }, () => [0, 1, 2, 3].map(() => random.gaussian() * 3));
  const positions: number[][] = [];
  const at = (polar: number, azimuth: number): number[] => {
    const direction = [Math.sin(polar) * Math.cos(azimuth), Math.sin(polar) * Math.sin(azimuth), Math.cos(polar)];
    const bump = waves.reduce(
      (sum, wave) =>
        sum + Math.sin(3 * (direction[0]! * wave[0]! + direction[1]! * wave[1]! + direction[2]! * wave[2]!) + wave[3]!),
      0,
    );
    return direction.map((x) => x * (1 + (height * bump) / waves.length));
  };
  const triangles: number[][] = [];
  positions.push(at(0, 0), at(Math.PI, 0));
  for (let row = 1; row < n; row++) {
    for (let column = 0; column < n; column++) positions.push(at((Math.PI * row) / n, (2 * Math.PI * column) / n));
  }
  const vertex = (row: number, column: number) =>
    row === 0 ? 0 : row === n ? 1 : 2 + (row - 1) * n + (((column % n) + n) % n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const [a, b] = [vertex(row, column), vertex(row + 1, column)];
      const [c, d] = [vertex(row + 1, column + 1), vertex(row, column + 1)];
      if (row < n - 1) triangles.push([a, b, c]);
      if (row > 0) triangles.push([a, c, d]);
    }
  }
  return meshOf(positions, triangles);
}

/** Signed volume of a closed mesh that faces outwards. */
export function meshVolume({ positions: P, indices }: Mesh): number {
  let volume = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [3 * indices[i]!, 3 * indices[i + 1]!, 3 * indices[i + 2]!];
    volume +=
      (P[a]! * (P[b + 1]! * P[c + 2]! - P[b + 2]! * P[c + 1]!) +
        P[a + 1]! * (P[b + 2]! * P[c]! - P[b]! * P[c + 2]!) +
        P[a + 2]! * (P[b]! * P[c + 1]! - P[b + 1]! * P[c]!)) /
      6;
  }
  return volume;
}
