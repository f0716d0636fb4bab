import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import { QUALITY_TIERS } from '../../src-shared/pipeline/quality-tiers.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import type { PhotogrammetryResults } from './photogrammetry.js';

type ModelFigures = Pick<QaReport, 'dense' | 'mesh' | 'texture' | 'views' | 'validator' | 'model'>;

/** What qa.json tells of points, mesh, texture and model, as far as they are there. @param glbSha256 of model.glb */
export function modelFigures(
  results: PhotogrammetryResults,
  options: ReconstructOptions,
  glbSha256: string | undefined,
): ModelFigures {
  const { depth, fusion, texture } = results;
  const exported = results.export?.output.report;
  return {
    ...(fusion && {
      dense: {
        points: fusion.output.report.points,
        ...(depth?.output.report.coverage !== undefined && { depthCoverage: depth.output.report.coverage }),
      },
    }),
    ...meshFigures(results, options),
    ...(texture && {
      texture: {
        sizePx: texture.output.report.textureSizePx,
        seenShare: texture.output.report.seenShare,
        utilization: texture.output.report.textureUse,
        hasNormalMap: texture.output.normalMap !== undefined,
      },
    }),
    ...(exported && {
      views: viewFigures(results, exported),
      validator: exported.validation,
      model: {
        modelToGlb: [...exported.glbFromModel],
        automaticToGlb: [...exported.glbFromAutomatic],
        ...(exported.crop && { crop: cropFigures(exported.crop) }),
        turned: options.turn !== undefined,
        scaleKnown: exported.isScaleKnown,
        sizeInGlb: [...exported.size],
        bytes: exported.bytes,
        sha256: glbSha256 ?? '',
      },
    }),
  };
}

/** Of the final model where there is one, with vertices joined that only the texture parts; else of the simplified mesh. */
function meshFigures({ simplify, export: exported }: PhotogrammetryResults, options: ReconstructOptions) {
  if (simplify === undefined) return {};
  const { report } = simplify.output;
  const final = exported?.output.report;
  return {
    mesh: {
      triangles: final?.triangles ?? report.triangles,
      targetTriangles: options.triangles ?? QUALITY_TIERS[options.tier].triangleCount,
      vertices: final?.topology.vertices ?? report.vertices,
      components: final?.topology.components ?? report.components,
      boundaryEdges: final?.topology.borderEdges ?? report.boundaryEdges,
      nonManifoldEdges: final?.topology.nonManifoldEdges ?? report.nonManifoldEdges,
      watertight: final?.topology.isWatertight ?? report.isClosed,
      manifold: final?.topology.isManifold ?? report.nonManifoldEdges === 0,
      degenerateTriangles: final?.topology.degenerateTriangles ?? 0,
      denseTriangles: report.denseTriangles,
    },
  };
}

function cropFigures({ trianglesBefore, crossedTriangles, isCutClean }: NonNullable<ExportReport['crop']>) {
  return { trianglesBefore, crossedTriangles, cutClean: isCutClean };
}

type ExportReport = NonNullable<PhotogrammetryResults['export']>['output']['report'];

function viewFigures(results: PhotogrammetryResults, { psnr, ssim, coverage, views }: ExportReport) {
  const names = new Map(results.import?.output.photos.map(({ photoId, name }) => [photoId, name]));
  return {
    meanCoverage: coverage,
    ...(psnr !== undefined && { meanPsnrDb: psnr }),
    ...(ssim !== undefined && { meanSsim: ssim }),
    views: views.map((view) => ({
      name: names.get(view.photoId) ?? '',
      coverage: view.coverage,
      ...(view.psnr !== undefined && { psnrDb: view.psnr }),
      ...(view.ssim !== undefined && { ssim: view.ssim }),
    })),
  };
}
