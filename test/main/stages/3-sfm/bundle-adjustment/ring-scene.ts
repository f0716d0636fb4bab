import { rotationOfQuaternion } from '#main/geometry/quaternion.js';
import { Random } from '#main/geometry/random.js';
import { type BundleProblem, stateOf } from '#main/stages/3-sfm/bundle-adjustment/bundle-problem.js';
import { Linearization } from '#main/stages/3-sfm/bundle-adjustment/linearize-observation.js';
import { CAMERA_MODEL_PARAMETERS, type SolvedCameraModel } from '#shared/scene/camera.js';

export interface RingSceneOptions {
  readonly seed: number;
  readonly imageCount: number;
  readonly pointCount: number;
  /** Images that see a point: this many neighbours of a random one. */
  readonly trackLength: number;
  readonly noisePx: number;
  /** One camera of each model, taking turns. */
  readonly models: readonly SolvedCameraModel[];
}

const PARAMETERS = { f: 800, fx: 800, fy: 805, cx: 402, cy: 297, k1: -0.08, k2: 0.03, p1: 0.002, p2: -0.001 };

/** Cameras on a ring of radius 4 that look at points in a unit ball, with their exact or noisy projections. */
export function ringScene(options: RingSceneOptions): BundleProblem {
  const { imageCount, pointCount, trackLength } = options;
  const random = new Random(options.seed);
  const cameras = options.models.map((model) => {
    const names = CAMERA_MODEL_PARAMETERS[model];
    return { model, parameters: Float64Array.from(names, (name) => PARAMETERS[name]), free: names.map(() => true) };
  });
  const rotations = new Float64Array(imageCount * 9);
  const translations = new Float64Array(imageCount * 3);
  for (let image = 0; image < imageCount; image++) {
    const angle = (2 * Math.PI * image) / imageCount;
    const tilt = random.gaussian() * 0.1;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    rotations.set([c, 0, s, 0, 1, 0, -s, 0, c], image * 9);
    perturbRotation(rotations, image, [tilt, 0.05 * random.gaussian(), random.gaussian()]);
    translations.set([0.1 * random.gaussian(), 0.1 * random.gaussian(), 4 + 0.2 * random.gaussian()], image * 3);
  }
  const problem = {
    cameras,
    imageCameras: Uint32Array.from({ length: imageCount }, (_, image) => image % cameras.length),
    rotations,
    translations,
    fixedPoses: new Uint8Array(imageCount * 6),
    points: Float64Array.from({ length: pointCount * 3 }, () => random.gaussian() * 0.4),
    pointOffsets: Uint32Array.from({ length: pointCount + 1 }, (_, point) => point * trackLength),
    observationImages: new Uint32Array(pointCount * trackLength),
    observationPixels: new Float64Array(pointCount * trackLength * 2),
  };
  const at = new Linearization();
  const state = stateOf(problem);
  for (let point = 0; point < pointCount; point++) {
    const first = random.below(imageCount);
    const images = Array.from({ length: trackLength }, (_, i) => (first + i) % imageCount).sort((a, b) => a - b);
    images.forEach((image, i) => {
      const o = point * trackLength + i;
      problem.observationImages[o] = image;
      at.compute(state, image, image % cameras.length, point, 0, 0);
      problem.observationPixels[o * 2] = at.residual[0]! + options.noisePx * random.gaussian();
      problem.observationPixels[o * 2 + 1] = at.residual[1]! + options.noisePx * random.gaussian();
    });
  }
  return problem;
}

/** R <- rotation by the small vector (radians) times R. */
export function perturbRotation(
  rotations: Float64Array,
  image: number,
  omega: readonly [number, number, number],
): void {
  const angle = Math.hypot(...omega);
  const scale = angle === 0 ? 0 : Math.sin(angle / 2) / angle;
  const D = rotationOfQuaternion([Math.cos(angle / 2), ...omega.map((value) => value * scale)]);
  const R = rotations.slice(image * 9, image * 9 + 9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      rotations[image * 9 + i * 3 + j] = D[i * 3]! * R[j]! + D[i * 3 + 1]! * R[3 + j]! + D[i * 3 + 2]! * R[6 + j]!;
    }
  }
}

/** A deep copy whose unknowns can be changed. */
export function copyProblem(problem: BundleProblem): BundleProblem {
  return {
    ...problem,
    cameras: problem.cameras.map((camera) => ({ ...camera, parameters: camera.parameters.slice() })),
    rotations: problem.rotations.slice(),
    translations: problem.translations.slice(),
    points: problem.points.slice(),
    fixedPoses: problem.fixedPoses.slice(),
  };
}

/** Fixes the pose of image 0 and the scale by one component of the translation of the image opposite. */
export function fixGauge(problem: BundleProblem): void {
  problem.fixedPoses.fill(1, 0, 6);
  const opposite = Math.floor(problem.imageCameras.length / 2);
  problem.fixedPoses[opposite * 6 + 5] = 1;
}

/** Disturbs all unknowns that are not fixed. */
export function disturb(problem: BundleProblem, seed: number, amount: number): void {
  const random = new Random(seed);
  problem.points.forEach((value, i) => {
    problem.points[i] = value + 0.3 * amount * random.gaussian();
  });
  for (let image = 0; image < problem.imageCameras.length; image++) {
    const free = problem.fixedPoses.subarray(image * 6, image * 6 + 6);
    const draw = (i: number) => (free[i] ? 0 : amount * random.gaussian());
    perturbRotation(problem.rotations, image, [draw(0), draw(1), draw(2)]);
    for (let i = 0; i < 3; i++) problem.translations[image * 3 + i]! += draw(3 + i);
  }
  for (const { parameters, free } of problem.cameras) {
    parameters.forEach((value, i) => {
      if (free[i]) parameters[i] = value + (Math.abs(value) > 1 ? 0.5 * amount * value : amount) * random.gaussian();
    });
  }
}
