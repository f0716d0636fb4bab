import { describe, expect, it } from 'vitest';
import { estimateUp } from '#main/stages/7-export/frame/estimate-up.js';
import { icosphere, ringPose, type SphereOptions } from '../../6-texture/painted-sphere.js';

const images = (options: SphereOptions, count = options.views) =>
  Array.from({ length: count }, (_, photoId) => {
    const { R, t } = ringPose(photoId, options);
    return { photoId, name: `${photoId}`, cameraId: 1, camFromWorld: { R, t } };
  });

/** The sphere, stretched along y and with its lower half wider: a bottle. */
function bottle() {
  const { positions, indices } = icosphere(3);
  for (let i = 0; i < positions.length; i += 3) {
    const width = positions[i + 1]! < -0.2 ? 0.8 : 0.4;
    positions[i]! *= width;
    positions[i + 2]! *= width;
  }
  return { positions, indices };
}

describe('estimateUp', () => {
  it('finds up from a ring of cameras that look down', () => {
    const { up, source } = estimateUp(images({ views: 12, elevation: 2 }), bottle());
    expect(source).toBe('upright photos');
    expect(up[1]).toBeGreaterThan(0.9999);
  });

  it('finds up from a quarter of a ring, where the mean of the image directions would be tilted', () => {
    const { up } = estimateUp(images({ views: 16, elevation: 2.5 }, 4), bottle());
    expect(up[1]).toBeGreaterThan(0.9999);
  });

  it('finds up where all photos lie on their side, from the cameras that look down', () => {
    const { up, source } = estimateUp(images({ views: 12, isTurned: true, elevation: 1 }), bottle());
    expect(source).toBe('photos turned by 90 degrees');
    expect(up[1]).toBeGreaterThan(0.9999);
  });

  it('takes the wider end for the foot where the cameras are level with the object', () => {
    const { up } = estimateUp(images({ views: 12, isTurned: true, elevation: -0.05 }), bottle());
    expect(up[1]).toBeGreaterThan(0.9999);
  });

  it('makes a large plane level that nearly is', () => {
    const tilt = (6 * Math.PI) / 180;
    const plane = {
      positions: Float32Array.of(
        -1,
        -Math.sin(tilt),
        -1,
        -1,
        -Math.sin(tilt),
        1,
        1,
        Math.sin(tilt),
        1,
        1,
        Math.sin(tilt),
        -1,
      ),
      indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
    };
    const { up, isLevelled } = estimateUp(images({ views: 8 }), plane);
    expect(isLevelled).toBe(true);
    expect(Math.abs(up[0]! / up[1]! + Math.tan(Math.atan2(2 * Math.sin(tilt), 2)))).toBeLessThan(1e-6);
  });

  it('has an answer for a single photo', () => {
    const { up } = estimateUp(images({ views: 4 }, 1), bottle());
    expect(Math.hypot(...up)).toBeCloseTo(1, 9);
    expect(up[1]).toBeGreaterThan(0.9);
  });
});
