import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import fresh from 'fresh';
import { z } from 'zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import {
  MaskParamsSchema,
  MaskPromptsSchema,
  PhotoParamsSchema,
  PhotoResourceSchema,
} from '../../../src-shared/api/photo-schemas.js';
import type { ErrorCode } from '../../../src-shared/errors/error-codes.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { binaryAnswer, NO_CONTENT } from '../answer-schemas.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';
import { photoResource } from './photos.js';

const tags = ['photos'];
const FOR_EVER = 'private, max-age=31536000, immutable';

/** Pictures to look at: thumbnails, originals, masks, and the previews of a run. */
export const pictureRoutes =
  ({ photos, pictures, inspector, folders, store, events }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/jobs/:job_id/images/:photo_id/thumbnail',
      {
        schema: {
          ...{ tags, summary: 'A small, upright version of a photo', params: PhotoParamsSchema },
          querystring: z.object({ size: z.coerce.number().int().min(32).max(2048).default(320) }),
          response: { 200: binaryAnswer('The picture', 'image/jpeg'), ...problemResponses(400, 404, 422) },
        },
      },
      async (request, reply) => {
        const { job_id, photo_id } = request.params;
        const path = await pictures.thumbnail(job_id, photo_id, request.query.size);
        return sendFile(reply.header('cache-control', FOR_EVER), path, 'image/jpeg', 'PHOTO_NOT_FOUND');
      },
    );

    app.get(
      '/jobs/:job_id/images/:photo_id/file',
      {
        schema: {
          ...{ tags, summary: 'The photo as it was uploaded', params: PhotoParamsSchema },
          response: { 200: binaryAnswer('The file', 'application/octet-stream'), ...problemResponses(400, 404) },
        },
      },
      async (request, reply) => {
        const { file, sha256 } = photos.get(request.params.job_id, request.params.photo_id);
        reply.header('etag', `"${sha256}"`).header('content-disposition', `attachment; filename="${file}"`);
        const path = join(folders.images(request.params.job_id), file);
        return sendFile(reply, path, 'application/octet-stream', 'PHOTO_NOT_FOUND');
      },
    );

    app.get(
      '/jobs/:job_id/masks/:image',
      {
        schema: {
          ...{ tags, summary: 'The mask of a photo, white where the object is', params: MaskParamsSchema },
          response: { 200: binaryAnswer('The mask', 'image/png'), ...problemResponses(400, 404) },
        },
      },
      async (request, reply) =>
        sendFile(
          reply.header('cache-control', 'private, no-cache'),
          pictures.mask(request.params.job_id, request.params.image),
          'image/png',
          'MASK_NOT_FOUND',
        ),
    );

    app.delete(
      '/jobs/:job_id/masks/:image',
      {
        schema: {
          ...{ tags, summary: 'Remove the mask of a photo', params: MaskParamsSchema },
          response: { 204: NO_CONTENT, ...problemResponses(400, 404, 409, 410) },
        },
      },
      async (request, reply) => {
        await pictures.removeMask(request.params.job_id, request.params.image);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/jobs/:job_id/masks/:image/prompts',
      {
        schema: {
          ...{
            tags,
            summary: 'Make the mask of a photo from clicks at the object and beside it',
            params: MaskParamsSchema,
          },
          body: MaskPromptsSchema,
          response: { 200: PhotoResourceSchema, ...problemResponses(400, 404, 409, 410, 413, 415, 422, 503, 507) },
        },
      },
      async (request) => {
        const { job_id, image } = request.params;
        return photoResource(await pictures.promptMask(job_id, image, request.body.points));
      },
    );

    app.get(
      '/jobs/:job_id/previews/:event_id',
      {
        schema: {
          ...{ tags: ['events'], summary: 'The file that a `preview` event is about: a picture, or a PLY' },
          params: JobIdParamsSchema.extend({ event_id: z.string().regex(/^\d{1,15}$/) }),
          response: {
            200: PREVIEW_ANSWER,
            304: z.null().describe('Not changed'),
            ...problemResponses(400, 404),
          },
        },
      },
      async (request, reply) => {
        const { job_id, event_id } = request.params;
        store.get(job_id);
        const path = events.previewFile(job_id, Number(event_id));
        const mediaType = path && PREVIEW_TYPES[extname(path)];
        if (!path || !mediaType) throw new StudioError('API_NOT_FOUND');
        const etag = await etagOf(path);
        reply.header('etag', etag).header('cache-control', 'private, no-cache');
        if (fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag })) return reply.code(304).send(null);
        return sendFile(reply, path, mediaType, 'API_NOT_FOUND');
      },
    );

    await app.register(async (scope) => {
      // The picture goes to disk unread.
      scope.addContentTypeParser('image/png', (_request, payload, done) => done(null, payload));
      scope.put(
        '/jobs/:job_id/masks/:image',
        {
          // Measured while it is stored, by the limit of then.
          bodyLimit: Number.MAX_SAFE_INTEGER,
          schema: {
            ...{ tags, summary: 'Give a photo its mask: PNG, white where the object is', params: MaskParamsSchema },
            ...{ consumes: ['image/png'] },
            response: {
              200: PhotoResourceSchema,
              ...problemResponses(400, 404, 408, 409, 410, 413, 415, 422, 503, 507),
            },
          },
        },
        async (request) => {
          const { job_id, image } = request.params as z.infer<typeof MaskParamsSchema>;
          if (!isPng(request)) throw new StudioError('API_UNSUPPORTED_MEDIA_TYPE');
          const photo = await pictures.putMask(job_id, image, request.body as Readable);
          return photoResource(photo, inspector.qualities(job_id).get(image));
        },
      );
    });
  };

const PREVIEW_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ply': 'application/octet-stream',
};
const PREVIEW_ANSWER = {
  description: 'The file',
  content: {
    ...binaryAnswer('', 'image/png').content,
    ...binaryAnswer('', 'application/octet-stream').content,
  },
};

/** Files of a run appear whole and are replaced, never changed: size and time tell them apart. @throws API_NOT_FOUND */
async function etagOf(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new StudioError('API_NOT_FOUND', { cause });
  });
  return `"${found.size.toString(16)}-${found.mtimeMs.toString(16)}"`;
}

const isPng = ({ headers, body }: FastifyRequest): boolean =>
  /^image\/png\b/i.test(headers['content-type'] ?? '') && body !== undefined && body !== null;

/** Opened before the answer begins: a file that has gone meanwhile is still a 404. */
async function sendFile(reply: FastifyReply, path: string, type: string, missing: ErrorCode): Promise<FastifyReply> {
  const file: FileHandle = await open(path).catch((cause: unknown) => {
    throw new StudioError(missing, { cause });
  });
  return reply
    .type(type)
    .header('content-length', (await file.stat()).size)
    .send(createReadStream(path, { fd: file }));
}
