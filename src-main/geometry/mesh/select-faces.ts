import type { Mesh } from '../../../src-shared/scene/mesh.js';

/** Keeps the chosen faces, in order, and the vertices that they use, in order. @param keep called with the face's number */
export function selectFaces(
  mesh: Mesh,
  keep: (face: number) => boolean,
): Mesh & { readonly vertexSources: Uint32Array } {
  const chosen: number[] = [];
  for (let face = 0; 3 * face < mesh.indices.length; face++) if (keep(face)) chosen.push(face);
  const isUsed = new Uint8Array(mesh.positions.length / 3);
  for (const face of chosen) for (let k = 0; k < 3; k++) isUsed[mesh.indices[3 * face + k]!] = 1;
  const newIndex = new Int32Array(isUsed.length).fill(-1);
  const sources: number[] = [];
  isUsed.forEach((used, vertex) => {
    if (used) newIndex[vertex] = sources.push(vertex) - 1;
  });
  const positions = new Float32Array(3 * sources.length);
  sources.forEach((vertex, i) => {
    for (let k = 0; k < 3; k++) positions[3 * i + k] = mesh.positions[3 * vertex + k]!;
  });
  const indices = new Uint32Array(3 * chosen.length);
  chosen.forEach((face, i) => {
    for (let k = 0; k < 3; k++) indices[3 * i + k] = newIndex[mesh.indices[3 * face + k]!]!;
  });
  return { positions, indices, vertexSources: Uint32Array.from(sources) };
}
