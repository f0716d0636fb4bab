import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { NewJobSchema } from '../../../src-shared/api/job-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import type { IdempotencyKey } from '../../jobs/store/job-store.js';
import { checkWebhookUrl } from '../../jobs/webhooks/check-webhook-url.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';

/**
 * Reads a multipart request into a job: 1. make a draft, or find the one of the Idempotency-Key; 2. stream each photo to
 * disk as it comes; 3. take the options; 4. commit. If anything fails, the draft goes and nothing is left.
 */
export async function receiveJob(
  request: FastifyRequest,
  parts: ServiceParts,
  idempotency: IdempotencyKey | undefined,
): Promise<JobRecord> {
  const { jobs, store } = parts;
  if (!request.isMultipart()) throw new StudioError('API_UNSUPPORTED_MEDIA_TYPE');
  await requireFreeDisk(parts);
  const { job, created } = jobs.createDraft(
    { ...NewJobSchema.parse({}), webhook: null, client: request.ip },
    idempotency,
  );
  if (!created) return finishedElsewhere(request, job);

  try {
    const fields: Record<string, string> = {};
    for await (const part of request.parts()) {
      if (part.type === 'file') await addImage(parts, job.job_id, part);
      else fields[part.fieldname] = String(part.value);
    }
    const { webhook = null, ...newJob } = parseFields(fields);
    if (webhook) await checkWebhookUrl(webhook.url, { allowPrivate: parts.config.webhookAllowPrivate });
    store.update(job.job_id, () => ({ ...newJob, webhook }));
    return jobs.commit(job.job_id);
  } catch (error) {
    await jobs.delete(job.job_id).catch(() => undefined);
    throw error;
  }
}

async function addImage({ jobs }: ServiceParts, jobId: string, part: MultipartFile): Promise<void> {
  if (part.fieldname !== 'images') {
    part.file.resume();
    throw new StudioError('API_INVALID_REQUEST', { message: 'Photos are sent in fields named `images`.' });
  }
  await jobs.addPhoto(jobId, part.file, part.filename);
  if (part.file.truncated) throw new StudioError('PHOTO_FILE_TOO_LARGE');
}

/** The answer to a repeated request: the job that the first one made, once it has all its photos. */
async function finishedElsewhere(request: FastifyRequest, job: JobRecord): Promise<JobRecord> {
  for await (const part of request.parts()) if (part.type === 'file') part.file.resume();
  if (job.status === 'draft') throw new StudioError('API_IDEMPOTENCY_IN_PROGRESS');
  return job;
}

const FIELDS = z.strictObject({
  options: z.string().optional(),
  name: z.string().optional(),
  priority: z.string().optional(),
  webhook: z.string().optional(),
});

function parseFields(fields: Record<string, string>): z.infer<typeof NewJobSchema> {
  const parsed = FIELDS.safeParse(fields);
  if (!parsed.success) throw invalid(parsed.error);
  const json = (name: 'options' | 'priority' | 'webhook') => {
    const text = parsed.data[name];
    if (text === undefined) return {};
    try {
      return { [name]: JSON.parse(text) as unknown };
    } catch {
      throw new StudioError('API_INVALID_REQUEST', { message: `The field \`${name}\` is not JSON.` });
    }
  };
  const name = parsed.data.name === undefined ? {} : { name: parsed.data.name };
  const result = NewJobSchema.safeParse({ ...name, ...json('options'), ...json('priority'), ...json('webhook') });
  if (!result.success) throw invalid(result.error);
  return result.data;
}

const invalid = (error: z.ZodError) =>
  new StudioError('API_INVALID_REQUEST', {
    message: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  });
