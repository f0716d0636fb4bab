import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import { QUALITY_TIERS } from '../../../../src-shared/pipeline/quality-tiers.js';
import type { MeshTopology } from '../../../geometry/mesh/topology.js';
import type { Stage } from '../../../pipeline/stage.js';
import type { WorkspacePath } from '../../../workspace/stage-folder.js';
import type { SimplifyTaskInput, SimplifyTaskOutput } from './simplify-task.js';

export interface SimplifyInput {
  /** Mesh file (`Mesh`). */
  readonly mesh: WorkspacePath;
}

export interface SimplifyOptions {
  readonly maxTriangles: number;
  /** Boundaries up to this share of the diagonal of the bounding box are closed. */
  readonly maxHoleShare: number;
}

export const SIMPLIFY_DEFAULTS: SimplifyOptions = {
  maxTriangles: QUALITY_TIERS.standard.triangleCount,
  maxHoleShare: 0.1,
};

export interface SimplifyOutput {
  /** Mesh file (`Mesh`). */
  readonly mesh: WorkspacePath;
  readonly report: MeshTopology & { readonly denseTriangles: number; readonly filledHoles: number };
}

/**
 * Brings the mesh to the triangle target, which holds.
 *
 * 1. Small holes are filled.
 * 2. Quadric error simplification, with fewer and fewer scruples where it stops early.
 * 3. What that folded together is mended: the result is manifold, without degenerate or repeated triangles.
 *
 * @throws MESH_EMPTY
 */
export const SIMPLIFY_STAGE: Stage<SimplifyInput, SimplifyOptions, SimplifyOutput> = {
  id: 'simplify',
  revision: 1,
  defaults: SIMPLIFY_DEFAULTS,
  async run({ mesh }, options, { signal, progress, log, kernels, folder }) {
    progress(0, `Simplifying to ${options.maxTriangles} triangles`);
    const { topology, ...counts } = await kernels.run<SimplifyTaskInput, SimplifyTaskOutput>(
      new URL('./simplify-task.js', import.meta.url),
      { meshPath: folder.resolve(mesh), resultPath: folder.path('mesh.bin'), options },
      signal,
    );
    if (topology.triangles === 0) throw new StudioError('MESH_EMPTY');
    const report = { ...topology, ...counts };
    log.info('simplify', report);
    return { mesh: folder.ref('mesh.bin'), report };
  },
};
