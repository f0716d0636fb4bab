import { vertexNormals } from '../../geometry/face-normals.js';
import type { SplitMesh } from './blending/fill-unseen.js';

/**
 * Unit normals of the faces, averaged with their surroundings: views are weighted by the angle at which they see the surface, and
 * the noise of single faces must not show in the weights.
 *
 * @returns Float32Array[m*3], shared memory
 */
export function smoothFaceNormals({ positions, indices, sourceVertices }: SplitMesh): Float32Array {
  const vertexCount = sourceVertices.reduce((highest, vertex) => Math.max(highest, vertex + 1), 0);
  const joined = new Float32Array(vertexCount * 3);
  for (const [i, vertex] of sourceVertices.entries()) joined.set(positions.subarray(i * 3, i * 3 + 3), vertex * 3);
  const joinedIndices = indices.map((index) => sourceVertices[index]!);
  const ofVertices = vertexNormals({ positions: joined, indices: joinedIndices });
  const normals = new Float32Array(new SharedArrayBuffer(indices.length * 4));
  for (let face = 0; face < indices.length; face += 3) {
    let length = 0;
    for (let d = 0; d < 3; d++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += ofVertices[joinedIndices[face + k]! * 3 + d]!;
      normals[face + d] = sum;
      length += sum * sum;
    }
    length = Math.sqrt(length) || 1;
    for (let d = 0; d < 3; d++) normals[face + d]! /= length;
  }
  return normals;
}
