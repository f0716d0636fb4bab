import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { DensePoints } from '../../../../src-shared/scene/dense-points.js';
import type { View } from '../../../../src-shared/scene/view.js';
import { readArrays } from '../../../formats/arrays/array-file.js';
import { delaunayTetrahedra } from '../../../geometry/delaunay/delaunay-tetrahedra.js';
import { buildScene } from './build-scene.js';
import type { RayScene } from './cast-rays.js';
import { mergePoints } from './merge-points.js';
import type { SurfaceOptions } from './surface-options.js';

export interface TetrahedralizeInput {
  /** Absolute path of the dense points file. */
  readonly pointsPath: string;
  readonly views: readonly View[];
  readonly options: SurfaceOptions;
}

export interface TetrahedralizeOutput {
  readonly pointCount: number;
  /** Distance over which points were merged, in pixels at the point. */
  readonly mergedPx: number;
  readonly scene: RayScene;
}

/** Merges the points and tetrahedralizes them. @throws MESH_EMPTY where they do not span space */
export async function run({ pointsPath, views, options }: TetrahedralizeInput): Promise<TetrahedralizeOutput> {
  const { arrays: points } = await readArrays<Pick<DensePoints, keyof DensePoints>>(pointsPath);
  const vertices = mergePoints(
    points,
    views.map((view) => view.photoId),
    options.merge,
  );
  const tetrahedra = delaunayTetrahedra(vertices.positions, true);
  if (!tetrahedra) throw new StudioError('MESH_EMPTY', { details: { points: points.footprints.length } });
  return {
    pointCount: points.footprints.length,
    mergedPx: vertices.mergedPx,
    scene: buildScene(vertices, tetrahedra, views, options.sigmaPx, options.thicknessSigmas),
  };
}
