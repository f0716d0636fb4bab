import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { Photo } from '../../../../src-shared/scene/photo.js';
import type { View } from '../../../../src-shared/scene/view.js';
import type { Stage } from '../../../pipeline/stage.js';
import type { WorkspacePath } from '../../../workspace/stage-folder.js';
import type { CarveInput } from './carve-task.js';
import type { RayScene } from './cast-rays.js';
import type { CastRaysInput } from './cast-rays-task.js';
import type { ExtractInput, ExtractOutput } from './extract-task.js';
import type { SurfacePreviewInput } from './preview-task.js';
import { SURFACE_DEFAULTS, type SurfaceOptions } from './surface-options.js';
import type { TetrahedralizeInput, TetrahedralizeOutput } from './tetrahedralize-task.js';

export interface SurfaceInput {
  readonly views: readonly View[];
  /** Dense points file (`DensePoints`). */
  readonly points: WorkspacePath;
  /** Those with a `maskPath` carve the object out; the others' masks only mark the borders of the lens. */
  readonly photos: readonly Pick<Photo, 'photoId' | 'maskPath'>[];
}

export interface SurfaceOutput {
  /** Mesh file (`Mesh`). */
  readonly mesh: WorkspacePath;
  readonly report: {
    readonly points: number;
    /** Distance over which points were merged, in pixels at the point. */
    readonly mergedPx: number;
    readonly vertices: number;
    readonly tetrahedra: number;
    readonly lines: number;
    readonly maskedViews: number;
    readonly cutTriangles: number;
    readonly removedMembranes: number;
    readonly removedIslands: number;
    readonly triangles: number;
  };
}

/** Lines of sight per task, about a tenth of a second. */
const LINES_PER_TASK = 25_000;
/** Of the preview: what a browser draws at once on any computer. */
const MAX_PREVIEW_TRIANGLES = 50_000;
/** Where the steps end on the way from 0 to 1. */
const PROGRESS = { tetrahedra: 0.3, rays: 0.75, carving: 0.8 };

/**
 * The surface that explains best what each photo saw through and what it saw.
 *
 * Based on: P. Labatut, J.-P. Pons, R. Keriven, ICCV 2007 and CGF 2009; H.-H. Vu et al., PAMI 2012.
 *
 * 1. Points nearer to each other than the photos resolve are merged; the rest are tetrahedralized (Delaunay).
 * 2. The line of sight of each point to each of its cameras adds to what it passes, ends in and what is behind the point.
 * 3. Masks: what several silhouettes exclude is outside.
 * 4. A minimum cut labels the tetrahedra; the surface is what separates inside from outside.
 * 5. Membranes over unseen places and islands are removed, the rest is made manifold and smoothed.
 * 6. A coloured preview of few triangles.
 *
 * @throws MESH_EMPTY
 */
export const SURFACE_STAGE: Stage<SurfaceInput, SurfaceOptions, SurfaceOutput> = {
  id: 'surface',
  revision: 2,
  defaults: SURFACE_DEFAULTS,
  async run({ views, points, photos }, options, { signal, progress, log, preview, kernels, folder }) {
    progress(0, 'Connecting the points');
    const { scene, pointCount, mergedPx } = await kernels.run<TetrahedralizeInput, TetrahedralizeOutput>(
      new URL('./tetrahedralize-task.js', import.meta.url),
      { pointsPath: folder.resolve(points), views, options },
      signal,
    );

    progress(PROGRESS.tetrahedra, 'Following the lines of sight');
    const castInputs = splitLines(scene);
    await kernels.map(new URL('./cast-rays-task.js', import.meta.url), castInputs, signal, (done) =>
      progress(PROGRESS.tetrahedra + ((PROGRESS.rays - PROGRESS.tetrahedra) * done) / castInputs.length),
    );

    const masked = new Set(photos.filter((photo) => photo.maskPath !== undefined).map((photo) => photo.photoId));
    const maskedViews = views.filter((view) => masked.has(view.photoId));
    const silhouettes =
      maskedViews.length > 0 ? new Int32Array(new SharedArrayBuffer(scene.corners.length)) : undefined;
    if (silhouettes) {
      const { positions, corners } = scene;
      const { marginShare } = options.carving;
      const carveInputs = maskedViews.map((view): CarveInput => {
        return { view, path: folder.resolve(view.file), marginShare, positions, corners, silhouettes };
      });
      await kernels.map(new URL('./carve-task.js', import.meta.url), carveInputs, signal);
    }

    progress(PROGRESS.carving, 'Finding the surface');
    const { mesh, flow, ...counts } = await kernels.run<ExtractInput, ExtractOutput>(
      new URL('./extract-task.js', import.meta.url),
      { scene, mergedPx, options, ...(silhouettes ? { silhouettes } : {}) },
      signal,
    );
    if (mesh.indices.length === 0) throw new StudioError('MESH_EMPTY', { details: { points: pointCount } });

    const file = await folder.writeArrays('mesh.bin', { meta: {}, arrays: { ...mesh } });
    const previewPath = folder.path('preview.ply');
    await kernels.run<SurfacePreviewInput, void>(
      new URL('./preview-task.js', import.meta.url),
      {
        ...{ meshPath: folder.resolve(file), pointsPath: folder.resolve(points) },
        ...{ maxTriangles: MAX_PREVIEW_TRIANGLES, outputPath: previewPath },
      },
      signal,
    );
    preview({ kind: 'mesh', path: previewPath });
    const report = {
      points: pointCount,
      mergedPx,
      vertices: scene.positions.length / 3,
      tetrahedra: scene.outside.length,
      lines: scene.views.length,
      maskedViews: maskedViews.length,
      ...counts,
      triangles: mesh.indices.length / 3,
    };
    log.info('surface', { ...report, flow });
    return { mesh: file, report };
  },
};

/** Ranges of vertices with about equally many lines of sight. */
function splitLines(scene: RayScene): CastRaysInput[] {
  const inputs: CastRaysInput[] = [];
  const { viewOffsets } = scene;
  const count = viewOffsets.length - 1;
  for (let first = 0; first < count; ) {
    let end = first + 1;
    while (end < count && viewOffsets[end + 1]! - viewOffsets[first]! <= LINES_PER_TASK) end++;
    inputs.push({ scene, first, end });
    first = end;
  }
  return inputs;
}
