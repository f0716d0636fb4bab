import { z } from 'zod';
import { JobErrorSchema } from '../job/job-record.js';

/** Engines that run in containers where their programs are not installed. The image is the operator's choice, never the caller's. */
export const PULLABLE_ENGINES = ['colmap', 'openmvg', 'openmvs'] as const;
export type PullableEngine = (typeof PULLABLE_ENGINES)[number];

export const ImagePullSchema = z
  .object({
    engine: z.enum(PULLABLE_ENGINES),
    image: z.string().describe('The container image; engines may share one, and then its download'),
    state: z
      .enum(['none', 'pulling', 'completed', 'failed', 'cancelled'])
      .describe('none: nobody has asked for it since the service started'),
    progress: z.number().min(0).max(1).describe('Of the layers known so far; never goes back'),
    layers_done: z.number().int(),
    layers_known: z.number().int().describe('They become known one by one'),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    error: JobErrorSchema.nullable().describe('Why it failed'),
  })
  .meta({ id: 'ImagePull' });

export type ImagePull = z.infer<typeof ImagePullSchema>;
