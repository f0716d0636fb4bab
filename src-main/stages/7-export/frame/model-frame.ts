import type { Mesh, TexturedMesh } from '../../../../src-shared/scene/mesh.js';
import type { RegisteredImage } from '../../../../src-shared/scene/sparse-model.js';
import { cameraCentre } from '../../../geometry/rigid-transform.js';
import { cross3, dot3, normalize3 } from '../../../linalg/matrix3.js';
import { estimateUp, type UpEstimate } from './estimate-up.js';

/** How a model was stood upright. */
export interface Upright {
  readonly up: UpEstimate;
  /** Float64Array[9], row-major. Rows: the x, y (up) and z (front) axes of the GLB in the world. */
  readonly R: Float64Array;
}

/** Where a model stands. */
export interface ModelFrame {
  /** Float64Array[16], row-major: similarity from world to the frame's coordinates. */
  readonly frameFromWorld: Float64Array;
  readonly worldFromFrame: Float64Array;
  /** Frame units per world unit. */
  readonly scale: number;
}

/** A model of unknown scale is given this longest side. */
const UNKNOWN_SIZE = 1;

/** +Y up; the side that the first photo shows faces +Z, which is the front in glTF. */
export function standUpright(images: readonly RegisteredImage[], mesh: Mesh): Upright {
  const up = estimateUp(images, mesh);
  return { up, R: uprightRotation(up.up, frontDirection(images[0], mesh)) };
}

/**
 * Puts a mesh on y = 0, centred in x and z.
 *
 * @param R Float64Array[9], row-major rotation from world to the frame
 * @param scale frame units per world unit; undefined: so that the longest side is 1
 */
export function groundedFrame(R: Float64Array, mesh: Mesh, scale?: number): ModelFrame {
  const { minimum, maximum } = rotatedBounds(R, mesh.positions);
  const size = Math.max(...maximum.map((value, d) => value - minimum[d]!));
  const perUnit = scale ?? UNKNOWN_SIZE / (size || 1);
  const offset = [-(minimum[0]! + maximum[0]!) / 2, -minimum[1]!, -(minimum[2]! + maximum[2]!) / 2];
  const frameFromWorld = new Float64Array(16);
  const worldFromFrame = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      frameFromWorld[row * 4 + column] = perUnit * R[row * 3 + column]!;
      worldFromFrame[column * 4 + row] = R[row * 3 + column]! / perUnit;
      worldFromFrame[column * 4 + 3]! -= R[row * 3 + column]! * offset[row]!;
    }
    frameFromWorld[row * 4 + 3] = perUnit * offset[row]!;
  }
  frameFromWorld[15] = 1;
  worldFromFrame[15] = 1;
  return { frameFromWorld, worldFromFrame, scale: perUnit };
}

/** From the middle of the model towards the first camera. */
function frontDirection(image: RegisteredImage | undefined, { positions }: Mesh): Float64Array {
  if (image === undefined) return Float64Array.of(0, 0, 1);
  const direction = cameraCentre(image.camFromWorld);
  for (let i = 0; i < positions.length; i++) direction[i % 3]! -= (positions[i]! / positions.length) * 3;
  return direction;
}

function uprightRotation(up: Float64Array, front: Float64Array): Float64Array {
  let level: Float64Array = front.map((value, d) => value - dot3(front, up) * up[d]!);
  if (Math.hypot(...level) < 1e-6 * Math.hypot(...front)) {
    // Seen from straight above: any direction will do.
    const other = Math.abs(up[0]!) < 0.9 ? Float64Array.of(1, 0, 0) : Float64Array.of(0, 1, 0);
    level = cross3(up, other);
  }
  const z = normalize3(level);
  const x = cross3(up, z);
  return Float64Array.of(...x, ...up, ...z);
}

function rotatedBounds(R: Float64Array, positions: Float32Array) {
  const minimum = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const maximum = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < positions.length; i += 3) {
    for (let d = 0; d < 3; d++) {
      const value = R[d * 3]! * positions[i]! + R[d * 3 + 1]! * positions[i + 1]! + R[d * 3 + 2]! * positions[i + 2]!;
      minimum[d] = Math.min(minimum[d]!, value);
      maximum[d] = Math.max(maximum[d]!, value);
    }
  }
  return { minimum, maximum };
}

/**
 * Moves a mesh by a similarity.
 *
 * @param matrix Float64Array[16], row-major
 * @returns the mesh with other `positions`, `normals` and `tangents`
 */
export function transformMesh(mesh: TexturedMesh, matrix: Float64Array): TexturedMesh {
  const positions = new Float32Array(mesh.positions.length);
  for (let i = 0; i < positions.length; i += 3) {
    for (let d = 0; d < 3; d++) {
      positions[i + d] =
        matrix[d * 4]! * mesh.positions[i]! +
        matrix[d * 4 + 1]! * mesh.positions[i + 1]! +
        matrix[d * 4 + 2]! * mesh.positions[i + 2]! +
        matrix[d * 4 + 3]!;
    }
  }
  const normals = turnDirections(mesh.normals, 3, matrix);
  if (mesh.tangents === undefined) return { ...mesh, positions, normals };
  return { ...mesh, positions, normals, tangents: turnDirections(mesh.tangents, 4, matrix) };
}

/** Unit vectors in the first three of every `stride` numbers; the others are kept. */
function turnDirections(directions: Float32Array, stride: number, matrix: Float64Array): Float32Array {
  const turned = directions.slice();
  const v = [0, 0, 0];
  for (let i = 0; i < directions.length; i += stride) {
    for (let d = 0; d < 3; d++) {
      v[d] =
        matrix[d * 4]! * directions[i]! +
        matrix[d * 4 + 1]! * directions[i + 1]! +
        matrix[d * 4 + 2]! * directions[i + 2]!;
    }
    const length = Math.hypot(v[0]!, v[1]!, v[2]!) || 1;
    for (let d = 0; d < 3; d++) turned[i + d] = v[d]! / length;
  }
  return turned;
}
