import { describe, expect, it } from 'vitest';
import { colorVertices } from '#main/geometry/mesh/color-vertices.js';
import { previewMesh } from '#main/geometry/mesh/preview-mesh.js';

/** A square of n x n vertices in the plane z = 0, two triangles a cell. */
function grid(n: number) {
  const positions = Float32Array.from(
    { length: n * n * 3 },
    (_, i) => [Math.floor(i / 3) % n, Math.floor(i / 3 / n), 0][i % 3]!,
  );
  const indices: number[] = [];
  for (let y = 0; y + 1 < n; y++) {
    for (let x = 0; x + 1 < n; x++) {
      const at = y * n + x;
      indices.push(at, at + 1, at + n, at + 1, at + n + 1, at + n);
    }
  }
  return { positions, indices: Uint32Array.from(indices) };
}

describe('previewMesh', () => {
  const mesh = grid(100);
  /** Red where x < 50, blue elsewhere. */
  const points = {
    positions: mesh.positions,
    colors: Uint8Array.from(
      mesh.positions,
      (_, i) => (mesh.positions[i - (i % 3)]! < 50 ? [200, 0, 0] : [0, 0, 200])[i % 3]!,
    ),
  };

  it('brings a mesh below the target and paints each vertex like the points there', async () => {
    const preview = await previewMesh(mesh, points, 2000);
    expect(preview.indices.length / 3).toBeLessThanOrEqual(2000);
    expect(preview.indices.length / 3).toBeGreaterThan(200);
    expect(preview.colors).toHaveLength(preview.positions.length);
    for (let at = 0; at < preview.positions.length; at += 3) {
      const x = preview.positions[at]!;
      if (x < 40) expect([...preview.colors.subarray(at, at + 3)]).toEqual([200, 0, 0]);
      if (x > 60) expect([...preview.colors.subarray(at, at + 3)]).toEqual([0, 0, 200]);
    }
  });

  it('leaves a small mesh as it is', async () => {
    const preview = await previewMesh(mesh, points, 1e6);
    expect(preview.indices).toEqual(mesh.indices);
  });
});

describe('colorVertices', () => {
  it('takes the mean of a cell, looks around an empty one, and is grey where no points are', () => {
    const points = {
      positions: new Float32Array([0.1, 0.1, 0.1, 0.2, 0.2, 0.2]),
      colors: new Uint8Array([0, 0, 0, 100, 50, 20]),
    };
    const vertices = new Float32Array([0.5, 0.5, 0.5, -0.5, 0.5, 0.5, 9, 9, 9]);
    expect([...colorVertices(vertices, points, 1)]).toEqual([50, 25, 10, 50, 25, 10, 150, 150, 150]);
  });
});
