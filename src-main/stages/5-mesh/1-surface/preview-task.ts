import type { DensePoints } from '../../../../src-shared/scene/dense-points.js';
import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { readArrays } from '../../../formats/arrays/array-file.js';
import { encodePly } from '../../../formats/ply/write-ply.js';
import { previewMesh } from '../../../geometry/mesh/preview-mesh.js';
import { writeAtomic } from '../../../workspace/write-atomic.js';

export interface SurfacePreviewInput {
  /** Absolute paths of the mesh file and of the dense points file. */
  readonly meshPath: string;
  readonly pointsPath: string;
  readonly maxTriangles: number;
  /** Absolute path of the PLY to write. */
  readonly outputPath: string;
}

/** Writes the surface as people see it while the run goes on. */
export async function run({ meshPath, pointsPath, maxTriangles, outputPath }: SurfacePreviewInput): Promise<void> {
  const { arrays: mesh } = await readArrays<Pick<Mesh, keyof Mesh>>(meshPath);
  const { arrays: points } = await readArrays<Pick<DensePoints, 'positions' | 'colors'>>(pointsPath);
  await writeAtomic(outputPath, encodePly(await previewMesh(mesh, points, maxTriangles)));
}
