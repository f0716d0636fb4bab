import type { ObjectMesh } from '../objects/extract-mesh.js';
import { photograph, type TrueCamera } from '../true-camera.js';

/** What each sample of a photo sees of the mesh. */
export interface Raster {
  /** Samples: columns and rows. */
  readonly width: number;
  readonly height: number;
  /** Uint32Array[h*w]: triangle + 1, 0 none. */
  readonly triangles: Uint32Array;
  /** Float32Array[h*w]: 1 / depth, 0 none. */
  readonly inverseDepths: Float32Array;
  /** Float32Array[vertices*3]: sample column and row, 1 / depth (negative behind the camera). */
  readonly projected: Float32Array;
}

/**
 * Z-buffer rendering. The lens bends vertices, not edges: with triangles of a few pixels, straight edges are wrong by less than
 * 0.001 pixels.
 *
 * @param supersampling samples along a pixel's side
 */
export function rasterizeMesh(mesh: ObjectMesh, camera: TrueCamera, supersampling: number): Raster {
  const width = camera.lens.width * supersampling;
  const height = camera.lens.height * supersampling;
  const projected = new Float32Array(mesh.positions.length);
  const point = new Float64Array(3);
  for (let v = 0; v < projected.length; v += 3) {
    photograph(camera, mesh.positions[v]!, mesh.positions[v + 1]!, mesh.positions[v + 2]!, point);
    projected[v] = point[0]! * supersampling - 0.5;
    projected[v + 1] = point[1]! * supersampling - 0.5;
    projected[v + 2] = 1 / point[2]!;
  }
  const triangles = new Uint32Array(width * height);
  const inverseDepths = new Float32Array(width * height);
  const { indices } = mesh;
  for (let t = 0; t < indices.length; t += 3) {
    const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3];
    const [ax, ay, az] = [projected[a]!, projected[a + 1]!, projected[a + 2]!];
    const [bx, by, bz] = [projected[b]!, projected[b + 1]!, projected[b + 2]!];
    const [cx, cy, cz] = [projected[c]!, projected[c + 1]!, projected[c + 2]!];
    if (az <= 0 || bz <= 0 || cz <= 0) continue;
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    // Rows go down, so triangles that face the camera turn clockwise in the picture's axes.
    if (area >= 0) continue;
    const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
    const x1 = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx)));
    const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
    const y1 = Math.min(height - 1, Math.floor(Math.max(ay, by, cy)));
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const wa = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area;
        const wb = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
        const wc = 1 - wa - wb;
        if (wa < 0 || wb < 0 || wc < 0) continue;
        const inverse = wa * az + wb * bz + wc * cz;
        const sample = y * width + x;
        if (inverse <= inverseDepths[sample]!) continue;
        inverseDepths[sample] = inverse;
        triangles[sample] = t / 3 + 1;
      }
    }
  }
  return { width, height, triangles, inverseDepths, projected };
}
