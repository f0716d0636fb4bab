import { describe, expect, it } from 'vitest';
import { perspectiveShares } from '#main/geometry/perspective-shares.js';
import { emptyDepthBuffer, rasterize } from '#main/geometry/rasterize.js';

const vertices = (...list: readonly (readonly [number, number, number])[]) => ({
  pixels: Float64Array.from(list.flatMap((vertex) => vertex.slice(0, 2))),
  inverseDepths: Float64Array.from(list, ([, , z]) => 1 / z),
});

describe('rasterize', () => {
  it('covers the pixels whose centres are inside, in either orientation', () => {
    const corners = vertices([1, 1, 2], [5, 1, 2], [1, 5, 2]);
    for (const indices of [Uint32Array.of(0, 1, 2), Uint32Array.of(0, 2, 1)]) {
      const target = emptyDepthBuffer(6, 6);
      rasterize(target, corners, indices);
      for (let y = 0; y < 6; y++) {
        for (let x = 0; x < 6; x++) {
          const isInside = x >= 1 && y >= 1 && x + y + 1 <= 6;
          expect(target.faces[y * 6 + x]).toBe(isInside ? 0 : -1);
          expect(target.inverseDepths[y * 6 + x]).toBeCloseTo(isInside ? 0.5 : 0, 6);
        }
      }
    }
  });

  it('keeps the nearest triangle, whatever the order', () => {
    const corners = vertices([0, 0, 4], [9, 0, 4], [0, 9, 4], [0, 0, 2], [9, 0, 2], [0, 9, 2]);
    const near = Uint32Array.of(3, 4, 5);
    for (const indices of [Uint32Array.of(0, 1, 2, ...near), Uint32Array.of(...near, 0, 1, 2)]) {
      const target = emptyDepthBuffer(4, 4);
      rasterize(target, corners, indices);
      expect([...target.inverseDepths].every((inverse) => inverse === 0.5)).toBe(true);
    }
  });

  it('leaves out triangles with a vertex behind the camera, and nothing but pixels of the image', () => {
    const corners = { ...vertices([-50, -50, 1], [50, -50, 1], [0, 80, 1]), inverseDepths: Float64Array.of(1, 0, 1) };
    const target = emptyDepthBuffer(4, 4);
    rasterize(target, corners, Uint32Array.of(0, 1, 2));
    expect(target.faces.every((face) => face === -1)).toBe(true);
  });
});

describe('perspectiveShares', () => {
  it('is not the middle of the image but of the surface', () => {
    // An edge from depth 1 to depth 3: its image's middle shows the point a quarter along.
    const shares = new Float64Array(3);
    perspectiveShares(vertices([0, 0, 1], [10, 0, 3], [0, 10, 1]), Uint32Array.of(0, 1, 2), 0, 5, 0, shares);
    expect([...shares].map((share) => Math.round(share * 1e9) / 1e9)).toEqual([0.75, 0.25, 0]);
  });
});
