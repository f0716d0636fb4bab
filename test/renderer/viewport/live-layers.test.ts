import { BufferAttribute, BufferGeometry } from 'three';
import { describe, expect, it } from 'vitest';
import type { SparsePreview } from '../../../src-renderer/stores/preview-store.js';
import { LiveLayers } from '../../../src-renderer/viewport/live-layers.js';

const sparse: SparsePreview = {
  centers: new Float32Array([2, 0, 0, -2, 0, 0]),
  rotations: new Float32Array([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]),
  positions: new Float32Array([0, 0, 1, 0, 1, 1, 1, 0, 1]),
  colors: new Float32Array(9).fill(0.5),
};

const points = (count: number) =>
  new BufferGeometry().setAttribute('position', new BufferAttribute(new Float32Array(count * 3), 3));

function triangle() {
  const geometry = new BufferGeometry().setAttribute('position', new BufferAttribute(new Float32Array(9), 3));
  return geometry.setIndex([0, 1, 2]);
}

/** Opacities of sparse points, dense points and surface at rest. */
function shown(layers: LiveLayers): boolean[] {
  expect(layers.step(Number.POSITIVE_INFINITY)).toBe(false);
  const [sparsePoints, , dense, mesh] = layers.root.children;
  return [sparsePoints, dense, mesh].map((object) => object?.visible === true);
}

describe('LiveLayers', () => {
  it('hands over from sparse points to dense points to the surface', () => {
    const layers = new LiveLayers();
    layers.showSparse(sparse);
    expect(shown(layers)).toEqual([true, false, false]);
    expect(layers.figures).toEqual({ cameras: 2, points: 3, triangles: 0 });
    layers.showDense(4, points(10));
    layers.showDense(7, points(20));
    layers.showDense(4, points(15));
    expect(shown(layers)).toEqual([false, true, false]);
    expect(layers.figures.points).toBe(35);
    layers.showDense(undefined, points(50));
    expect(layers.figures.points).toBe(50);
    layers.showMesh(triangle());
    expect(layers.step(0.01)).toBe(true);
    expect(shown(layers)).toEqual([false, false, true]);
    expect(layers.figures.triangles).toBe(1);
  });

  it('goes back to the points when the cameras are solved again', () => {
    const layers = new LiveLayers();
    layers.showSparse(sparse);
    layers.showDense(undefined, points(50));
    layers.showMesh(triangle());
    layers.showMesh(undefined);
    layers.hideDense();
    expect(shown(layers)).toEqual([true, false, false]);
  });
});
