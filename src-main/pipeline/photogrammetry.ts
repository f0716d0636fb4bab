import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import type { StageId } from '../../src-shared/pipeline/stages.js';
import type { Photo } from '../../src-shared/scene/photo.js';
import type { View } from '../../src-shared/scene/view.js';
import { colmapDense } from '../adapters/colmap/colmap-dense.js';
import { colmapSparse } from '../adapters/colmap/colmap-sparse.js';
import { importedSparse } from '../adapters/colmap/imported-sparse.js';
import { openMvgScene } from '../adapters/openmvg/openmvg-scene.js';
import { openMvgSparse } from '../adapters/openmvg/openmvg-sparse.js';
import { type OpenMvsDensifyInput, openMvsDensify } from '../adapters/openmvs/openmvs-densify.js';
import { openMvsPoints } from '../adapters/openmvs/openmvs-points.js';
import type { OpenMvsProgram } from '../adapters/openmvs/openmvs-program.js';
import { openMvsSurface } from '../adapters/openmvs/openmvs-surface.js';
import { openMvsTexture } from '../adapters/openmvs/openmvs-texture.js';
import { writeColmapModel } from '../formats/colmap/write-colmap-model.js';
import { readSparseModel } from '../formats/sparse-model/sparse-model-file.js';
import { type ImportOutput, importStage } from '../stages/1-import/import-stage.js';
import type { FeaturesOutput } from '../stages/3-sfm/1-features/features.js';
import type { MatchingOutput } from '../stages/3-sfm/2-matching/matching.js';
import type { TwoViewOutput } from '../stages/3-sfm/3-two-view/two-view.js';
import type { SparseOutput } from '../stages/3-sfm/sparse-output.js';
import { viewsStage } from '../stages/4-mvs/1-views/views.js';
import { depthStage } from '../stages/4-mvs/2-depth/depth.js';
import { type FusionOutput, fusionStage } from '../stages/4-mvs/3-fusion/fusion.js';
import { SURFACE_STAGE } from '../stages/5-mesh/1-surface/surface.js';
import { SIMPLIFY_STAGE, type SimplifyOutput } from '../stages/5-mesh/2-simplify/simplify.js';
import { textureStage } from '../stages/6-texture/texture.js';
import type { TextureFigures, TextureFiles } from '../stages/6-texture/write-texture.js';
import { type ExportOutput, exportStage } from '../stages/7-export/export.js';
import type { WorkspacePath } from '../workspace/stage-folder.js';
import type { Workspace } from '../workspace/workspace.js';
import type { EngineSources } from './engine-sources.js';
import type { PhotoSources } from './photo-sources.js';
import { solveBuiltIn } from './solve-built-in.js';
import { canonicalJson, type Sourced, type Sources, sha256 } from './stage-key.js';
import { toStageOptions } from './stage-options.js';
import { type StageResult, type StageRunner, take } from './stage-runner.js';
import { stageWork } from './stage-work.js';

/** What the stages gave so far; filled one after another, so that a run that fails keeps and reports what it had. */
export interface PhotogrammetryResults extends Partial<Record<StageId, StageResult<unknown>>> {
  import?: StageResult<ImportOutput>;
  features?: StageResult<FeaturesOutput>;
  matching?: StageResult<MatchingOutput>;
  'two-view'?: StageResult<TwoViewOutput>;
  mapping?: StageResult<SparseOutput>;
  depth?: StageResult<{ readonly report: DepthReport }>;
  fusion?: StageResult<{ readonly report: { readonly points: number } }>;
  simplify?: StageResult<SimplifyOutput>;
  texture?: StageResult<PaintedOutput>;
  export?: StageResult<ExportOutput>;
}

/** OpenMVS does not tell how much of the views has a depth. */
type DepthReport = { readonly views: number; readonly coverage?: number };
/** What every engine's texture stage gives. */
type PaintedOutput = TextureFiles & { readonly report: TextureFigures };

export interface PhotogrammetryJob {
  readonly runner: StageRunner;
  readonly sources: PhotoSources;
  readonly engines: EngineSources;
  readonly options: ReconstructOptions;
  readonly workspace: Workspace;
  /** Receives each stage's result as soon as it is there. */
  readonly results: PhotogrammetryResults;
}

/**
 * The main job: photos in, model out. The one place that knows the stages and their order. Each stage gets parts of the
 * outputs before it (`take`), which is also what its result is keyed by.
 *
 * @throws what the runner throws
 */
export async function photogrammetry(job: PhotogrammetryJob): Promise<void> {
  const { runner, sources, options, workspace, results } = job;
  const stageOptions = toStageOptions(options);
  const imported = await runner.run(importStage, sources, stageOptions.import);
  results.import = imported;
  const photos = photosOf(imported.output, sources);
  runner.setWork(stageWork(imported.output.photos, options.tier));

  const mapped = await solveCameras(job, imported, photos);
  results.mapping = mapped;
  await writeColmapModel(workspace.path('sparse'), await readSparseModel(workspace.resolve(mapped.output.model)));
  if (options.until === 'sfm') return;
  const model = take(mapped, 'model');
  const { openmvs } = job.engines;
  const painted = openmvs ? await buildByOpenMvs(job, photos, model, openmvs) : await build(job, photos, model);
  if (painted === undefined) return;
  results.texture = painted;

  const normalMap = painted.output.normalMap === undefined ? {} : { normalMap: take(painted, 'normalMap') };
  const textured = { textured: take(painted, 'textured'), baseColor: take(painted, 'baseColor'), ...normalMap };
  const exported = await runner.run(exportStage, { photos, model, ...textured }, stageOptions.export);
  results.export = exported;
  await workspace.publish('model', exported.output.glb);
  await workspace.publish('preview', exported.output.preview);
}

type Photos = Sourced<readonly Photo[]>;

/** From the cameras to the painted mesh by the built-in stages. @returns `undefined` where the run ends before */
async function build(
  job: PhotogrammetryJob,
  photos: Photos,
  model: Sourced<WorkspacePath>,
): Promise<StageResult<PaintedOutput> | undefined> {
  const { runner, options, workspace, results } = job;
  const stageOptions = toStageOptions(options);
  const prepared = await runner.run(viewsStage, { photos, model }, stageOptions.views);
  results.views = prepared;
  const views = take(prepared, 'views');

  const fused = await computePoints(job, photos, views, model);
  results.fusion = fused;
  const points = take(fused, 'points');
  await workspace.publish('dense', fused.output.ply);
  if (options.until === 'dense') return undefined;

  const surfaced = await runner.run(SURFACE_STAGE, { photos, views, points });
  results.surface = surfaced;
  const simplified = await runner.run(SIMPLIFY_STAGE, { mesh: take(surfaced, 'mesh') }, stageOptions.simplify);
  results.simplify = simplified;
  const mesh = take(simplified, 'mesh');
  if (options.until === 'mesh') return undefined;

  const dense = stageOptions.texture.bakeNormalMap ? { denseMesh: take(surfaced, 'mesh') } : {};
  return runner.run(textureStage, { photos, model, mesh, ...dense }, stageOptions.texture);
}

/** Dense points: by COLMAP, or by the built-in stages. */
async function computePoints(
  { runner, engines, options, results }: PhotogrammetryJob,
  photos: Photos,
  views: Sourced<readonly View[]>,
  model: Sourced<WorkspacePath>,
): Promise<StageResult<FusionOutput>> {
  const { denseColmap: colmap } = engines;
  if (colmap) return runner.run(colmapDense, { photos, views, model, colmap }, toStageOptions(options).colmapDense);

  const estimated = await runner.run(depthStage, { views, model });
  results.depth = estimated;
  return runner.run(fusionStage, { views, depths: take(estimated, 'depths') });
}

/** The same by OpenMVS; the triangle budget is kept by our own simplification. */
async function buildByOpenMvs(
  { runner, engines, options, workspace, results }: PhotogrammetryJob,
  photos: Photos,
  model: Sourced<WorkspacePath>,
  openmvs: Sourced<OpenMvsProgram>,
): Promise<StageResult<PaintedOutput> | undefined> {
  const stageOptions = toStageOptions(options);
  const { openmvg } = engines;
  let source: Pick<Sources<OpenMvsDensifyInput>, 'scene' | 'views'>;
  if (openmvg?.value.makesScenes) {
    const converted = await runner.run(openMvgScene, { photos, model, openmvg });
    results.views = converted;
    source = { scene: take(converted, 'scene') };
  } else {
    const prepared = await runner.run(viewsStage, { photos, model }, stageOptions.openMvsViews);
    results.views = prepared;
    source = { views: take(prepared, 'views') };
  }
  const densified = await runner.run(openMvsDensify, { openmvs, model, ...source }, stageOptions.densify);
  results.depth = densified;
  const [scene, denseScene] = [take(densified, 'scene'), take(densified, 'denseScene')];
  const points = take(densified, 'points');

  const read = await runner.run(openMvsPoints, { points });
  results.fusion = read;
  await workspace.publish('dense', read.output.ply);
  if (options.until === 'dense') return undefined;

  const surfaced = await runner.run(
    openMvsSurface,
    { openmvs, denseScene, points, ply: take(read, 'ply') },
    stageOptions.openMvsSurface,
  );
  results.surface = surfaced;
  const simplified = await runner.run(SIMPLIFY_STAGE, { mesh: take(surfaced, 'mesh') }, stageOptions.simplify);
  results.simplify = simplified;
  if (options.until === 'mesh') return undefined;

  const mesh = take(simplified, 'mesh');
  const dense = stageOptions.texture.bakeNormalMap ? { denseMesh: take(surfaced, 'mesh') } : {};
  const hasMasks = take(densified, 'hasMasks');
  return runner.run(openMvsTexture, { openmvs, scene, hasMasks, mesh, ...dense }, stageOptions.texture);
}

/** Cameras and points: from a given model, by COLMAP or OpenMVG, or by the built-in stages. */
async function solveCameras(
  { runner, engines, options, results }: PhotogrammetryJob,
  imported: StageResult<ImportOutput>,
  photos: Photos,
): Promise<StageResult<SparseOutput>> {
  const stageOptions = toStageOptions(options);
  const cameras = take(imported, 'cameras');
  const { modelFolder, colmap, openmvg } = engines;
  if (modelFolder) return runner.run(importedSparse, { photos, cameras, modelFolder });
  if (colmap) return runner.run(colmapSparse, { photos, cameras, colmap }, stageOptions.colmap);
  if (openmvg) return runner.run(openMvgSparse, { photos, cameras, openmvg }, stageOptions.openmvg);

  return solveBuiltIn(runner, { photos, cameras, options: stageOptions }, results);
}

/**
 * The photos, keyed by themselves and not by how they were imported: known intrinsics, say, change nothing about the features.
 */
function photosOf({ photos }: ImportOutput, { masks }: PhotoSources): Sourced<readonly Photo[]> {
  const contents = photos.map(({ path: _, maskPath: __, ...content }) => content);
  return { value: photos, key: sha256(canonicalJson([importStage.revision, contents, masks?.key])) };
}
