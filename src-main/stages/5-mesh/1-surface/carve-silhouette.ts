import type { View } from '../../../../src-shared/scene/view.js';

/** At the border of the image the mask may be 0 because the lens shows nothing there; that strip says nothing. */
const BORDER_SHARE = 0.03;

/** What a view that sees a tetrahedron adds to its count; one that excludes it adds 1 more. */
const SEEING_VIEW = 1 << 16;

/** @param count of a tetrahedron, as summed by {@link carveView} */
export function silhouetteVotes(count: number): { readonly seeing: number; readonly excluding: number } {
  return { seeing: count >> 16, excluding: count & (SEEING_VIEW - 1) };
}

/**
 * Counts, for each tetrahedron whose centre is in the view, whether that is outside the mask. Tetrahedra at infinity are left out.
 *
 * Based on: K. Kutulakos, S. Seitz, A Theory of Shape by Space Carving, IJCV 2000 (silhouettes alone).
 *
 * @param mask Uint8Array[h*w], 0 out, 255 in
 * @param marginShare the mask is widened by this share of the longer side, so that one that is a little tight cuts nothing
 * @param positions Float64Array[n*3]; vertex n is at infinity
 * @param corners Int32Array[4*tets]
 * @param silhouettes Int32Array[tets], added to; read by {@link silhouetteVotes}
 */
export function carveView(
  view: View,
  mask: Uint8Array,
  marginShare: number,
  positions: Float64Array,
  corners: Int32Array,
  silhouettes: Int32Array,
): void {
  const { width, height, fx, fy, cx, cy } = view;
  const { R, t } = view.camFromWorld;
  const infinity = positions.length / 3;
  const longer = Math.max(width, height);
  const widened = widenMask(mask, width, height, Math.round(marginShare * longer));
  const border = BORDER_SHARE * longer;
  for (let tet = 0; tet < silhouettes.length; tet++) {
    let x = 0;
    let y = 0;
    let z = 0;
    let isWithinHull = true;
    for (let i = 4 * tet; i < 4 * tet + 4; i++) {
      const corner = corners[i]!;
      if (corner === infinity) {
        isWithinHull = false;
        break;
      }
      x += positions[3 * corner]! / 4;
      y += positions[3 * corner + 1]! / 4;
      z += positions[3 * corner + 2]! / 4;
    }
    if (!isWithinHull) continue;
    const depth = R[6]! * x + R[7]! * y + R[8]! * z + t[2]!;
    if (depth <= 0) continue;
    const u = cx + (fx * (R[0]! * x + R[1]! * y + R[2]! * z + t[0]!)) / depth;
    const v = cy + (fy * (R[3]! * x + R[4]! * y + R[5]! * z + t[1]!)) / depth;
    if (u < border || v < border || u >= width - border || v >= height - border) continue;
    const isOut = widened[Math.floor(v) * width + Math.floor(u)] === 0;
    Atomics.add(silhouettes, tet, isOut ? SEEING_VIEW + 1 : SEEING_VIEW);
  }
}

/** The mask dilated by a square of the given half-side, in pixels: first along rows, then along columns. */
export function widenMask(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  if (radius <= 0) return mask;
  const rows = new Uint8Array(mask.length);
  widenLines(mask, rows, height, width, width, 1, radius);
  const both = new Uint8Array(mask.length);
  widenLines(rows, both, width, height, 1, width, radius);
  return both;
}

function widenLines(
  from: Uint8Array,
  to: Uint8Array,
  lines: number,
  length: number,
  lineStride: number,
  stride: number,
  radius: number,
): void {
  for (let line = 0; line < lines; line++) {
    const start = line * lineStride;
    let last = -Infinity;
    let ahead = 0;
    for (let i = 0; i < length; i++) {
      for (; ahead < length && ahead <= i + radius; ahead++) if (from[start + ahead * stride]) last = ahead;
      if (last >= i - radius) to[start + i * stride] = 255;
    }
  }
}
