/** Vertices on an image plane. */
export interface ImageVertices {
  /** Float64Array[n*2], pixels; the centre of the first pixel is (0.5, 0.5). */
  readonly pixels: Float64Array;
  /** Float64Array[n], 1 / camera z; 0 for a vertex that has no image (behind the camera). */
  readonly inverseDepths: Float64Array;
}

/** What is nearest to the camera at every pixel. */
export interface DepthBuffer {
  readonly width: number;
  readonly height: number;
  /** Float32Array[h*w], 1 / camera z; 0 where there is nothing. */
  readonly inverseDepths: Float32Array;
  /** Int32Array[h*w], triangle; -1 where there is nothing. */
  readonly faces: Int32Array;
}

export function emptyDepthBuffer(width: number, height: number): DepthBuffer {
  const inverseDepths = new Float32Array(width * height);
  return { width, height, inverseDepths, faces: new Int32Array(width * height).fill(-1) };
}

/**
 * Draws triangles, both sides, into a depth buffer: edge functions at pixel centres (Pineda, SIGGRAPH 1988); 1 / z is linear in
 * the image. Of equally near triangles the first stays. A triangle with a vertex that has no image is left out.
 *
 * @param indices Uint32Array[m*3]
 */
export function rasterize(target: DepthBuffer, vertices: ImageVertices, indices: Uint32Array): void {
  const { width, height, inverseDepths, faces } = target;
  const { pixels, inverseDepths: w } = vertices;
  for (let corner = 0; corner < indices.length; corner += 3) {
    const a = indices[corner]!;
    const b = indices[corner + 1]!;
    const c = indices[corner + 2]!;
    const wa = w[a]!;
    const wb = w[b]!;
    const wc = w[c]!;
    if (wa === 0 || wb === 0 || wc === 0) continue;
    const ax = pixels[a * 2]!;
    const ay = pixels[a * 2 + 1]!;
    const bx = pixels[b * 2]!;
    const by = pixels[b * 2 + 1]!;
    const cx = pixels[c * 2]!;
    const cy = pixels[c * 2 + 1]!;
    const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
    const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
    const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
    const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
    if (!(left <= right && top <= bottom)) continue;
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area === 0) continue;
    const inverseArea = 1 / area;
    // Barycentric coordinates of b and c, and what they change by from one pixel to the next.
    const stepB = (cy - ay) * inverseArea;
    const stepC = -(by - ay) * inverseArea;
    for (let y = top; y <= bottom; y++) {
      const py = y + 0.5 - ay;
      const px = left + 0.5 - ax;
      let shareB = (px * (cy - ay) - py * (cx - ax)) * inverseArea;
      let shareC = (py * (bx - ax) - px * (by - ay)) * inverseArea;
      for (let i = y * width + left; i <= y * width + right; i++, shareB += stepB, shareC += stepC) {
        const shareA = 1 - shareB - shareC;
        if (shareA < 0 || shareB < 0 || shareC < 0) continue;
        const inverse = Math.fround(shareA * wa + shareB * wb + shareC * wc);
        if (inverse <= inverseDepths[i]!) continue;
        inverseDepths[i] = inverse;
        faces[i] = corner / 3;
      }
    }
  }
}
