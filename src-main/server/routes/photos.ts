import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import sharp from 'sharp';
import { z } from 'zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { type PhotoResource, PhotoResourceSchema } from '../../../src-shared/api/photo-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { StoredPhoto } from '../../jobs/photos/stored-photo.js';
import { problemResponses } from '../problem-responses.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';

const tags = ['photos'];
const PhotoParamsSchema = JobIdParamsSchema.extend({ photo_id: z.uuid() });
const PhotoListSchema = z.object({ photos: z.array(PhotoResourceSchema) }).meta({ id: 'PhotoList' });
const AddedPhotosSchema = z
  .object({ photos: z.array(PhotoResourceSchema.extend({ duplicate: z.boolean() })) })
  .meta({ id: 'AddedPhotos' });

const resource = ({ photoId, name, bytes, sha256, format, width, height }: StoredPhoto): PhotoResource => ({
  ...{ photo_id: photoId, name, bytes, sha256, format, width, height },
});

/** The photos of a job: listed, looked at, added to and taken out of a draft. */
export const photoRoutes =
  (parts: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const { store, photos, jobs, folders } = parts;

    app.get(
      '/jobs/:job_id/images',
      {
        schema: {
          ...{ tags, summary: 'List the photos of a job', params: JobIdParamsSchema },
          response: { 200: PhotoListSchema, ...problemResponses(400, 404) },
        },
      },
      async (request) => {
        store.get(request.params.job_id);
        return { photos: photos.list(request.params.job_id).map(resource) };
      },
    );

    app.post(
      '/jobs/:job_id/images',
      {
        schema: {
          ...{ tags, summary: 'Add photos to a draft', params: JobIdParamsSchema, consumes: ['multipart/form-data'] },
          response: { 201: AddedPhotosSchema, ...problemResponses(400, 404, 409, 413, 415, 422, 507) },
        },
      },
      async (request, reply) => {
        if (!request.isMultipart()) throw new StudioError('API_UNSUPPORTED_MEDIA_TYPE');
        await requireFreeDisk(parts);
        const added: z.infer<typeof AddedPhotosSchema>['photos'] = [];
        for await (const part of request.files()) {
          const { photo, duplicate } = await jobs.addPhoto(request.params.job_id, part.file, part.filename);
          added.push({ ...resource(photo), duplicate });
        }
        return reply.code(201).send({ photos: added });
      },
    );

    app.delete(
      '/jobs/:job_id/images/:photo_id',
      {
        schema: {
          ...{ tags, summary: 'Take a photo out of a draft', params: PhotoParamsSchema },
          response: { 204: z.null(), ...problemResponses(400, 404, 409) },
        },
      },
      async (request, reply) => {
        await jobs.removePhoto(request.params.job_id, request.params.photo_id);
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/jobs/:job_id/images/:photo_id/thumbnail',
      {
        schema: {
          ...{ tags, summary: 'A small, upright version of a photo', params: PhotoParamsSchema },
          querystring: z.object({ size: z.coerce.number().int().min(32).max(2048).default(320) }),
          response: { 200: IMAGE, ...problemResponses(400, 404, 422) },
        },
      },
      async (request, reply) => {
        const { job_id, photo_id } = request.params;
        const photo = photos.get(job_id, photo_id);
        const path = join(folders.images(job_id), photo.file);
        const { size } = request.query;
        const jpeg = await sharp(path)
          .autoOrient()
          .resize(size, size, { fit: 'inside', withoutEnlargement: true })
          .jpeg({ quality: 80 })
          .toBuffer()
          .catch((cause: unknown) => {
            throw new StudioError('PHOTO_UNREADABLE', { cause });
          });
        return reply.header('cache-control', 'private, max-age=31536000, immutable').type('image/jpeg').send(jpeg);
      },
    );

    app.get(
      '/jobs/:job_id/images/:photo_id/file',
      {
        schema: {
          ...{ tags, summary: 'The photo as it was uploaded', params: PhotoParamsSchema },
          response: { 200: IMAGE, ...problemResponses(400, 404) },
        },
      },
      async (request, reply) => {
        const photo = photos.get(request.params.job_id, request.params.photo_id);
        const path = join(folders.images(request.params.job_id), photo.file);
        return reply.header('etag', `"${photo.sha256}"`).type('application/octet-stream').send(createReadStream(path));
      },
    );
  };

const IMAGE = {
  description: 'The image',
  content: { 'image/jpeg': { schema: z.unknown().meta({ type: 'string', format: 'binary' }) } },
};
