import { z } from 'zod';
import { JobErrorSchema, JobRecordSchema } from '../job/job-record.js';
import { JOB_STATES, type JobState } from '../job/job-state.js';
import { ReconstructOptionsSchema } from '../pipeline/reconstruct-options.js';

/** A job as the API shows it: its record without what is only the service's business. */
export const JobResourceSchema = JobRecordSchema.omit({ version: true, client: true, webhook: true })
  .extend({
    queue_position: z.number().int().nullable().describe('Jobs ahead of it; null when it does not wait'),
    error: JobErrorSchema.nullable(),
  })
  .meta({ id: 'Job' });

export type JobResource = z.infer<typeof JobResourceSchema>;

export const JobCreatedSchema = z.object({ job_id: z.string(), status: z.enum(JOB_STATES) }).meta({ id: 'JobCreated' });

export const JobListSchema = z
  .object({ jobs: z.array(JobResourceSchema), next: z.string().nullable().describe('`cursor` of the next page') })
  .meta({ id: 'JobList' });

export const JobListQuerySchema = z.object({
  status: z
    .string()
    .regex(new RegExp(`^(${JOB_STATES.join('|')})(,(${JOB_STATES.join('|')})){0,9}$`))
    .optional()
    .describe('States wanted, separated by commas; all when absent'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});

/** @param text as {@link JobListQuerySchema} takes it */
export const parseStates = (text: string | undefined): JobState[] =>
  text === undefined ? [] : z.array(z.enum(JOB_STATES)).parse(text.split(','));

export const JobIdParamsSchema = z.object({ job_id: z.uuid() });

const WebhookSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000),
  secret: z
    .string()
    .regex(/^(whsec_)?[A-Za-z0-9+/=]{32,100}$/)
    .describe('Base64, as Standard Webhooks define it'),
});

/** What a client may say when it makes a job, besides the photos. */
export const NewJobSchema = z
  .strictObject({
    name: z.string().max(200).default(''),
    options: ReconstructOptionsSchema.prefault({}),
    priority: z.number().int().min(-10).max(10).default(0),
    webhook: WebhookSchema.optional(),
  })
  .meta({ id: 'NewJob' });

/** What can be changed of a job that is there: its name always, its options and priority while it is a draft. */
export const ChangeJobSchema = z
  .strictObject({
    name: z.string().max(200).optional(),
    options: ReconstructOptionsSchema.optional(),
    priority: z.number().int().min(-10).max(10).optional(),
  })
  .meta({ id: 'ChangeJob' });

export const RetryJobSchema = z.strictObject({ options: ReconstructOptionsSchema.optional() }).meta({ id: 'RetryJob' });
