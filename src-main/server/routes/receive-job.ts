import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { NewJobSchema } from '../../../src-shared/api/job-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import type { AddPhoto, NewJob } from '../../jobs/job-intake.js';
import type { IdempotencyKey } from '../../jobs/store/job-store.js';
import { checkWebhookUrl } from '../../jobs/webhooks/check-webhook-url.js';
import type { ServiceConfig } from '../config.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';
import { multipartOf } from './multipart.js';

/**
 * Reads a multipart request into a queued job: each photo goes to disk as it comes, the options may come before or after.
 * With an Idempotency-Key that has made a job already, the request is read past and answered with that job.
 */
export async function receiveJob(
  request: FastifyRequest,
  parts: ServiceParts,
  idempotency: IdempotencyKey | undefined,
): Promise<JobRecord> {
  if (!request.isMultipart()) throw new StudioError('API_UNSUPPORTED_MEDIA_TYPE');
  const { intake, config } = parts;
  const before = intake.madeBefore(idempotency);
  if (before) {
    for await (const part of multipartOf(request, config)) if (part.type === 'file') part.file.resume();
    return before;
  }
  await requireFreeDisk(parts);
  return intake.receiveJob(idempotency, async (addPhoto) => {
    const { webhook = null, ...newJob } = parseFields(await readParts(request, config, addPhoto));
    if (webhook) await checkWebhookUrl(webhook.url, { allowPrivate: config.webhookAllowPrivate });
    return { ...newJob, webhook, client: request.ip } satisfies NewJob;
  });
}

/** @returns the fields that are not photos */
async function readParts(
  request: FastifyRequest,
  config: ServiceConfig,
  addPhoto: AddPhoto,
): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>();
  for await (const part of multipartOf(request, config)) {
    if (part.type === 'field') {
      if (part.valueTruncated || part.fieldnameTruncated) throw new StudioError('API_BODY_TOO_LARGE');
      if (fields.has(part.fieldname)) throw invalid(`The field \`${part.fieldname}\` is there twice.`);
      fields.set(part.fieldname, String(part.value));
      continue;
    }
    if (part.fieldname !== 'images') {
      part.file.resume();
      throw invalid('Photos are sent in fields named `images`.');
    }
    await addPhoto(part.file, part.filename);
  }
  return fields;
}

const FieldsSchema = z.strictObject({
  options: z.string().optional(),
  name: z.string().optional(),
  priority: z.string().optional(),
  webhook: z.string().optional(),
});

function parseFields(fields: ReadonlyMap<string, string>): z.infer<typeof NewJobSchema> {
  const texts = FieldsSchema.safeParse(Object.fromEntries(fields));
  if (!texts.success) throw invalid(issuesOf(texts.error));
  const { name, ...json } = texts.data;
  const values = Object.entries(json).map(([field, text]) => [field, parseJson(field, text ?? '')] as const);
  const job = NewJobSchema.safeParse({ ...(name === undefined ? {} : { name }), ...Object.fromEntries(values) });
  if (!job.success) throw invalid(issuesOf(job.error));
  return job.data;
}

function parseJson(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`The field \`${field}\` is not JSON.`);
  }
}

const issuesOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');

const invalid = (message: string) => new StudioError('API_INVALID_REQUEST', { message });
