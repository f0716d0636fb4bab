import { describe, expect, it } from 'vitest';
import { makeTextureMesh } from '#main/stages/6-texture/charts/make-texture-mesh.js';
import { icosphere } from '../painted-sphere.js';

const OPTIONS = { textureSizePx: 512, paddingPx: 4 };

/** Texels whose centre lies in two triangles, and pairs of charts that are closer than some texels. */
function conflicts({ mesh, charts }: Awaited<ReturnType<typeof makeTextureMesh>>, size: number, gap: number) {
  const faceOf = new Int32Array(size * size).fill(-1);
  let overlaps = 0;
  for (let face = 0; face < mesh.indices.length / 3; face++) {
    const corners = [0, 1, 2].map((k) => {
      const at = mesh.indices[face * 3 + k]! * 2;
      return [mesh.uvs[at]! * size, mesh.uvs[at + 1]! * size] as const;
    });
    const [[ax, ay], [bx, by], [cx, cy]] = corners as unknown as [[number, number], [number, number], [number, number]];
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    for (let y = Math.floor(Math.min(ay, by, cy)); y <= Math.min(size - 1, Math.max(ay, by, cy)); y++) {
      for (let x = Math.floor(Math.min(ax, bx, cx)); x <= Math.min(size - 1, Math.max(ax, bx, cx)); x++) {
        const b = ((x + 0.5 - ax) * (cy - ay) - (y + 0.5 - ay) * (cx - ax)) / area;
        const c = ((y + 0.5 - ay) * (bx - ax) - (x + 0.5 - ax) * (by - ay)) / area;
        if (b <= 1e-6 || c <= 1e-6 || b + c >= 1 - 1e-6) continue;
        if (faceOf[y * size + x] !== -1) overlaps++;
        faceOf[y * size + x] = face;
      }
    }
  }
  let tooClose = 0;
  for (let y = gap; y < size - gap; y++) {
    for (let x = gap; x < size - gap; x++) {
      const face = faceOf[y * size + x]!;
      if (face === -1) continue;
      for (const other of [faceOf[y * size + x + gap]!, faceOf[(y + gap) * size + x]!]) {
        if (other !== -1 && charts.chartOfFace[other] !== charts.chartOfFace[face]) tooClose++;
      }
    }
  }
  return { overlaps, tooClose };
}

/** A ramp that winds twice around an axis: seen along the axis it lies on itself. */
function spiralRamp() {
  const steps = 96;
  const positions: number[] = [];
  const indices: number[] = [];
  for (let i = 0; i <= steps; i++) {
    const angle = (4 * Math.PI * i) / steps;
    for (const radius of [0.5, 1])
      positions.push(radius * Math.cos(angle), radius * Math.sin(angle), (0.6 * i) / steps);
    if (i < steps) indices.push(2 * i, 2 * i + 1, 2 * i + 3, 2 * i, 2 * i + 3, 2 * i + 2);
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

describe('makeTextureMesh', () => {
  it('gives a sphere few charts, apart from each other, with every triangle in one', async () => {
    const sphere = icosphere(4);
    const result = await makeTextureMesh(sphere, OPTIONS);
    expect(result.mesh.indices).toHaveLength(sphere.indices.length);
    expect(result.charts.chartCount).toBeLessThan(40);
    expect(conflicts(result, 512, 3)).toEqual({ overlaps: 0, tooClose: 0 });
    for (const [i, vertex] of result.mesh.sourceVertices.entries()) {
      expect(result.mesh.positions.subarray(i * 3, i * 3 + 3)).toEqual(
        sphere.positions.subarray(vertex * 3, vertex * 3 + 3),
      );
    }
  });

  it('cuts a surface that winds over itself into charts that do not', async () => {
    const result = await makeTextureMesh(spiralRamp(), OPTIONS);
    expect(result.charts.chartCount).toBeGreaterThan(1);
    expect(conflicts(result, 512, 3).overlaps).toBe(0);
  });

  it('leaves out triangles without area', async () => {
    const { positions, indices } = icosphere(1);
    const extended = Uint32Array.from([...indices, 0, 0, 5, 3, 7, 3]);
    const result = await makeTextureMesh({ positions, indices: extended }, OPTIONS);
    expect(result.mesh.indices).toHaveLength(indices.length);
    expect([...result.mesh.uvs].every(Number.isFinite)).toBe(true);
  });

  it('takes triangles that share no vertex', async () => {
    const { positions, indices } = icosphere(1);
    const apart = Float32Array.from([...indices].flatMap((i) => [...positions.subarray(i * 3, i * 3 + 3)]));
    const result = await makeTextureMesh({ positions: apart, indices: indices.map((_, i) => i) }, OPTIONS);
    expect(conflicts(result, 512, 2)).toEqual({ overlaps: 0, tooClose: 0 });
  });
});
