import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.js';
import { ReconstructOptionsSchema } from '../pipeline/reconstruct-options.js';
import { JOB_STATES } from './job-state.js';

const timestamp = z.iso.datetime({ precision: 3 });

/** An error as jobs store it: codes that a later version retires stay readable. */
export const JobErrorSchema = z.object({
  code: z.string().refine((code): code is ErrorCode => code in ERROR_CODES || code.length > 0),
  message: z.string(),
  hint: z.string(),
  details: z.record(z.string(), z.unknown()),
});

/**
 * A job as it is stored and mirrored to `status.json`. Parsed, never cast, when it is read back; `version` says by which
 * rules.
 */
export const JobRecordSchema = z.object({
  version: z.literal(1),
  job_id: z.string(),
  name: z.string(),
  status: z.enum(JOB_STATES),
  /** 0..100, never backwards within an attempt. */
  progress: z.number().min(0).max(100),
  stage: z.string().nullable(),
  /** One sentence for people. */
  message: z.string(),
  eta_seconds: z.number().nullable(),
  priority: z.number().int(),
  /** Counts from 1 when first started; automatic retries after a crash raise it. */
  attempt: z.number().int().min(0),
  options: ReconstructOptionsSchema,
  photo_count: z.number().int().min(0),
  photo_bytes: z.number().int().min(0),
  workspace_bytes: z.number().int().min(0),
  artifact_bytes: z.number().int().min(0),
  warnings: z.array(z.object({ code: z.string(), message: z.string(), photos: z.array(z.string()).optional() })),
  error: JobErrorSchema.nullable(),
  created_at: timestamp,
  updated_at: timestamp,
  queued_at: timestamp.nullable(),
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  /**
   * When the run ended whose files are offered: the last that was completed. They stay while the job is run again, and when that is
   * cancelled or fails. Null when there are none.
   */
  artifacts_from: timestamp.nullable().default(null),
  /** When the artifacts were removed by retention. */
  expired_at: timestamp.nullable(),
  webhook: z.object({ url: z.string(), secret: z.string() }).nullable(),
  client: z.string(),
});

export type JobRecord = z.infer<typeof JobRecordSchema>;
