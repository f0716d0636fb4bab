import type { UvMesh } from '../texel-layout.js';

/**
 * Tangents of the vertices for normal mapping, as glTF defines them: xyz points to where u grows, across the normal; the bitangent
 * cross(normal, tangent) * w points up in the image (v shrinks). Vertices are split along chart borders, so w is the same all over
 * a chart. The normal map is baked with these very tangents, so they need not be MikkTSpace's.
 *
 * @param normals Float32Array[n*3], unit
 * @returns Float32Array[n*4]
 */
export function vertexTangents({ positions, indices, uvs }: UvMesh, normals: Float32Array): Float32Array {
  const sumsU = new Float64Array(normals.length);
  const sumsV = new Float64Array(normals.length);
  for (let face = 0; face < indices.length; face += 3) {
    const [a, b, c] = [indices[face]!, indices[face + 1]!, indices[face + 2]!];
    const bu = uvs[b * 2]! - uvs[a * 2]!;
    const bv = uvs[b * 2 + 1]! - uvs[a * 2 + 1]!;
    const cu = uvs[c * 2]! - uvs[a * 2]!;
    const cv = uvs[c * 2 + 1]! - uvs[a * 2 + 1]!;
    const orientation = Math.sign(bu * cv - bv * cu);
    for (let d = 0; d < 3; d++) {
      const p = positions[b * 3 + d]! - positions[a * 3 + d]!;
      const q = positions[c * 3 + d]! - positions[a * 3 + d]!;
      // dP/du and dP/dv, times the face's area in the texture: larger faces count more.
      const alongU = orientation * (p * cv - q * bv);
      const alongV = orientation * (q * bu - p * cu);
      for (const vertex of [a, b, c]) {
        sumsU[vertex * 3 + d]! += alongU;
        sumsV[vertex * 3 + d]! += alongV;
      }
    }
  }
  const tangents = new Float32Array((normals.length / 3) * 4);
  for (let i = 0; i < normals.length / 3; i++) {
    const n = normals.subarray(i * 3, i * 3 + 3) as unknown as readonly [number, number, number];
    const t = acrossNormal(sumsU.subarray(i * 3, i * 3 + 3), n);
    const bitangent = [n[1] * t[2]! - n[2] * t[1]!, n[2] * t[0]! - n[0] * t[2]!, n[0] * t[1]! - n[1] * t[0]!];
    const alongV = bitangent.reduce((sum, value, d) => sum + value * sumsV[i * 3 + d]!, 0);
    tangents.set([t[0]!, t[1]!, t[2]!, alongV > 0 ? -1 : 1], i * 4);
  }
  return tangents;
}

/** The part of a direction at right angles to the normal, unit; any such direction where there is none. */
function acrossNormal(direction: Float64Array, n: readonly [number, number, number]): number[] {
  const along = direction[0]! * n[0] + direction[1]! * n[1] + direction[2]! * n[2];
  const across = [0, 1, 2].map((d) => direction[d]! - along * n[d]!);
  const length = Math.hypot(...across);
  if (length > 1e-12 * Math.hypot(...direction)) return across.map((value) => value / length);
  const axis = Math.abs(n[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  return acrossNormal(Float64Array.from(axis), n);
}
