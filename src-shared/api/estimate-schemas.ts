import { z } from 'zod';
import { DENSE_ENGINES, ENGINES, SFM_ENGINES } from '../pipeline/engines.js';
import { QUALITY_TIERS, type QualityTier } from '../pipeline/quality-tiers.js';

const TIERS = Object.keys(QUALITY_TIERS) as [QualityTier, ...QualityTier[]];

/** Options to estimate with instead of the job's own. */
export const EstimateQuerySchema = z.object({
  tier: z.enum(TIERS).optional(),
  engine: z.enum(ENGINES).optional(),
  sfm: z.enum(SFM_ENGINES).optional(),
  dense: z.enum(DENSE_ENGINES).optional(),
  until: z.enum(['sfm', 'dense', 'mesh']).optional(),
});

const RangeSchema = z.object({ low: z.number(), high: z.number() });

/** What a run of the job's included photos will probably take. */
export const EstimateSchema = z
  .object({
    photos: z.number().int(),
    megapixels: z.number(),
    seconds: RangeSchema.describe('Computing alone, without waiting in the queue'),
    disk_bytes: RangeSchema.describe('Written while it works'),
    memory_bytes: RangeSchema,
    basis: z
      .enum(['measured', 'partly', 'general'])
      .describe('Whether the times are from runs on this machine, in part, or from another machine'),
    disk_free_bytes: z.number().nullable(),
    memory_total_bytes: z.number(),
    is_disk_short: z.boolean().describe('Whether the disk may become full'),
    is_memory_short: z.boolean(),
  })
  .meta({ id: 'Estimate' });

export type Estimate = z.infer<typeof EstimateSchema>;
