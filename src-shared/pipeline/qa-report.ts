import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.js';
import { ReconstructOptionsSchema } from './reconstruct-options.js';
import { STAGE_IDS, type StageId } from './stages.js';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const QA_SCHEMA_VERSION = 1;

const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const code = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
const stageId = z.enum(STAGE_IDS as [StageId, ...StageId[]]);

const PhotoSchema = z
  .object({
    name: z.string(),
    state: z.enum(['used', 'left-out', 'unknown']).describe('`unknown`: the run ended before it was decided'),
    code: z.string().optional().describe('Why the photo was left out: a code of the error table'),
    reason: z.string().optional().describe('The same, for people'),
    width: count.optional().describe('Pixels of the upright photo'),
    height: count.optional(),
    sha256: z.string().optional().describe('Of the original file'),
    sharpness: z.number().optional().describe('Variance of the Laplacian at a fixed scale'),
    observations: count.optional().describe('Triangulated points that the photo sees'),
  })
  .readonly();

const CameraSchema = z
  .object({
    cameraId: z.number().int(),
    model: z.string().describe('COLMAP camera model'),
    width: count,
    height: count,
    parameters: z.array(z.number()).describe('In the order of the COLMAP model; pixels'),
    focalSource: z.string().describe('Where the first focal length came from; `given` ones are kept'),
  })
  .readonly();

const SparseSchema = z
  .object({
    registeredPhotos: count,
    points: count,
    observations: count,
    meanTrackLength: z.number(),
    meanReprojectionErrorPx: z.number().describe('Over observations, pixels of the full photos'),
    medianReprojectionErrorPx: z.number().describe('Over points'),
    cameras: z.array(CameraSchema),
  })
  .readonly();

const MeshSchema = z
  .object({
    triangles: count,
    targetTriangles: count,
    vertices: count.describe('After welding by position'),
    components: count,
    boundaryEdges: count.describe('Edges with one triangle: borders and holes'),
    nonManifoldEdges: count.describe('Edges with more than two triangles'),
    watertight: z.boolean(),
    manifold: z.boolean(),
    degenerateTriangles: count,
    denseTriangles: count.optional().describe('Before simplification'),
  })
  .readonly();

const ViewsSchema = z
  .object({
    meanPsnrDb: z.number().optional(),
    meanSsim: z.number().optional(),
    meanCoverage: share.optional().describe('Share of the image, or of the mask, that the model covers'),
    views: z.array(
      z
        .object({ name: z.string(), psnrDb: z.number().optional(), ssim: z.number().optional(), coverage: share })
        .readonly(),
    ),
  })
  .readonly();

const EngineUseSchema = z
  .object({
    engine: z.enum(['builtin', 'colmap', 'openmvg', 'openmvs', 'given']).describe('`given`: cameras solved elsewhere'),
    version: z.string().optional(),
    place: z.enum(['native', 'container']).optional().describe('Where programs of others ran'),
    image: z.string().optional().describe('The container image'),
  })
  .readonly();

export type EngineUse = z.infer<typeof EngineUseSchema>;

/** `DIR/qa.json`: what came out, how good it is and what it took. Absent parts were not computed. */
export const QaReportSchema = z
  .object({
    schemaVersion: z.literal(QA_SCHEMA_VERSION),
    status: z.enum(['done', 'failed', 'cancelled']),
    error: z
      .object({
        code,
        message: z.string(),
        hint: z.string(),
        stage: stageId.optional(),
        details: z.record(z.string(), z.unknown()),
      })
      .readonly()
      .optional(),
    versions: z.object({ atlas: z.string(), node: z.string(), platform: z.string() }).readonly(),
    options: ReconstructOptionsSchema,
    engines: z
      .object({
        sfm: EngineUseSchema.describe('Who solved the cameras'),
        dense: EngineUseSchema.optional().describe(
          'Who computed depth (OpenMVS: mesh and texture too); absent where the run ends before',
        ),
      })
      .readonly()
      .optional()
      .describe('Whose programs were used: with `auto` and COLMAP without CUDA the options do not tell'),
    threads: count,
    photos: z.object({ given: count, used: count, leftOut: count, list: z.array(PhotoSchema) }).readonly(),
    warnings: z.array(
      z
        .object({
          stage: stageId,
          code: z.string(),
          message: z.string(),
          hint: z.string(),
          photos: z.array(z.string()).optional(),
        })
        .readonly(),
    ),
    sparse: SparseSchema.optional(),
    dense: z
      .object({ points: count, depthCoverage: share.optional().describe('Mean share of a view with depth') })
      .readonly()
      .optional(),
    mesh: MeshSchema.optional(),
    texture: z
      .object({
        sizePx: count,
        seenShare: share.optional().describe('Share of the triangles that a photo sees'),
        utilization: share.optional().describe('Share of the texture that triangles use'),
        hasNormalMap: z.boolean(),
      })
      .readonly()
      .optional(),
    views: ViewsSchema.optional().describe(
      'The textured model rendered through the solved cameras, against the photos',
    ),
    validator: z
      .object({ errors: count, warnings: count, infos: count, hints: count })
      .readonly()
      .optional()
      .describe('Khronos glTF validator on model.glb'),
    model: z
      .object({
        modelToGlb: z.array(z.number()).length(16).describe('4x4, row-major: solved model to GLB coordinates'),
        automaticToGlb: z
          .array(z.number())
          .length(16)
          .optional()
          .describe('4x4, row-major: from the frame that `options.crop` and `options.turn` are given in'),
        crop: z
          .object({
            trianglesBefore: count.describe('Of the whole model'),
            crossedTriangles: count.describe('Triangles that a side of the box went through'),
            cutClean: z.boolean().describe('Cut at the box; else left out whole, to keep the triangle budget'),
          })
          .readonly()
          .optional()
          .describe('Absent where nothing was cut off'),
        turned: z.boolean().optional().describe('Whether it was turned from where it was stood upright'),
        scaleKnown: z.boolean().describe('Whether the unit of model.glb is the metre'),
        sizeInGlb: z.array(z.number()).length(3).optional().describe('Extent in x, y, z of model.glb'),
        bytes: count,
        sha256: z.string(),
      })
      .readonly()
      .optional(),
    stages: z.array(
      z
        .object({
          stage: stageId,
          seconds: z.number().min(0),
          peakMemoryBytes: count,
          cached: z.boolean().describe('Whether an earlier run had computed it; seconds and memory are of that run'),
        })
        .readonly(),
    ),
    totals: z
      .object({
        seconds: z.number().min(0).describe('Sum over the stages'),
        wallSeconds: z.number().min(0).describe('Of this run'),
        peakMemoryBytes: count,
      })
      .readonly(),
  })
  .readonly();

export type QaReport = z.infer<typeof QaReportSchema>;
