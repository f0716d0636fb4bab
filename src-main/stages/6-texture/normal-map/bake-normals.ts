import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { vertexNormals } from '../../../geometry/face-normals.js';
import type { StageContext } from '../../../pipeline/stage.js';
import type { TexelLayout, UvMesh } from '../texel-layout.js';
import type { BakeInput } from './bake-normals-task.js';
import { triangleCells } from './triangle-cells.js';

const PARTS = 32;

export interface BakedNormals {
  /** Uint8Array[k*3], tangent space of the mesh's tangents, per texel of the layout. */
  readonly rgb: Uint8Array;
  /** Share of the texels under which the dense surface was found. */
  readonly foundShare: number;
}

/**
 * Keeps the detail of the dense surface that simplifying removed: at every texel the direction of the dense surface along the
 * simplified one's normal, in the tangent frame that a renderer will interpolate there.
 *
 * @param mesh in shared memory; @param normals Float32Array[n*3]; @param tangents Float32Array[n*4]
 */
export async function bakeNormals(
  dense: Mesh,
  mesh: UvMesh,
  normals: Float32Array,
  tangents: Float32Array,
  layout: TexelLayout,
  context: StageContext,
): Promise<BakedNormals> {
  const sharedDense = { positions: sharedF32(dense.positions), indices: sharedU32(dense.indices) };
  const surface = {
    mesh: sharedDense,
    normals: sharedF32(vertexNormals(dense)),
    cells: triangleCells(sharedDense),
  };
  const encoded = new Uint8Array(new SharedArrayBuffer(layout.texels.length * 3));
  const faceCount = mesh.indices.length / 3;
  const common = {
    dense: surface,
    mesh: { positions: mesh.positions, indices: mesh.indices, uvs: sharedF32(mesh.uvs) },
    normals: sharedF32(normals),
    tangents: sharedF32(tangents),
    size: layout.size,
    faceOffsets: layout.faceOffsets,
    texels: layout.texels,
    positions: layout.positions,
    reach: meanEdgeLength(mesh),
    encoded,
  };
  const inputs = Array.from({ length: PARTS }, (_, part): BakeInput => {
    const firstFace = Math.floor((part * faceCount) / PARTS);
    return { ...common, firstFace, endFace: Math.floor(((part + 1) * faceCount) / PARTS) };
  });
  const task = new URL('./bake-normals-task.js', import.meta.url);
  const outcomes = await context.kernels.map<BakeInput, { found: number }>(task, inputs, context.signal, (done) => {
    context.progress(0.9 + (0.08 * done) / PARTS, 'Baking the normal map');
  });
  const found = outcomes.reduce((sum, outcome) => sum + outcome.found, 0);
  return { rgb: encoded, foundShare: found / Math.max(1, layout.texels.length) };
}

function meanEdgeLength({ positions, indices }: Mesh): number {
  let sum = 0;
  for (let corner = 0; corner < indices.length; corner++) {
    const a = indices[corner]! * 3;
    const b = indices[corner % 3 === 2 ? corner - 2 : corner + 1]! * 3;
    sum += Math.hypot(
      positions[a]! - positions[b]!,
      positions[a + 1]! - positions[b + 1]!,
      positions[a + 2]! - positions[b + 2]!,
    );
  }
  return sum / Math.max(1, indices.length);
}

function sharedF32(array: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

function sharedU32(array: Uint32Array): Uint32Array {
  const copy = new Uint32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}
