import { Vector3 } from 'three';
import { expect, it } from 'vitest';
import { readModelCameras } from '../../../src-renderer/viewport/model-camera.js';
import { photoPose, photoProjection } from '../../../src-renderer/viewport/photo-projection.js';

const CAMERAS = '# cameras\n1 OPENCV 800 600 700 710 390 310 0 0 0 0\n';
const IMAGES = '# images\n1 0.9238795325 0 0.3826834324 0 0.2 -0.1 3 1 my photo.jpg\n\n';
/** Twice as large, turned by 90 degrees around x, moved. */
const MODEL_TO_GLB = [2, 0, 0, 1, 0, 0, -2, 2, 0, 2, 0, 3, 0, 0, 0, 1];

it('draws a point where the photo shows it', () => {
  const [camera] = readModelCameras(CAMERAS, IMAGES, MODEL_TO_GLB);
  expect(camera?.name).toBe('my photo.jpg');
  if (!camera) return;
  const X = [0.3, 0.2, 0.5] as const;
  // x = K (R X + t), with R a turn of 45 degrees around y.
  const half = Math.SQRT1_2;
  const x = [half * X[0] + half * X[2] + 0.2, X[1] - 0.1, -half * X[0] + half * X[2] + 3] as const;
  const [u, v] = [(700 * x[0]) / x[2] + 390, (710 * x[1]) / x[2] + 310];

  const view = { width: 1000, height: 500 };
  const inGlb = new Vector3(2 * X[0] + 1, -2 * X[2] + 2, 2 * X[1] + 3);
  const clip = inGlb
    .applyMatrix4(photoPose(camera).invert())
    .applyMatrix4(photoProjection(camera, view, { near: 0.01, far: 100 }));
  // The photo is fitted into the view: 500 / 600 of its size, in the middle.
  const scale = 500 / 600;
  expect((clip.x + 1) * 500).toBeCloseTo((u - 400) * scale + 500, 4);
  expect((1 - clip.y) * 250).toBeCloseTo((v - 300) * scale + 250, 4);
});
