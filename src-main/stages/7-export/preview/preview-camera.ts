import type { ImageVertices } from '../../../geometry/rasterize.js';

/** Degrees to the right of the front from which the picture is taken. */
const YAW_DEG = 28;
/** Degrees above the horizon. */
const PITCH_DEG = 14;
/** A long lens: little perspective. */
const FIELD_OF_VIEW_DEG = 28;
/** Part of the picture that the model may fill. */
const FILL = 0.8;

/** A camera that looks at the middle of the model. */
export interface PreviewCamera {
  /** Side of the square image, pixels. */
  readonly size: number;
  /** Pixels. */
  readonly focal: number;
  /** Radians. */
  readonly yaw: number;
  readonly pitch: number;
  readonly centre: readonly [number, number, number];
  readonly distance: number;
  /** The point of the ground that is so far to the right of and beyond the centre, as GLB x, z. */
  toGround(aside: number, ahead: number): [number, number];
}

/** Places the camera so that the model fills the picture. @param positions GLB coordinates */
export function previewCamera(positions: Float32Array, size: number): PreviewCamera {
  const yaw = (YAW_DEG * Math.PI) / 180;
  const pitch = (PITCH_DEG * Math.PI) / 180;
  const focal = size / 2 / Math.tan((FIELD_OF_VIEW_DEG * Math.PI) / 360);
  const centre = middle(positions);
  const toGround = (aside: number, ahead: number): [number, number] => [
    centre[0] + Math.cos(yaw) * aside - Math.sin(yaw) * ahead,
    centre[2] - Math.sin(yaw) * aside - Math.cos(yaw) * ahead,
  ];
  const camera = { size, focal, yaw, pitch, centre, toGround };
  // The nearest distance at which every vertex is within the wanted part of the picture.
  let distance = 0;
  const limit = (FILL * size) / 2 / focal;
  for (let i = 0; i < positions.length; i += 3) {
    const [right, up, ahead] = inView(positions, i, camera);
    distance = Math.max(distance, Math.abs(right) / limit - ahead, Math.abs(up) / limit - ahead);
  }
  return { ...camera, distance: distance || 1 };
}

export function previewVertices(positions: Float32Array, camera: PreviewCamera): ImageVertices {
  const count = positions.length / 3;
  const pixels = new Float64Array(count * 2);
  const inverseDepths = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const [right, up, ahead] = inView(positions, i * 3, camera);
    const depth = camera.distance + ahead;
    if (depth <= 0) continue;
    inverseDepths[i] = 1 / depth;
    pixels[i * 2] = (camera.focal * right) / depth + camera.size / 2;
    pixels[i * 2 + 1] = (-camera.focal * up) / depth + camera.size / 2;
  }
  return { pixels, inverseDepths };
}

/** A vertex relative to the centre, along the camera's axes: right, up, ahead. */
function inView(
  positions: Float32Array,
  at: number,
  { yaw, pitch, centre }: Pick<PreviewCamera, 'yaw' | 'pitch' | 'centre'>,
): [number, number, number] {
  const x = positions[at]! - centre[0];
  const y = positions[at + 1]! - centre[1];
  const z = positions[at + 2]! - centre[2];
  const right = Math.cos(yaw) * x - Math.sin(yaw) * z;
  const level = -Math.sin(yaw) * x - Math.cos(yaw) * z;
  return [right, Math.cos(pitch) * y + Math.sin(pitch) * level, Math.cos(pitch) * level - Math.sin(pitch) * y];
}

function middle(positions: Float32Array): [number, number, number] {
  const centre = [0, 1, 2].map((axis) => {
    let minimum = Number.POSITIVE_INFINITY;
    let maximum = Number.NEGATIVE_INFINITY;
    for (let i = axis; i < positions.length; i += 3) {
      minimum = Math.min(minimum, positions[i]!);
      maximum = Math.max(maximum, positions[i]!);
    }
    return (minimum + maximum) / 2;
  });
  return [centre[0]!, centre[1]!, centre[2]!];
}
