import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { angleBetweenRotations } from '#main/geometry/rotation.js';
import { pairCamera } from '#main/stages/3-sfm/3-two-view/pair-camera.js';
import { TWO_VIEW_DEFAULTS } from '#main/stages/3-sfm/3-two-view/two-view-options.js';
import { type VerifiedPair, verifyPair } from '#main/stages/3-sfm/3-two-view/verify-pair.js';
import type { FocalSource } from '#shared/scene/camera.js';
import {
  angleBetween,
  type TwoViewSceneOptions,
  toPixels,
  twoViewScene,
  withOutliers,
} from '../../../geometry/two-view-scene.js';

const [WIDTH, HEIGHT, FOCAL] = [1200, 900, 1000];

function cameraOf(focalSource: FocalSource, focalFactor = 1) {
  const parameters = [focalFactor * FOCAL, WIDTH / 2, HEIGHT / 2, 0, 0];
  return pairCamera({ cameraId: 0, model: 'RADIAL', width: WIDTH, height: HEIGHT, parameters, focalSource });
}

const pixelsOf = (x: Float64Array) => toPixels(x, FOCAL, WIDTH / 2, HEIGHT / 2);
const joined = (...parts: Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));

/** A scene with half a pixel of noise and a fifth of outliers, verified. */
function verifyScene(seed: number, options: TwoViewSceneOptions, camera = cameraOf('given')) {
  const random = new Random(seed);
  const scene = twoViewScene(random, { noise: 3e-4, ...options });
  const x2 = withOutliers(scene.x2, options.count / 5, random, 0.4);
  const points = { pixels1: pixelsOf(scene.x1), pixels2: pixelsOf(x2) };
  return { scene, verified: verifyPair(points, camera, camera, TWO_VIEW_DEFAULTS, new Random(seed)) };
}

function accepted(verified: ReturnType<typeof verifyPair>): VerifiedPair {
  if (typeof verified === 'string') throw new Error(`rejected: ${verified}`);
  return verified;
}

describe('verifyPair', () => {
  it('finds kind, pose, angle and inliers of a general scene, seed 1', () => {
    const { scene, verified } = verifyScene(1, { count: 200 });
    const { kind, cam2FromCam1, inliers, medianAngleDeg, homographyRatio } = accepted(verified);
    expect(kind).toBe('general');
    expect(angleBetweenRotations(cam2FromCam1.R, scene.cam2FromCam1.R)).toBeLessThan(2e-3);
    expect(angleBetween(cam2FromCam1.t, scene.cam2FromCam1.t)).toBeLessThan(1e-2);
    expect(inliers.filter((i) => i >= 40).length).toBeGreaterThan(155);
    // Baseline 2 at depths 4 to 8: 2 / 6 rad and thereabouts.
    expect(medianAngleDeg).toBeGreaterThan(15);
    expect(medianAngleDeg).toBeLessThan(25);
    expect(homographyRatio).toBeLessThan(0.6);
  });

  it('keeps the inliers where the guessed focal length is wrong by a factor of two, seed 2', () => {
    const { kind, inliers } = accepted(verifyScene(2, { count: 200 }, cameraOf('guess', 0.5)).verified);
    expect(kind).toBe('general');
    expect(inliers.filter((i) => i >= 40).length).toBeGreaterThan(155);
  });

  it.each([
    ['given', 1, 3],
    ['guess', 1, 4],
    ['guess', 1.5, 5],
  ] as const)('calls a plane planar, not a rotation: focal length %s, wrong by %d, seed %i', (source, factor, seed) => {
    const { verified } = verifyScene(seed, { count: 200, shape: 'plane', baseline: 1 }, cameraOf(source, factor));
    expect(accepted(verified).kind).toBe('planar');
  });

  it('finds the pose of a plane with the points in front, seeds 30 to 49', () => {
    const errors = Array.from({ length: 20 }, (_, i) => {
      const { scene, verified } = verifyScene(30 + i, { count: 200, shape: 'plane' });
      const { R, t } = accepted(verified).cam2FromCam1;
      return Math.max(angleBetweenRotations(R, scene.cam2FromCam1.R), angleBetween(t, scene.cam2FromCam1.t));
    });
    // Now and then both poses of a plane have all points in front: then nothing tells them apart.
    expect(errors.filter((error) => error < 3e-2).length).toBeGreaterThanOrEqual(18);
  });

  it.each([
    ['given', 1, 6],
    ['exif-35mm', 1.03, 7],
    ['guess', 0.5, 8],
    ['guess', 1.9, 9],
  ] as const)('recognises a rotation: focal length %s, wrong by %d, seed %i', (source, factor, seed) => {
    const options: TwoViewSceneOptions = { count: 200, baseline: 0, turn: [0.05, 0.15, 0.02] };
    const { kind, cam2FromCam1, medianAngleDeg } = accepted(
      verifyScene(seed, options, cameraOf(source, factor)).verified,
    );
    expect(kind).toBe('rotation');
    expect([...cam2FromCam1.t]).toEqual([0, 0, 0]);
    expect(medianAngleDeg).toBe(0);
  });

  it('recognises the same view, seed 10', () => {
    const { kind, inliers } = accepted(verifyScene(10, { count: 200, baseline: 0, turn: [0, 0, 0] }).verified);
    expect(kind).toBe('identical');
    expect(inliers.length).toBeGreaterThan(150);
  });

  it.each([11, 12, 13, 14, 15, 16])('leaves out random matches, seed %i', (seed) => {
    const random = new Random(seed);
    const count = 60 * (seed - 10);
    const points = () =>
      Float64Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? WIDTH : HEIGHT) * random.uniform());
    const pair = { pixels1: points(), pixels2: points() };
    expect(verifyPair(pair, cameraOf('given'), cameraOf('given'), TWO_VIEW_DEFAULTS, random)).toBeTypeOf('string');
  });

  it('leaves out pairs of few matches, seed 17', () => {
    expect(verifyScene(17, { count: 10 }).verified).toBe('too-few-matches');
  });
});

describe('static background', () => {
  it('of a turntable is dropped, and the motion is that of the object, seed 20', () => {
    const random = new Random(20);
    const object = twoViewScene(random, { count: 80, noise: 3e-4 });
    const background = Float64Array.from({ length: 240 }, () => random.uniform() - 0.5);
    const moved = background.map((x) => x + 1e-4 * random.gaussian());
    const points = { pixels1: pixelsOf(joined(background, object.x1)), pixels2: pixelsOf(joined(moved, object.x2)) };
    const camera = cameraOf('given');
    const verified = accepted(verifyPair(points, camera, camera, TWO_VIEW_DEFAULTS, random));
    expect(verified.kind).toBe('general');
    expect(verified.staticDropped).toBeGreaterThan(115);
    expect(Math.min(...verified.inliers)).toBeGreaterThanOrEqual(120);
    expect(angleBetweenRotations(verified.cam2FromCam1.R, object.cam2FromCam1.R)).toBeLessThan(4e-3);
  });

  it('is kept where far points agree with the motion of the camera, seed 21', () => {
    const random = new Random(21);
    // The camera moves sideways without turning: far points stay, near ones move along the rows.
    const [near, far] = [100, 100];
    const x1 = Float64Array.from({ length: 2 * (near + far) }, () => 0.8 * (random.uniform() - 0.5));
    const x2 = x1.map(
      (x, i) => (i % 2 === 0 && i < 2 * near ? x + 0.02 + 0.2 * random.uniform() : x) + 2e-4 * random.gaussian(),
    );
    const camera = cameraOf('given');
    const points = { pixels1: pixelsOf(x1), pixels2: pixelsOf(x2) };
    const verified = accepted(verifyPair(points, camera, camera, TWO_VIEW_DEFAULTS, random));
    expect(verified.staticDropped).toBe(0);
    expect(verified.inliers.length).toBeGreaterThan(190);
  });
});
