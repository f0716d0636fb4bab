import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import {
  type AddedPhotos,
  AddedPhotosSchema,
  ChangePhotosSchema,
  type PhotoList,
  PhotoListSchema,
  PhotoParamsSchema,
  type PhotoQuality,
  type PhotoResource,
} from '../../../src-shared/api/photo-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { StoredPhoto } from '../../jobs/photos/stored-photo.js';
import { NO_CONTENT } from '../answer-schemas.js';
import { problemResponses } from '../problem-responses.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';
import { multipartOf } from './multipart.js';

const tags = ['photos'];

/** A photo as clients see it. */
export const photoResource = (
  { photoId, maskSha256, file, leftOut, ...photo }: StoredPhoto,
  quality: PhotoQuality | null = null,
): PhotoResource => ({
  ...{ photo_id: photoId, ...photo, has_mask: maskSha256 !== undefined, included: !leftOut, quality },
});

/** The photos of a job: listed, added to and taken out of a draft. */
export const photoRoutes =
  (parts: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const { store, photos, intake, refused, inspector } = parts;
    const list = (jobId: string): PhotoList => {
      const qualities = inspector.qualities(jobId);
      return {
        photos: photos.list(jobId).map((photo) => photoResource(photo, qualities.get(photo.photoId))),
        refused: refused.list(jobId),
      };
    };

    app.get(
      '/jobs/:job_id/images',
      {
        schema: {
          ...{ tags, summary: 'List the photos of a job, with what is wrong with them', params: JobIdParamsSchema },
          response: { 200: PhotoListSchema, ...problemResponses(400, 404) },
        },
      },
      async (request) => {
        const { job_id: jobId } = request.params;
        store.get(jobId);
        inspector.look(jobId);
        return list(jobId);
      },
    );

    app.patch(
      '/jobs/:job_id/images',
      {
        schema: {
          ...{ tags, summary: 'Leave photos out of the next run, or take them in again', params: JobIdParamsSchema },
          description: 'Before a job is committed and after it has ended. The photos stay; see `included`.',
          body: ChangePhotosSchema,
          response: { 200: PhotoListSchema, ...problemResponses(400, 404, 409, 410, 413, 415) },
        },
      },
      async (request) => {
        const { job_id: jobId } = request.params;
        intake.setIncluded(jobId, request.body.photo_ids, request.body.included);
        return list(jobId);
      },
    );

    app.post(
      '/jobs/:job_id/images',
      {
        schema: {
          ...{ tags, summary: 'Add photos to a draft', params: JobIdParamsSchema, consumes: ['multipart/form-data'] },
          response: { 201: AddedPhotosSchema, ...problemResponses(400, 404, 408, 409, 413, 415, 422, 503, 507) },
        },
      },
      async (request, reply) => {
        if (!request.isMultipart()) throw new StudioError('API_UNSUPPORTED_MEDIA_TYPE');
        await requireFreeDisk(parts);
        const added: AddedPhotos['photos'] = [];
        for await (const part of multipartOf(request, parts.config)) {
          if (part.type === 'field') throw new StudioError('API_INVALID_REQUEST');
          const { photo, duplicate } = await intake.addPhoto(request.params.job_id, part.file, part.filename);
          added.push({ ...photoResource(photo), duplicate });
        }
        return reply.code(201).send({ photos: added });
      },
    );

    app.delete(
      '/jobs/:job_id/images/:photo_id',
      {
        schema: {
          ...{
            tags,
            summary: 'Take a photo out of a draft, or a refused file off its list',
            params: PhotoParamsSchema,
          },
          response: { 204: NO_CONTENT, ...problemResponses(400, 404, 409) },
        },
      },
      async (request, reply) => {
        await intake.removePhoto(request.params.job_id, request.params.photo_id);
        return reply.code(204).send(null);
      },
    );
  };
