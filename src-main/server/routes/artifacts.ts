import { createReadStream } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import fresh from 'fresh';
import parseRange from 'range-parser';
import { z } from 'zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { ARTIFACT_NAMES, ARTIFACTS, type ArtifactName, listArtifacts } from '../../storage/job-artifacts.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const tags = ['artifacts'];

const ArtifactListSchema = z
  .object({
    artifacts: z.array(
      z.object({
        name: z.string(),
        bytes: z.number().int(),
        media_type: z.string(),
        sha256: z.string(),
        href: z.string(),
      }),
    ),
  })
  .meta({ id: 'ArtifactList' });

/** The files of finished jobs, served as a good file server does: strong ETag, ranges, digest. */
export const artifactRoutes =
  (parts: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/jobs/:job_id/artifacts',
      {
        schema: {
          tags,
          summary: 'List the files of a job',
          params: JobIdParamsSchema,
          response: { 200: ArtifactListSchema, ...problemResponses(400, 404) },
        },
      },
      async (request) => {
        const { job_id } = request.params;
        parts.store.get(job_id);
        const files = await listArtifacts(parts.folders, job_id);
        return {
          artifacts: files.map(({ name, bytes, sha256 }) => ({
            ...{ name, bytes, sha256, media_type: ARTIFACTS[name].mediaType },
            href: `/api/v1/jobs/${job_id}/artifacts/${name}`,
          })),
        };
      },
    );

    const fileAnswers = {
      200: FILE,
      206: FILE,
      304: z.null().describe('Not changed'),
      ...problemResponses(400, 404, 409, 410, 416),
    };

    app.get(
      '/jobs/:job_id/artifact',
      { schema: { tags, summary: 'Download the model (GLB)', params: JobIdParamsSchema, response: fileAnswers } },
      async (request, reply) => sendArtifact(parts, request, reply, request.params.job_id, 'model.glb'),
    );

    app.get(
      '/jobs/:job_id/artifacts/:name',
      {
        schema: {
          tags,
          summary: 'Download a file of a job',
          params: JobIdParamsSchema.extend({ name: z.enum(ARTIFACT_NAMES as [ArtifactName, ...ArtifactName[]]) }),
          response: fileAnswers,
        },
      },
      async (request, reply) => sendArtifact(parts, request, reply, request.params.job_id, request.params.name),
    );
  };

/** Bytes as they are: what OpenAPI describes, not what is serialised. */
const BINARY = z.unknown().meta({ type: 'string', format: 'binary' });

const FILE = {
  description: 'The file, or the part of it that was asked for',
  content: { 'application/octet-stream': { schema: BINARY } },
};

/** RFC 9110: conditional requests (13), ranges (14; one range only, several are answered with the whole file). */
async function sendArtifact(
  { store, folders }: ServiceParts,
  request: FastifyRequest,
  reply: FastifyReply,
  jobId: string,
  name: ArtifactName,
): Promise<FastifyReply> {
  const job = store.get(jobId);
  if (job.expired_at !== null) throw new StudioError('ARTIFACT_EXPIRED');
  const file = (await listArtifacts(folders, jobId)).find((artifact) => artifact.name === name);
  if (!file) throw new StudioError(job.status === 'completed' ? 'ARTIFACT_NOT_FOUND' : 'ARTIFACT_NOT_READY');

  const etag = `"${file.sha256}"`;
  reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', `attachment; filename="${jobId}-${name}"`)
    .header('repr-digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`)
    .type(ARTIFACTS[name].mediaType);
  if (fresh(request.headers, { etag })) return reply.code(304).send(null);

  const wantsRange = request.headers.range !== undefined && [undefined, etag].includes(headerText(request, 'if-range'));
  const ranges = wantsRange ? parseRange(file.bytes, request.headers.range ?? '', { combine: true }) : undefined;
  if (ranges === -1) {
    reply.header('content-range', `bytes */${file.bytes}`);
    throw new StudioError('API_RANGE_INVALID');
  }
  const range = typeof ranges === 'object' && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  const { start, end } = range ?? { start: 0, end: file.bytes - 1 };
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${file.bytes}`);
  reply.header('content-length', end - start + 1);
  // The open file outlives a delete: a download under way is finished.
  return reply.send(createReadStream(file.path, { start, end }));
}

const headerText = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
