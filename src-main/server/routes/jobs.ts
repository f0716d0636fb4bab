import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  ChangeJobSchema,
  JobCreatedSchema,
  JobIdParamsSchema,
  JobListQuerySchema,
  JobListSchema,
  JobResourceSchema,
  NewJobSchema,
  parseStates,
  RetryJobSchema,
} from '../../../src-shared/api/job-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import { jobResource } from '../../jobs/job-resource.js';
import { checkWebhookUrl } from '../../jobs/webhooks/check-webhook-url.js';
import { NO_CONTENT } from '../answer-schemas.js';
import { JobAnswers } from '../job-answers.js';
import { problemResponses } from '../problem-responses.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';
import { receiveJob } from './receive-job.js';

const tags = ['jobs'];

/** Making, reading, ending and removing jobs. */
export const jobRoutes =
  (parts: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const { jobs, intake, store } = parts;
    const answers = new JobAnswers();
    const resource = (job: JobRecord) => jobResource(job, store.queuePosition(job.job_id));

    app.post(
      '/jobs',
      {
        schema: {
          tags,
          summary: 'Make a job from photos and queue it',
          description:
            'multipart/form-data: `images` once for each photo, `options` once (JSON, before or after the photos). The answer comes when the photos are stored.',
          consumes: ['multipart/form-data'],
          headers: z.object({ 'idempotency-key': idempotencyKeySchema.optional() }),
          response: { 202: JobCreatedSchema, ...problemResponses(400, 408, 409, 413, 415, 422, 503, 507) },
        },
      },
      async (request, reply) => {
        const job = await receiveJob(request, parts, idempotencyKey(request));
        return reply
          .code(202)
          .header('location', `/api/v1/jobs/${job.job_id}`)
          .send({ job_id: job.job_id, status: job.status });
      },
    );

    app.post(
      '/jobs/drafts',
      {
        schema: {
          tags,
          summary: 'Make a draft, to which photos are uploaded one by one',
          body: NewJobSchema,
          headers: z.object({ 'idempotency-key': idempotencyKeySchema.optional() }),
          response: { 201: JobCreatedSchema, ...problemResponses(400, 413, 415, 422, 507) },
        },
      },
      async (request, reply) => {
        const { webhook = null, ...newJob } = request.body;
        await requireFreeDisk(parts);
        if (webhook) await checkWebhookUrl(webhook.url, { allowPrivate: parts.config.webhookAllowPrivate });
        const key = idempotencyKey(request);
        const digest = createHash('sha256')
          .update(`draft ${JSON.stringify(request.body)}`)
          .digest('hex');
        const idempotency = key === undefined ? undefined : { key, digest };
        const { job } = intake.createDraft({ ...newJob, webhook, client: request.ip }, idempotency);
        return reply
          .code(201)
          .header('location', `/api/v1/jobs/${job.job_id}`)
          .send({ job_id: job.job_id, status: job.status });
      },
    );

    app.get(
      '/jobs',
      {
        schema: {
          tags,
          summary: 'List jobs, newest first',
          querystring: JobListQuerySchema,
          response: { 200: JobListSchema, ...problemResponses(400) },
        },
      },
      async (request) => {
        const { status, limit, cursor } = request.query;
        const page = store.list(parseStates(status), limit, cursor === undefined ? undefined : Number(cursor));
        return {
          jobs: page.jobs.map(resource),
          next: page.next === undefined ? null : String(page.next),
        };
      },
    );

    app.get('/jobs/:job_id', { schema: { tags, summary: 'Read a job', ...jobAnswer(200) } }, async (request, reply) => {
      const job = store.get(request.params.job_id);
      return answers.send(reply, job, store.queuePosition(job.job_id));
    });

    app.patch(
      '/jobs/:job_id',
      {
        schema: {
          ...{ tags, summary: 'Change the name of a job, or the options of a draft', body: ChangeJobSchema },
          ...jobAnswer(200, 409, 413, 415),
        },
      },
      async (request) => resource(jobs.change(request.params.job_id, request.body)),
    );

    app.post(
      '/jobs/:job_id/commit',
      { schema: { tags, summary: 'Queue a draft whose photos are complete', ...jobAnswer(202, 409, 422) } },
      async (request, reply) => reply.code(202).send(resource(jobs.commit(request.params.job_id))),
    );

    app.post(
      '/jobs/:job_id/cancel',
      { schema: { tags, summary: 'End a job that waits or runs', ...jobAnswer(200) } },
      async (request, reply) => reply.code(200).send(resource(await jobs.cancel(request.params.job_id))),
    );

    app.post(
      '/jobs/:job_id/retry',
      {
        schema: {
          tags,
          summary: 'Run an ended job again',
          description:
            'With other options it starts at the first stage that they change: with another `crop`, `turn` or `scale` only the export is computed. The files of a completed job stay until the new ones take their place (`artifacts_from`).',
          body: RetryJobSchema.nullish(),
          ...jobAnswer(202, 409, 410, 413, 415, 422),
        },
      },
      async (request, reply) =>
        reply.code(202).send(resource(jobs.retry(request.params.job_id, request.body?.options))),
    );

    app.delete(
      '/jobs/:job_id',
      {
        schema: {
          tags,
          summary: 'Remove a job with its photos and files',
          params: JobIdParamsSchema,
          response: { 204: NO_CONTENT, ...problemResponses(400, 404) },
        },
      },
      async (request, reply) => {
        await jobs.delete(request.params.job_id);
        return reply.code(204).send(null);
      },
    );
  };

const idempotencyKeySchema = z.string().min(1).max(255).describe('The same key with the same request makes one job');

const jobAnswer = <Status extends 200 | 202>(status: Status, ...problems: number[]) => ({
  params: JobIdParamsSchema,
  response: { [status]: JobResourceSchema, ...problemResponses(400, 404, ...problems) } as Record<
    Status,
    typeof JobResourceSchema
  >,
});

function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (Array.isArray(key)) throw new StudioError('API_INVALID_REQUEST');
  return key;
}
