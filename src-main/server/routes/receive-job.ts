import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { NewJobSchema } from '../../../src-shared/api/job-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import type { NewJob } from '../../jobs/job-intake.js';
import { checkWebhookUrl } from '../../jobs/webhooks/check-webhook-url.js';
import type { ServiceConfig } from '../config.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';
import { multipartOf } from './multipart.js';

/**
 * Reads a multipart request into a queued job: each photo goes to disk as it comes, the options may come before or after.
 * With an Idempotency-Key that has made a job already, the request is compared with the one that has made it, and answered with
 * that job.
 *
 * @throws API_IDEMPOTENCY_MISMATCH, API_IDEMPOTENCY_IN_PROGRESS and what `JobIntake.receiveJob` throws
 */
export async function receiveJob(
  request: FastifyRequest,
  parts: ServiceParts,
  key: string | undefined,
): Promise<JobRecord> {
  if (!request.isMultipart()) throw new StudioError('API_UNSUPPORTED_MEDIA_TYPE');
  const { intake, config } = parts;
  if (key !== undefined && intake.isKeyUsed(key)) {
    const { digest } = await readParts(request, config, digestOf);
    return intake.madeBefore({ key, digest });
  }
  await requireFreeDisk(parts);
  return intake.receiveJob(key, async (addPhoto) => {
    const store: TakePhoto = async (stream, name) => (await addPhoto(stream, name)).photo.sha256;
    const { fields, digest } = await readParts(request, config, store);
    const { webhook = null, ...newJob } = fields;
    if (webhook) await checkWebhookUrl(webhook.url, { allowPrivate: config.webhookAllowPrivate });
    return { newJob: { ...newJob, webhook, client: request.ip } satisfies NewJob, digest };
  });
}

/** Reads a photo to its end. @returns hex SHA-256 of its bytes */
type TakePhoto = (stream: Readable, name: string) => Promise<string>;

const digestOf: TakePhoto = async (stream) => {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** @returns what is not photos, and a digest of all: the same for requests that ask for the same */
async function readParts(
  request: FastifyRequest,
  config: ServiceConfig,
  takePhoto: TakePhoto,
): Promise<{ readonly fields: z.infer<typeof NewJobSchema>; readonly digest: string }> {
  const texts = new Map<string, string>();
  const photos: { readonly name: string; readonly sha256: string }[] = [];
  for await (const part of multipartOf(request, config)) {
    if (part.type === 'field') {
      if (part.valueTruncated || part.fieldnameTruncated) throw new StudioError('API_BODY_TOO_LARGE');
      if (texts.has(part.fieldname)) throw invalid(`The field \`${part.fieldname}\` is there twice.`);
      texts.set(part.fieldname, String(part.value));
      continue;
    }
    if (part.fieldname !== 'images') {
      part.file.resume();
      throw invalid('Photos are sent in fields named `images`.');
    }
    photos.push({ name: part.filename, sha256: await takePhoto(part.file, part.filename) });
  }
  const fields = parseFields(texts);
  const digest = createHash('sha256')
    .update(`job ${JSON.stringify({ fields, photos })}`)
    .digest('hex');
  return { fields, digest };
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
