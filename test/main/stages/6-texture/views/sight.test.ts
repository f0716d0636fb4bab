import { describe, expect, it } from 'vitest';
import { lensFromParameters } from '#main/geometry/camera-projection.js';
import { observeSurface, type PhotoView } from '#main/stages/6-texture/views/observe-surface.js';
import { look, type Sight } from '#main/stages/6-texture/views/sight.js';

/** A camera at the origin that looks along +z. */
const view = (distortion: readonly number[] = [0, 0, 0, 0]): PhotoView => ({
  photo: { path: '', name: '', width: 200, height: 200 },
  width: 200,
  height: 200,
  lens: lensFromParameters('OPENCV', [200, 200, 100, 100, ...distortion]),
  camFromWorld: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0),
});

/** Squares across the view axis, facing the camera: half side and depth of each. */
function squares(...list: readonly (readonly [number, number])[]) {
  const positions = list.flatMap(([half, z]) => [-half, -half, z, half, -half, z, half, half, z, -half, half, z]);
  const indices = list.flatMap((_, i) => [0, 2, 1, 0, 3, 2].map((corner) => i * 4 + corner));
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

function weightAt(surface: ReturnType<typeof observeSurface>, x: number, y: number, z: number, normal = [0, 0, -1]) {
  const sight: Sight = { weight: 0, u: 0, v: 0 };
  look(surface, x, y, z, normal[0]!, normal[1]!, normal[2]!, sight);
  return sight.weight;
}

describe('sight of a point in a view', () => {
  const surface = observeSurface(squares([1, 4], [2.5, 6]), view(), undefined);

  it('is there for the nearer of two surfaces and not for what it hides', () => {
    expect(weightAt(surface, 0, 0, 4)).toBeGreaterThan(0);
    expect(weightAt(surface, 0, 0, 6)).toBe(0);
    expect(weightAt(surface, 2, 0, 6)).toBeGreaterThan(0);
  });

  it('ends at the nearer of two sheets four pixels apart, which hides the other wholly', () => {
    const sheets = observeSurface(squares([1, 4], [2.5, 4.08]), view(), undefined);
    for (const x of [-0.8, -0.31, 0, 0.47, 0.8]) {
      expect(weightAt(sheets, x, 0.1, 4), `x = ${x}`).toBeGreaterThan(0);
      expect(weightAt(sheets, x, 0.1, 4.08), `x = ${x}`).toBe(0);
    }
  });

  it('is the squared resolution along the surface', () => {
    expect(weightAt(surface, 0, 0, 4)).toBeCloseTo((200 / 4) ** 2, 6);
    const tilted = [0, -Math.sin(1), -Math.cos(1)];
    expect(weightAt(surface, 0, 0, 4, tilted)).toBeCloseTo(((200 / 4) * Math.cos(1)) ** 2, 6);
  });

  it('is lost for a surface that is turned away or nearly so', () => {
    expect(weightAt(surface, 0, 0, 4, [0, 0, 1])).toBe(0);
    expect(weightAt(surface, 0, 0, 4, [0, -Math.sin(1.5), -Math.cos(1.5)])).toBe(0);
  });

  it('fades towards outlines and depth discontinuities, on both sides', () => {
    const inside = weightAt(surface, 0, 0, 4);
    const nearEdge = weightAt(surface, 0.95, 0, 4);
    expect(nearEdge).toBeGreaterThan(0);
    expect(nearEdge).toBeLessThan(0.4 * inside);
    // At depth 6 the nearer square ends at 1.5: these are half a pixel and one and a half beyond its outline.
    expect(weightAt(surface, 1.515, 0, 6)).toBe(0);
    expect(weightAt(surface, 1.545, 0, 6)).toBeLessThan(0.05 * weightAt(surface, 2, 0, 6));
  });

  it('is lost outside the mask and fades towards its border', () => {
    const mask = Uint8Array.from({ length: 200 * 200 }, (_, i) => (i % 200 < 100 ? 255 : 0));
    const masked = observeSurface(squares([1.5, 4]), view(), mask);
    expect(weightAt(masked, 0.2, 0, 4)).toBe(0);
    expect(weightAt(masked, -0.05, 0, 4)).toBeLessThan(0.3 * weightAt(masked, -0.5, 0, 4));
  });

  it('follows the lens: what distortion pushes out of the photo is not seen', () => {
    const square = squares([1.9, 4]);
    expect(weightAt(observeSurface(square, view(), undefined), 1.8, 0, 4)).toBeGreaterThan(0);
    expect(weightAt(observeSurface(square, view([0.6, 0, 0, 0]), undefined), 1.8, 0, 4)).toBe(0);
  });
});
