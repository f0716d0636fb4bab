import { dirname } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { encodePly } from '../../formats/ply/write-ply.js';
import { previewMesh } from '../../geometry/mesh/preview-mesh.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import type { WorkspacePath } from '../../workspace/stage-folder.js';
import { reconstructMesh, refineMesh } from './openmvs-commands.js';
import { readOpenMvsPly } from './openmvs-points.js';
import type { OpenMvsProgram } from './openmvs-program.js';
import { openMvsSetup, runOpenMvs, tidyUp } from './run-openmvs.js';

export interface OpenMvsSurfaceInput {
  readonly openmvs: OpenMvsProgram;
  readonly denseScene: WorkspacePath;
  /** Points with their views: PLY of OpenMVS. */
  readonly points: WorkspacePath;
  /** The same points with colours, for the preview. */
  readonly ply: WorkspacePath;
}

export interface OpenMvsSurfaceOptions {
  /** Fits the surface to the photos once more: slow, and finer. */
  readonly refines: boolean;
  /** How often the images are halved for that. */
  readonly refineResolutionLevel: number;
}

export interface OpenMvsSurfaceOutput {
  /** Mesh file (`Mesh`). */
  readonly mesh: WorkspacePath;
  readonly report: { readonly triangles: number; readonly vertices: number; readonly isRefined: boolean };
}

/** Shares of the stage's time, about: when the mesh is to be refined, and the points of each step of the first program. */
const RECONSTRUCTED = 0.2;
const STEP_ENDS: Readonly<Record<string, number>> = { 'points inserted': 0.4, 'points weighted': 0.9 };
const MAX_PREVIEW_TRIANGLES = 50_000;

/** The surface by OpenMVS: 1. ReconstructMesh, 2. for the best quality RefineMesh, 3. a coloured preview. @throws MESH_EMPTY */
export const openMvsSurface: Stage<OpenMvsSurfaceInput, OpenMvsSurfaceOptions, OpenMvsSurfaceOutput> = {
  id: 'surface',
  revision: 2,
  defaults: { refines: false, refineResolutionLevel: 1 },
  async run(input, options, context) {
    const { folder, log } = context;
    const { positions, indices } = await readOpenMvsPly(await buildMesh(input, options, context));
    if (indices === undefined || indices.length === 0) throw new StudioError('MESH_EMPTY');
    const mesh = await folder.writeArrays('mesh.bin', { meta: {}, arrays: { positions, indices } });
    const { colors = new Uint8Array(0), ...points } = await readOpenMvsPly(folder.resolve(input.ply));
    await show({ positions, indices }, { positions: points.positions, colors }, context);
    await tidyUp(folder.root, /^(mesh|refined)\.(ply|mvs)$/);
    await tidyUp(dirname(folder.resolve(input.denseScene)));
    const report = { triangles: indices.length / 3, vertices: positions.length / 3, isRefined: options.refines };
    log.info('openmvs-surface', report);
    return { mesh, report };
  },
};

/** @returns absolute path of a PLY. What an interrupted run had built is refined at once. */
async function buildMesh(
  { openmvs, denseScene, points }: OpenMvsSurfaceInput,
  { refines, refineResolutionLevel }: OpenMvsSurfaceOptions,
  context: StageContext,
): Promise<string> {
  const { folder } = context;
  const setup = openMvsSetup(openmvs, context);
  const scene = folder.resolve(denseScene);
  const share = refines ? RECONSTRUCTED : 1;
  if (!folder.has('mesh-done')) {
    const dense = { scene, points: folder.resolve(points) };
    await runOpenMvs(reconstructMesh(setup, dense), setup, context, 'mesh.ply', ({ step, fraction }) => {
      const end = STEP_ENDS[step];
      if (end === undefined) return;
      const start = step === 'points inserted' ? 0 : STEP_ENDS['points inserted']!;
      context.progress(share * (start + (end - start) * fraction), 'Building the surface (OpenMVS)');
    });
    await readOpenMvsPly(folder.path('mesh.ply'));
    await folder.write('mesh-done', '');
  }
  const mesh = folder.path('mesh.ply');
  if (!refines) return mesh;
  let passes = 0;
  return runOpenMvs(refineMesh(setup, scene, mesh, refineResolutionLevel), setup, context, 'refined.ply', (news) => {
    if (news.step !== 'processed iterations') return;
    passes = Math.max(passes, news.fraction);
    context.progress(RECONSTRUCTED + (1 - RECONSTRUCTED) * passes, 'Refining the surface (OpenMVS)');
  });
}

type Mesh = Parameters<typeof previewMesh>[0];
type Points = Parameters<typeof previewMesh>[1];

async function show(mesh: Mesh, points: Points, { folder, preview }: StageContext): Promise<void> {
  await folder.write('preview.ply', encodePly(await previewMesh(mesh, points, MAX_PREVIEW_TRIANGLES)));
  preview({ kind: 'mesh', path: folder.path('preview.ply') });
}
