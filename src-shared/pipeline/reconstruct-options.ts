import { z } from 'zod';
import { CropBoxSchema, TurnSchema } from './edit-options.js';
import { DENSE_ENGINES, ENGINES, SFM_ENGINES } from './engines.js';
import { QUALITY_TIERS, type QualityTier } from './quality-tiers.js';

const TIERS = Object.keys(QUALITY_TIERS) as [QualityTier, ...QualityTier[]];
const positive = z.number().positive().max(1e6);

/** Intrinsics of all photos in pixels of the upright photo; kept fixed. Distortion as OpenCV and COLMAP define it. */
export const KnownIntrinsicsSchema = z
  .strictObject({
    fx: positive,
    fy: positive,
    cx: z.number().min(-1e6).max(1e6),
    cy: z.number().min(-1e6).max(1e6),
    k1: z.number().min(-10).max(10).default(0),
    k2: z.number().min(-10).max(10).default(0),
    p1: z.number().min(-1).max(1).default(0),
    p2: z.number().min(-1).max(1).default(0),
  })
  .readonly();

export type KnownIntrinsics = z.infer<typeof KnownIntrinsicsSchema>;

/** What a person can choose about the result. The same photos and options give the same files. */
export const ReconstructOptionsSchema = z
  .strictObject({
    tier: z.enum(TIERS).default('standard'),
    engine: z.enum(ENGINES).default('auto'),
    /** Who solves the cameras; what the engine says when absent. */
    sfm: z.enum(SFM_ENGINES).optional(),
    /** Who computes the dense points; what the engine says when absent. */
    dense: z.enum(DENSE_ENGINES).optional(),
    /** Upper bound of the triangles of the model; the tier's when absent. */
    triangles: z.number().int().min(100).max(10_000_000).optional(),
    /** Width and height of the texture in pixels, a power of two; the tier's when absent. */
    textureSize: z
      .number()
      .int()
      .min(256)
      .max(8192)
      .refine((size) => Number.isInteger(Math.log2(size)), { message: 'must be a power of two' })
      .optional(),
    /** Known intrinsics; solved from the photos when absent. */
    camera: KnownIntrinsicsSchema.optional(),
    /** Metres per unit of the solved model; unknown when absent. */
    scale: z.number().positive().max(1e9).optional(),
    /** What is kept of the model; all of it when absent. */
    crop: CropBoxSchema.optional(),
    /** How the model is turned from where it was stood upright; not at all when absent. */
    turn: TurnSchema.optional(),
    until: z.enum(['sfm', 'dense', 'mesh']).optional(),
    seed: z.number().int().min(0).max(2_147_483_647).default(1),
  })
  .readonly()
  .meta({ id: 'ReconstructOptions' });

export type ReconstructOptions = z.infer<typeof ReconstructOptionsSchema>;
/** As a caller gives them: what has a default may be absent. */
export type ReconstructOptionsInput = z.input<typeof ReconstructOptionsSchema>;
