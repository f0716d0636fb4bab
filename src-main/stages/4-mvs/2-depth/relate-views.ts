import type { View } from '../../../../src-shared/scene/view.js';

type PinholeView = Pick<View, 'width' | 'height' | 'fx' | 'fy' | 'cx' | 'cy' | 'camFromWorld'>;

/** How pixels of one view map to another, given inverse depth w: target pixel = A (x, y, 1) + b w (homogeneous). */
export interface PixelRelation {
  /** 9 numbers, row-major: K_target R K_from^-1. */
  readonly A: readonly number[];
  /** 3 numbers: K_target t. */
  readonly b: readonly number[];
}

/** The view reduced `level` times by two: pixels (u, v) become (u / 2^level, v / 2^level). */
export function viewAtLevel<V extends PinholeView>(view: V, level: number): V {
  const scale = 2 ** -level;
  return {
    ...view,
    width: halved(view.width, level),
    height: halved(view.height, level),
    fx: view.fx * scale,
    fy: view.fy * scale,
    cx: view.cx * scale,
    cy: view.cy * scale,
  };
}

const halved = (size: number, times: number) => size >> times;

/** Relation of the pixels of `from` to those of `to`. */
export function relatePixels(from: PinholeView, to: PinholeView): PixelRelation {
  const R1 = from.camFromWorld.R;
  const R2 = to.camFromWorld.R;
  const R = Array.from({ length: 9 }, (_, i) => {
    const row = Math.floor(i / 3) * 3;
    const column = (i % 3) * 3;
    return R2[row]! * R1[column]! + R2[row + 1]! * R1[column + 1]! + R2[row + 2]! * R1[column + 2]!;
  });
  const t = [0, 1, 2].map((i) => {
    const [x, y, z] = from.camFromWorld.t as unknown as [number, number, number];
    return to.camFromWorld.t[i]! - (R[i * 3]! * x + R[i * 3 + 1]! * y + R[i * 3 + 2]! * z);
  });
  // R K_from^-1, then K_target from the left.
  const M = [0, 1, 2].flatMap((i) => {
    const [r0, r1, r2] = [R[i * 3]! / from.fx, R[i * 3 + 1]! / from.fy, R[i * 3 + 2]!];
    return [r0, r1, r2 - r0 * from.cx - r1 * from.cy];
  });
  const A = [0, 1, 2].map((j) => to.fx * M[j]! + to.cx * M[6 + j]!);
  const B = [0, 1, 2].map((j) => to.fy * M[3 + j]! + to.cy * M[6 + j]!);
  return {
    A: [...A, ...B, ...M.slice(6)],
    b: [to.fx * t[0]! + to.cx * t[2]!, to.fy * t[1]! + to.cy * t[2]!, t[2]!],
  };
}

/**
 * The change of inverse depth that moves a pixel by one pixel in a typical source: the median over the sources, at the
 * centre of the reference and the middle of its depth range.
 */
export function pixelStepOf(
  view: PinholeView & Pick<View, 'depthMin' | 'depthMax'>,
  relations: readonly PixelRelation[],
) {
  const w = (1 / view.depthMin + 1 / view.depthMax) / 2;
  const x = [view.width / 2, view.height / 2, 1];
  const steps = relations.map(({ A, b }) => {
    const [u, v, z] = [0, 1, 2].map((i) => A[i * 3]! * x[0]! + A[i * 3 + 1]! * x[1]! + A[i * 3 + 2]! + b[i]! * w) as [
      number,
      number,
      number,
    ];
    return Math.abs(z) / Math.hypot(b[0]! - (u / z) * b[2]!, b[1]! - (v / z) * b[2]!);
  });
  return steps.toSorted((a, b) => a - b)[steps.length >> 1]!;
}
