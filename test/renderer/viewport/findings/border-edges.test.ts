import { BoxGeometry, Matrix4, PerspectiveCamera, PlaneGeometry, Sphere, SphereGeometry, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { cropPlanes } from '../../../../src-renderer/viewport/edit-frame.js';
import { borderEdges } from '../../../../src-renderer/viewport/findings/border-edges.js';
import { fittingDistance } from '../../../../src-renderer/viewport/fitting-distance.js';
import { facing, keptShare } from '../../../../src-renderer/viewport/surface-facts.js';

describe('borders of a surface', () => {
  it('are none of a closed box, whose sides have vertices of their own', () => {
    expect(borderEdges(new BoxGeometry(1, 1, 1, 2, 2, 2), new Vector3()).lines).toHaveLength(0);
  });

  it('run around a plane, and are looked at from where they are', () => {
    const { lines, direction } = borderEdges(new PlaneGeometry(2, 2, 3, 3).translate(0, 0, 4), new Vector3());
    expect(lines.length / 6).toBe(12);
    expect(direction.z).toBeGreaterThan(0.9);
  });
});

describe('what is to be known of a surface', () => {
  it('is how much of it a box keeps', () => {
    const box = { center: [0, 0.5, 0], size: [4, 1, 4], rotation: [0, 0, 0, 1] };
    expect(keptShare(new SphereGeometry(1, 40, 20), cropPlanes(box, new Matrix4()))).toBeCloseTo(0.5, 2);
  });

  it('is which way a side faces, whatever a single face does', () => {
    const geometry = new PlaneGeometry(2, 2, 10, 10);
    const position = geometry.getAttribute('position');
    for (let i = 0; i < position.count; i += 7) position.setZ(i, 0.02);
    const normal = new Vector3(0.2, 0, 1).normalize();
    const found = facing(geometry, { point: new Vector3(), normal, radius: 0.9 }, new Matrix4());
    expect(found.angleTo(new Vector3(0, 0, 1))).toBeLessThan(0.02);
  });

  it('is how far away all of it is seen', () => {
    const geometry = new BoxGeometry(3, 1, 1);
    const sphere = new Sphere(new Vector3(), 2);
    const from = new Vector3(0.5, 0.4, 1).normalize();
    const camera = new PerspectiveCamera(32, 1.3);
    camera.position.copy(from).multiplyScalar(fittingDistance({ geometry, sphere }, from, { fovDeg: 32, aspect: 1.3 }));
    camera.lookAt(0, 0, 0);
    camera.updateMatrixWorld();
    const position = geometry.getAttribute('position');
    const reached = Array.from({ length: position.count }, (_, i) => {
      const shown = new Vector3().fromBufferAttribute(position as never, i).project(camera);
      return Math.max(Math.abs(shown.x), Math.abs(shown.y));
    });
    expect(Math.max(...reached)).toBeCloseTo(0.8, 6);
  });
});
