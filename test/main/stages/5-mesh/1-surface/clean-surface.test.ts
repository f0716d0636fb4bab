import { describe, expect, it } from 'vitest';
import { selectFaces } from '#main/geometry/mesh/select-faces.js';
import { meshTopology } from '#main/geometry/mesh/topology.js';
import { removeIslands, removeMembranes } from '#main/stages/5-mesh/1-surface/clean-surface.js';
import type { Mesh } from '#shared/scene/mesh.js';
import { box, bumpySphere, joined } from '../../../geometry/mesh/shapes.js';

/** A unit sphere whose part above `height` is one fan to a point at the given height. */
function cappedSphere(height: number, apex: number): Mesh {
  const sphere = bumpySphere(60, 0, 1);
  const below = selectFaces(sphere, (face) =>
    [0, 1, 2].every((k) => sphere.positions[3 * sphere.indices[3 * face + k]! + 2]! < height),
  );
  const rim = [...rimOf(below)];
  const top = below.positions.length / 3;
  return {
    positions: Float32Array.of(...below.positions, 0, 0, apex),
    indices: Uint32Array.of(...below.indices, ...rim.flatMap(([from, to]) => [to, from, top])),
  };
}

/** Boundary edges in the direction of their face. */
function* rimOf({ indices }: Mesh): Iterable<[number, number]> {
  const directed = new Set<string>();
  const edges: [number, number][] = [];
  for (let h = 0; h < indices.length; h++) {
    const edge: [number, number] = [indices[h]!, indices[h % 3 === 2 ? h - 2 : h + 1]!];
    directed.add(edge.join());
    edges.push(edge);
  }
  for (const [from, to] of edges) if (!directed.has(`${to},${from}`)) yield [from, to];
}

const limits = (mesh: Mesh, length: number) => new Float32Array(mesh.positions.length / 3).fill(length);
const kept = (keep: Uint8Array) => keep.reduce((sum, value) => sum + value, 0);

describe('removeMembranes', () => {
  it('removes a large flat cap of long triangles and keeps a small one', () => {
    const large = cappedSphere(0.5, 0.5);
    const removed = removeMembranes(large, limits(large, 0.3), 1, 0.05);
    expect(removed.removedRegions).toBe(1);
    const open = selectFaces(large, (face) => removed.keep[face] === 1);
    expect(meshTopology(open).boundaryEdges).toBe(60);

    const allowed = removeMembranes(large, limits(large, 0.3), 1, 0.5);
    expect(kept(allowed.keep)).toBe(large.indices.length / 3);
    expect(kept(removeMembranes(large, limits(large, 1), 1, 0.05).keep)).toBe(large.indices.length / 3);
  });

  it('removes a needle however small it is', () => {
    const needle = cappedSphere(0.99, 1.8);
    const { keep, removedRegions } = removeMembranes(needle, limits(needle, 0.3), 1, 0.5);
    expect(removedRegions).toBe(1);
    expect(kept(keep)).toBe(needle.indices.length / 3 - 60);
  });
});

describe('removeIslands', () => {
  it('keeps the largest components that are substantial', () => {
    const mesh = joined(box([0, 0, 0], [4, 4, 4]), box([10, 0, 0], [13, 3, 3]), box([20, 0, 0], [20.5, 0.5, 0.5]));
    expect(
      removeIslands(mesh, limits(mesh, 1), { minIslandShare: 0.1, maxDistanceRatio: 1000, maxComponents: 8 }),
    ).toMatchObject({ removedIslands: 1 });
    expect(
      removeIslands(mesh, limits(mesh, 1), { minIslandShare: 0.001, maxDistanceRatio: 1000, maxComponents: 8 }),
    ).toMatchObject({ removedIslands: 0 });
    const single = removeIslands(mesh, limits(mesh, 1), {
      minIslandShare: 0.001,
      maxDistanceRatio: 1000,
      maxComponents: 1,
    });
    expect(single.removedIslands).toBe(2);
    expect([...single.keep]).toEqual([...Array(12).fill(1), ...Array(24).fill(0)]);
  });

  it('keeps what is near and seen in detail before what is large and far', () => {
    const mesh = joined(box([0, 0, 0], [1, 1, 1]), box([100, 0, 0], [130, 30, 30]));
    const pixelSizes = Float32Array.from({ length: 16 }, (_, v) => (v < 8 ? 0.01 : 1));
    expect([
      ...removeIslands(mesh, pixelSizes, { minIslandShare: 0, maxDistanceRatio: 1000, maxComponents: 1 }).keep,
    ]).toEqual([...Array(12).fill(1), ...Array(12).fill(0)]);
  });

  it('removes what is many times as far as the largest, however much of the photos it fills', () => {
    const mesh = joined(box([0, 0, 0], [1, 1, 1]), box([3, 0, 0], [3.9, 0.9, 0.9]), box([100, 0, 0], [110, 9, 9]));
    const pixelSizes = Float32Array.from({ length: 24 }, (_, v) => (v < 8 ? 0.01 : v < 16 ? 0.02 : 0.1));
    const { keep } = removeIslands(mesh, pixelSizes, { minIslandShare: 0, maxDistanceRatio: 3, maxComponents: 8 });
    expect([...keep]).toEqual([...Array(24).fill(1), ...Array(12).fill(0)]);
  });
});
