import type { TexturedMesh } from '../../../../src-shared/scene/mesh.js';
import { clipFaces } from './clip-faces.js';
import { MeshDraft } from './mesh-draft.js';

export interface CropReport {
  /** Of the whole model. */
  readonly trianglesBefore: number;
  /** Triangles that a side of the box goes through. */
  readonly crossedTriangles: number;
  /** Whether these were cut at the box; else they were left out whole, because their pieces would have been too many. */
  readonly isCutClean: boolean;
}

/**
 * Keeps what lies inside of all planes; triangles are cut where a plane goes through them, with everything their vertices carry.
 *
 * Cutting may add triangles. Where that would break the budget, the triangles on the border are left out whole instead.
 *
 * @param planes Float64Array[n*4], (n, d): `n X + d >= 0` inside
 * @param maxTriangles undefined: any number
 * @returns a mesh in shared memory, without the vertices that nothing uses; its triangles keep their order
 */
export function cropMesh(
  mesh: TexturedMesh,
  planes: Float64Array,
  maxTriangles: number | undefined,
): { readonly mesh: TexturedMesh; readonly report: CropReport } {
  const draft = new MeshDraft(mesh);
  const { faces, crossedTriangles } = clipFaces(mesh.indices, draft, planes, true);
  const isCutClean = maxTriangles === undefined || faces.length / 3 <= maxTriangles;
  const kept = isCutClean ? faces : clipFaces(mesh.indices, draft, planes, false).faces;
  return {
    mesh: draft.meshOf(kept),
    report: { trianglesBefore: mesh.indices.length / 3, crossedTriangles, isCutClean },
  };
}
