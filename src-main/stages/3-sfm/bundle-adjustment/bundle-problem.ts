import { CAMERA_MODEL_PARAMETERS, type SolvedCameraModel } from '../../../../src-shared/scene/camera.js';

/** A Gaussian belief about one camera parameter; pixels for focal lengths and principal points. */
export interface ParameterPrior {
  readonly mean: number;
  readonly sigma: number;
}

/** The intrinsics of one camera, shared by all its images. */
export interface BundleCamera {
  readonly model: SolvedCameraModel;
  /** In the order of CAMERA_MODEL_PARAMETERS; adjusted in place. */
  readonly parameters: Float64Array;
  /** For each parameter, whether it is adjusted. */
  readonly free: readonly boolean[];
  /** For each parameter, its prior, if any. */
  readonly priors?: readonly (ParameterPrior | undefined)[];
}

/**
 * Cameras, images and points to adjust, in place. Observations are grouped by point: those of point i are
 * `pointOffsets[i] .. pointOffsets[i + 1] - 1`, each point's by strictly increasing image.
 */
export interface BundleProblem {
  readonly cameras: readonly BundleCamera[];
  /** Uint32Array[images], index of each image's camera. */
  readonly imageCameras: Uint32Array;
  /** Float64Array[images*9], row-major rotations camFromWorld. */
  readonly rotations: Float64Array;
  /** Float64Array[images*3], translations camFromWorld, world units. */
  readonly translations: Float64Array;
  /** Uint8Array[images*6], 1 where a component of the pose is kept: rotation about the camera's x, y, z, then translation. */
  readonly fixedPoses: Uint8Array;
  /** Float64Array[points*3], world. */
  readonly points: Float64Array;
  /** Uint8Array[points], 1 where the point is kept; absent: all are free. */
  readonly fixedPoints?: Uint8Array;
  /** Uint32Array[points + 1]. */
  readonly pointOffsets: Uint32Array;
  /** Uint32Array[observations]. */
  readonly observationImages: Uint32Array;
  /** Float64Array[observations*2], pixels. */
  readonly observationPixels: Float64Array;
}

/** Parameters of the OPENCV model, of which the other models are special cases. */
export const BASE_PARAMETER_COUNT = 8;
const BASE = CAMERA_MODEL_PARAMETERS.OPENCV;

/** For each parameter of the model, the one or two parameters of OPENCV that it sets (`f` sets fx and fy). */
export function baseColumnsOf(model: SolvedCameraModel): readonly (readonly number[])[] {
  return CAMERA_MODEL_PARAMETERS[model].map((name) =>
    name === 'f' ? [0, 1] : [(BASE as readonly string[]).indexOf(name)],
  );
}

/** All unknowns at one point of the iteration, flat. */
export interface BundleState {
  /** Float64Array[cameras*8], as OPENCV parameters. */
  readonly intrinsics: Float64Array;
  readonly rotations: Float64Array;
  readonly translations: Float64Array;
  readonly points: Float64Array;
}

/** A copy of the problem's unknowns. */
export function stateOf(problem: BundleProblem): BundleState {
  const intrinsics = new Float64Array(problem.cameras.length * BASE_PARAMETER_COUNT);
  problem.cameras.forEach(({ model, parameters }, camera) => {
    baseColumnsOf(model).forEach((columns, index) => {
      for (const column of columns) intrinsics[camera * BASE_PARAMETER_COUNT + column] = parameters[index]!;
    });
  });
  return {
    intrinsics,
    rotations: problem.rotations.slice(),
    translations: problem.translations.slice(),
    points: problem.points.slice(),
  };
}

/** Writes a state back into the problem. */
export function storeState(problem: BundleProblem, state: BundleState): void {
  problem.cameras.forEach(({ model, parameters }, camera) => {
    baseColumnsOf(model).forEach((columns, index) => {
      parameters[index] = state.intrinsics[camera * BASE_PARAMETER_COUNT + columns[0]!]!;
    });
  });
  problem.rotations.set(state.rotations);
  problem.translations.set(state.translations);
  problem.points.set(state.points);
}
