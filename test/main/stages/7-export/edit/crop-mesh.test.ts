import { describe, expect, it } from 'vitest';
import { turnOfDegrees } from '#main/cli/parse-edits.js';
import { cropMesh } from '#main/stages/7-export/edit/crop-mesh.js';
import { cropPlanes } from '#main/stages/7-export/edit/crop-planes.js';
import { meshTopology } from '#main/stages/7-export/glb/mesh-topology.js';
import type { CropBox } from '#shared/pipeline/edit-options.js';
import { icosphere } from '../../6-texture/painted-sphere.js';

const IDENTITY = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);

/** A sphere whose texture coordinates and tangents are linear in the position, so that interpolation is known exactly. */
function sphere(levels: number) {
  const { positions, indices } = icosphere(levels);
  const count = positions.length / 3;
  return {
    ...{ positions, indices, normals: positions.slice() },
    uvs: Float32Array.from({ length: count * 2 }, (_, i) => 0.5 + 0.25 * positions[Math.floor(i / 2) * 3 + (i % 2)]!),
    tangents: Float32Array.from({ length: count * 4 }, (_, i) => [1, 0, 0, -1][i % 4]!),
  };
}

const box = (center: number[], size: number[], rotation: readonly number[] = [0, 0, 0, 1]): CropBox => {
  return { center, size, rotation };
};
const crop = (mesh: ReturnType<typeof sphere>, given: CropBox, maxTriangles?: number) =>
  cropMesh(mesh, cropPlanes(given, IDENTITY), maxTriangles);

describe('cropping', () => {
  it('leaves a mesh that lies inside as it is', () => {
    const whole = sphere(2);
    const { mesh, report } = crop(whole, box([0, 0, 0], [2.1, 2.1, 2.1]));
    expect(report).toEqual({ trianglesBefore: 320, crossedTriangles: 0, isCutClean: true });
    expect(mesh.indices.length).toBe(whole.indices.length);
    expect(meshTopology(mesh)).toMatchObject({ isWatertight: true, components: 1 });
  });

  it('cuts at the sides of the box: bounds, area and topology are those of the cut sphere', () => {
    const { mesh, report } = crop(sphere(4), box([0, 0.75, 0], [4, 1, 4]));
    // What is left is the cap above y = 0.25.
    expect(lowest(mesh.positions, 1)).toBeCloseTo(0.25, 6);
    expect(report.crossedTriangles).toBeGreaterThan(50);
    expect(report.isCutClean).toBe(true);
    expect(areaOf(mesh)).toBeCloseTo(2 * Math.PI * 0.75, 1);
    const topology = meshTopology(mesh);
    expect(topology).toMatchObject({ components: 1, nonManifoldEdges: 0, degenerateTriangles: 0 });
    // One border, all of it in the plane of the cut.
    expect(topology.borderEdges).toBe(borderVertices(mesh.positions, 0.25));
  });

  it('carries texture coordinates, normals and tangents to the new vertices', () => {
    const { mesh } = crop(sphere(3), box([0.1, 0.2, 0], [1, 1.2, 1.4], turnOfDegrees(20, 35, 10)));
    const { positions, uvs, normals, tangents } = mesh;
    expect(positions.length).toBeGreaterThan(300);
    for (let v = 0; v < positions.length / 3; v++) {
      for (const k of [0, 1]) expect(uvs[v * 2 + k]).toBeCloseTo(0.5 + 0.25 * positions[v * 3 + k]!, 6);
      expect(Math.hypot(...normals.subarray(v * 3, v * 3 + 3))).toBeCloseTo(1, 6);
      expect(Array.from(tangents!.subarray(v * 4, v * 4 + 4))).toEqual([1, 0, 0, -1]);
    }
  });

  it('keeps nothing outside of a turned box', () => {
    const given = box([0.3, -0.1, 0.2], [0.9, 1.1, 1.3], turnOfDegrees(30, -50, 70));
    const planes = cropPlanes(given, IDENTITY);
    const { mesh } = crop(sphere(4), given);
    expect(mesh.indices.length).toBeGreaterThan(300);
    for (let v = 0; v < mesh.positions.length; v += 3) {
      for (let p = 0; p < 24; p += 4) {
        const distance = [0, 1, 2].reduce((sum, k) => sum + planes[p + k]! * mesh.positions[v + k]!, planes[p + 3]!);
        expect(distance).toBeGreaterThan(-2e-6);
      }
    }
    expect(meshTopology(mesh)).toMatchObject({ nonManifoldEdges: 0, degenerateTriangles: 0 });
  });

  it('gives the box in the frame that the similarity leads to', () => {
    // Twice as large, turned by 90 degrees about z, moved by (1, 2, 3): x' = -2 y + 1, y' = 2 x + 2, z' = 2 z + 3.
    const frame = Float64Array.of(0, -2, 0, 1, 2, 0, 0, 2, 0, 0, 2, 3, 0, 0, 0, 1);
    const { mesh } = cropMesh(sphere(4), cropPlanes(box([2, 2, 3], [2, 10, 10]), frame), undefined);
    // x' >= 1 is y <= 0.
    expect(
      -lowest(
        mesh.positions.map((value) => -value),
        1,
      ),
    ).toBeCloseTo(0, 6);
    expect(lowest(mesh.positions, 1)).toBeLessThan(-0.99);
  });

  it('makes no new vertices where sides go through vertices, and keeps what lies in a side', () => {
    const quad = {
      positions: Float32Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 2, 0, 0, 2, 1, 0),
      indices: Uint32Array.of(0, 1, 2, 0, 2, 3, 1, 4, 5, 1, 5, 2),
      normals: Float32Array.from({ length: 18 }, (_, i) => (i % 3 === 2 ? 1 : 0)),
      uvs: new Float32Array(12),
      tangents: Float32Array.from({ length: 24 }, (_, i) => [1, 0, 0, 1][i % 4]!),
    };
    const { mesh } = crop(quad, box([0.5, 0.5, 0.5], [1, 1, 1]));
    expect(mesh.positions.length / 3).toBe(4);
    expect(Array.from(mesh.indices)).toEqual([0, 1, 2, 0, 2, 3]);
  });

  it('leaves out the triangles on the border whole where their pieces would break the budget', () => {
    const whole = sphere(3);
    const given = box([0, 0, 0], [1.96, 4, 4]);
    const free = crop(whole, given);
    expect(free.mesh.indices.length / 3).toBeGreaterThan(1000);
    const budget = free.mesh.indices.length / 3 - 1;
    const { mesh, report } = crop(whole, given, budget);
    expect(report.isCutClean).toBe(false);
    expect(mesh.indices.length / 3).toBeLessThanOrEqual(budget);
    expect(lowest(mesh.positions, 0)).toBeGreaterThan(-0.98 - 1e-6);
  });

  it('returns an empty mesh when nothing is inside', () => {
    expect(crop(sphere(1), box([5, 0, 0], [1, 1, 1])).mesh.indices.length).toBe(0);
  });
});

function lowest(positions: Float32Array, axis: number): number {
  return Math.min(...Array.from(positions).filter((_, i) => i % 3 === axis));
}

function areaOf({ positions, indices }: { positions: Float32Array; indices: Uint32Array }): number {
  let area = 0;
  const at = (v: number) => Array.from(positions.subarray(v * 3, v * 3 + 3)) as [number, number, number];
  for (let f = 0; f < indices.length; f += 3) {
    const [a, b, c] = [at(indices[f]!), at(indices[f + 1]!), at(indices[f + 2]!)];
    const u = b.map((value, k) => value - a[k]!) as [number, number, number];
    const v = c.map((value, k) => value - a[k]!) as [number, number, number];
    area += Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
  }
  return area;
}

/** Vertices at the height of a cut, each counted once. */
function borderVertices(positions: Float32Array, height: number): number {
  const found = new Set<string>();
  for (let i = 0; i < positions.length; i += 3) {
    if (Math.abs(positions[i + 1]! - height) < 2e-6) found.add(Array.from(positions.subarray(i, i + 3)).join(' '));
  }
  return found.size;
}
