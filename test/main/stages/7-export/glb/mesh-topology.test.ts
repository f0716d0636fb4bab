import { describe, expect, it } from 'vitest';
import { meshTopology } from '#main/stages/7-export/glb/mesh-topology.js';
import { icosphere } from '../../6-texture/painted-sphere.js';

/** The same triangles, each with vertices of its own. */
const unwelded = ({ positions, indices }: ReturnType<typeof icosphere>) => ({
  positions: Float32Array.from(Array.from(indices).flatMap((i) => [...positions.subarray(i * 3, i * 3 + 3)])),
  indices: Uint32Array.from(indices, (_, i) => i),
});

describe('meshTopology', () => {
  it('finds a sphere closed although its vertices are split', () => {
    expect(meshTopology(unwelded(icosphere(2)))).toEqual({
      vertices: 162,
      components: 1,
      largestComponent: 320,
      borderEdges: 0,
      nonManifoldEdges: 0,
      isWatertight: true,
      isManifold: true,
      degenerateTriangles: 0,
    });
  });

  it('counts the border of a hole', () => {
    const { positions, indices } = icosphere(2);
    expect(meshTopology({ positions, indices: indices.slice(3) })).toMatchObject({
      borderEdges: 3,
      isWatertight: false,
      isManifold: true,
    });
  });

  it('counts components, degenerate triangles and edges of three triangles', () => {
    const positions = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, -1, 0, 5, 5, 5, 6, 5, 5, 5, 6, 5);
    const fan = Uint32Array.of(0, 1, 2, 1, 0, 3, 0, 1, 4, 5, 6, 7, 5, 5, 6);
    expect(meshTopology({ positions, indices: fan })).toMatchObject({
      components: 2,
      largestComponent: 3,
      nonManifoldEdges: 1,
      isManifold: false,
      degenerateTriangles: 1,
    });
  });
});
