import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { Html, html } from './html.js';

/** A camera seen from above: position and viewing direction on the ground plane. */
interface PlanCamera {
  readonly name: string;
  readonly at: Point;
  readonly towards: Point;
}

type Point = readonly [number, number];
type Vector = readonly [number, number, number];

const SIZE = 460;
const MARGIN = 30;
const MAX_POINTS = 1800;
const CAMERA_SIZE = 7;

/**
 * The solved cameras and points from above, as SVG.
 *
 * @param model of the mapping stage
 * @param up direction in the world of the model, unit
 */
export function cameraPlan(model: SparseModel, up: Vector): Html {
  const [right, forward] = groundAxes(up);
  const project = (v: Vector): Point => [dot(v, right), -dot(v, forward)];
  const cameras = model.images.map(({ name, camFromWorld: { R, t } }): PlanCamera => {
    // C = -R^T t; the viewing direction is the third row of R.
    const center: Vector = [0, 1, 2].map((i) => -(R[i]! * t[0]! + R[3 + i]! * t[1]! + R[6 + i]! * t[2]!)) as never;
    return { name, at: project(center), towards: unit(project([R[6]!, R[7]!, R[8]!])) };
  });
  const points = samplePoints(model, project);
  const toPage = fitToPage(
    cameras.map(({ at }) => at),
    points.map(({ at }) => at),
  );

  const dots = points.map(({ at, color }) => {
    const [x, y] = toPage(at);
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="1.3" fill="${color}"/>`;
  });
  const wedges = cameras.map(({ name, at, towards: [dx, dy] }) => {
    const [x, y] = toPage(at);
    const corner = (side: number) =>
      `${(x + CAMERA_SIZE * (1.6 * dx - side * dy)).toFixed(1)},${(y + CAMERA_SIZE * (1.6 * dy + side * dx)).toFixed(1)}`;
    return html`<polygon points="${x.toFixed(1)},${y.toFixed(1)} ${corner(0.8)} ${corner(-0.8)}"><title>${name}</title></polygon>`;
  });
  return html`<svg class="plan" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="Cameras and points from above">
<g class="points">${new Html(dots.join(''))}</g>
<g class="cameras">${wedges}</g>
</svg>`;
}

/** Up as the photographer held the camera, on average: against the cameras' y axes. */
export function meanCameraUp(model: SparseModel): Vector {
  const sum = [0, 0, 0];
  for (const { camFromWorld } of model.images) {
    for (let i = 0; i < 3; i++) sum[i]! -= camFromWorld.R[3 + i]!;
  }
  const length = Math.hypot(...sum);
  return length < 1e-6 ? [0, -1, 0] : [sum[0]! / length, sum[1]! / length, sum[2]! / length];
}

function groundAxes(up: Vector): readonly [Vector, Vector] {
  const other: Vector = Math.abs(up[0]) < 0.8 ? [1, 0, 0] : [0, 0, 1];
  const along = dot(other, up);
  const right = unit3([other[0] - along * up[0], other[1] - along * up[1], other[2] - along * up[2]]);
  return [
    right,
    [up[1] * right[2] - up[2] * right[1], up[2] * right[0] - up[0] * right[2], up[0] * right[1] - up[1] * right[0]],
  ];
}

function samplePoints(model: SparseModel, project: (v: Vector) => Point): { at: Point; color: string }[] {
  const count = model.positions.length / 3;
  const step = Math.max(1, count / MAX_POINTS);
  const points: { at: Point; color: string }[] = [];
  for (let index = 0; index < count; index += step) {
    const i = 3 * Math.floor(index);
    const [x, y, z] = [model.positions[i]!, model.positions[i + 1]!, model.positions[i + 2]!];
    const hex = [0, 1, 2].map((c) => model.colors[i + c]!.toString(16).padStart(2, '0'));
    points.push({ at: project([x, y, z]), color: `#${hex.join('')}` });
  }
  return points;
}

/** How much of the surroundings is shown, in radii of the cameras: at least a margin, at most what keeps the cameras large. */
const SURROUNDINGS = { least: 1.25, most: 2.6 } as const;

/** The cameras and what most of the points show; far points of the background fall outside the drawing. */
function fitToPage(cameras: readonly Point[], points: readonly Point[]): (point: Point) => Point {
  const middle = [0, 1].map((axis) => {
    const values = cameras.map((point) => point[axis as 0 | 1]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  });
  const distances = (of: readonly Point[]) =>
    of.map(([x, y]) => Math.hypot(x - middle[0]!, y - middle[1]!)).sort((a, b) => a - b);
  const cameraRadius = distances(cameras).at(-1) ?? 1;
  const pointDistances = distances(points);
  const pointRadius = pointDistances[Math.floor(pointDistances.length * 0.8)] ?? 0;
  const radius = Math.min(Math.max(pointRadius, SURROUNDINGS.least * cameraRadius), SURROUNDINGS.most * cameraRadius);
  const scale = (SIZE / 2 - MARGIN) / Math.max(radius, 1e-9);
  return ([x, y]) => [SIZE / 2 + (x - middle[0]!) * scale, SIZE / 2 + (y - middle[1]!) * scale];
}

const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = ([x, y]: Point): Point => [x / (Math.hypot(x, y) || 1), y / (Math.hypot(x, y) || 1)];
const unit3 = (v: Vector): Vector => {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
};
