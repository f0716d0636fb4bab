import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import fresh from 'fresh';
import parseRange from 'range-parser';
import { z } from 'zod';
import { ArtifactListSchema } from '../../../src-shared/api/artifact-schemas.js';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import {
  ARTIFACT_NAMES,
  ARTIFACTS,
  type ArtifactName,
  listArtifacts,
  type PublishedArtifact,
} from '../../storage/job-artifacts.js';
import { binaryAnswer } from '../answer-schemas.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const tags = ['artifacts'];

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
        const files = await filesOf(parts.store.get(job_id), parts);
        return {
          artifacts: files.map(({ name, bytes, sha256 }) => ({
            ...{ name, bytes, sha256, media_type: ARTIFACTS[name].mediaType },
            href: `/api/v1/jobs/${job_id}/artifacts/${name}`,
          })),
        };
      },
    );

    app.get(
      '/jobs/:job_id/artifact',
      {
        schema: {
          ...{ tags, summary: 'Download the model (GLB)', params: JobIdParamsSchema },
          response: fileAnswers('model/gltf-binary'),
        },
      },
      async (request, reply) => sendArtifact(parts, request, reply, request.params.job_id, 'model.glb'),
    );

    app.get(
      '/jobs/:job_id/artifacts/:name',
      {
        schema: {
          tags,
          summary: 'Download a file of a job',
          params: JobIdParamsSchema.extend({ name: z.enum(ARTIFACT_NAMES as [ArtifactName, ...ArtifactName[]]) }),
          response: fileAnswers('application/octet-stream'),
        },
      },
      async (request, reply) => sendArtifact(parts, request, reply, request.params.job_id, request.params.name),
    );
  };

const fileAnswers = (mediaType: string) => ({
  200: binaryAnswer('The file', mediaType),
  206: binaryAnswer('The part of the file that was asked for', mediaType),
  304: z.null().describe('Not changed'),
  ...problemResponses(400, 404, 409, 410, 416),
});

/** While a job is run again, its files are those of the run before, until the new ones take their place. */
async function filesOf(
  { job_id, status, artifacts_from }: JobRecord,
  { folders }: ServiceParts,
): Promise<readonly PublishedArtifact[]> {
  const hasFiles = status === 'completed' || status === 'failed' || artifacts_from !== null;
  return hasFiles ? listArtifacts(folders, job_id) : [];
}

/** RFC 9110: conditional requests (13), ranges (14; one range only, several are answered with the whole file). */
async function sendArtifact(
  parts: ServiceParts,
  request: FastifyRequest,
  reply: FastifyReply,
  jobId: string,
  name: ArtifactName,
): Promise<FastifyReply> {
  const job = parts.store.get(jobId);
  if (job.expired_at !== null) throw new StudioError('ARTIFACT_EXPIRED');
  const published = (await filesOf(job, parts)).find((artifact) => artifact.name === name);
  if (!published) throw new StudioError(job.status === 'completed' ? 'ARTIFACT_NOT_FOUND' : 'ARTIFACT_NOT_READY');

  const { bytes, sha256, path, inode } = published;
  const etag = `"${sha256}"`;
  reply
    .header('etag', etag)
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-cache')
    .header('repr-digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
  // Without Cache-Control: `fetch` adds `no-cache` to every conditional request of its own.
  if (fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag })) return reply.code(304).send(null);

  const range = wantedRange(request, etag, bytes);
  if (range === 'outside') {
    reply.header('content-range', `bytes */${bytes}`);
    throw new StudioError('API_RANGE_INVALID');
  }
  // An open file outlives a delete: a download under way is finished.
  const file = await open(path).catch((cause: unknown) => {
    throw new StudioError('ARTIFACT_NOT_FOUND', { cause });
  });
  if ((await file.stat()).ino !== inode) {
    // Published anew since it was looked up.
    await file.close();
    return sendArtifact(parts, request, reply, jobId, name);
  }
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${bytes}`);
  const { start, end } = range ?? { start: 0, end: bytes - 1 };
  return reply
    .type(ARTIFACTS[name].mediaType)
    .header('content-disposition', `attachment; filename="${jobId}-${name}"`)
    .header('content-length', end - start + 1)
    .send(createReadStream(path, { fd: file, start, end }));
}

/** @returns undefined for the whole file */
function wantedRange(
  request: FastifyRequest,
  etag: string,
  bytes: number,
): { readonly start: number; readonly end: number } | 'outside' | undefined {
  const { range } = request.headers;
  const condition = headerText(request, 'if-range');
  if (range === undefined || (condition !== undefined && condition !== etag)) return undefined;
  const ranges = parseRange(bytes, range, { combine: true });
  if (ranges === -1) return 'outside';
  return typeof ranges === 'object' && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
}

const headerText = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
