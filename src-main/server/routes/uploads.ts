import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server, type Upload } from '@tus/server';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { isServiceId } from '../../storage/service-folders.js';
import { problemOf, toProblem } from '../plugins/problems.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';

const PATH = '/api/v1/uploads';
const HOUR_MS = 3_600_000;

/** An upload's id: the draft it belongs to, then its own; both made by the service. */
const UPLOAD_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Resumable uploads (tus 1.0.0) of photos into a draft: `Upload-Metadata` names the `job_id` and the `filename`; a connection
 * that breaks continues at `Upload-Offset`. When the last byte is there the photo is checked and added to the draft.
 */
export const uploadRoutes =
  (parts: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const tus = tusServer(parts);
    // The bodies go to the tus server unread, whatever they are called.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const url of ['/uploads', '/uploads/*']) {
      app.route({
        method: ['HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
        url,
        schema: { hide: true },
        handler: (request, reply) => {
          reply.hijack();
          for (const [name, value] of Object.entries(reply.getHeaders()))
            if (value !== undefined) reply.raw.setHeader(name, value);
          void tus.handle(request.raw, reply.raw).catch((error: unknown) => {
            parts.log.warn('upload-failed', { error: String(error) });
            reply.raw.destroy();
          });
        },
      });
    }
  };

/** The tus server with its refusals in the form of all others. */
class PhotoUploadServer extends Server {
  override async write(...[context, headers, status, body = '']: Parameters<Server['write']>): Promise<Response> {
    if (status < 400) return super.write(context, headers, status, body);
    headers.set('Content-Type', 'application/problem+json');
    if (body.startsWith('{')) return super.write(context, headers, status, body);
    const error = Object.assign(new Error(body), { statusCode: status });
    const problem = { ...toProblem(error), status, ...(status < 500 ? { detail: body.trim() } : {}) };
    return super.write(context, headers, status, JSON.stringify(problem));
  }
}

function tusServer(parts: ServiceParts): Server {
  const { config, folders, store, intake } = parts;
  mkdirSync(folders.uploads, { recursive: true });
  return new PhotoUploadServer({
    path: PATH,
    relativeLocation: true,
    maxSize: () => config.maxPhotoBytes,
    allowedOrigins: [...config.corsOrigins],
    datastore: new FileStore({
      directory: folders.uploads,
      expirationPeriodInMilliseconds: config.draftHours * HOUR_MS,
    }),
    namingFunction: (_request, metadata) => `${metadata?.job_id}_${randomUUID()}`,
    getFileIdFromRequest: (_request, last) => (last !== undefined && UPLOAD_ID.test(last) ? last : undefined),
    onUploadCreate: (_request, upload) =>
      answeringProblems(async () => {
        const jobId = upload.metadata?.job_id ?? '';
        if (!isServiceId(jobId)) throw new StudioError('JOB_NOT_FOUND');
        if (store.get(jobId).status !== 'draft') throw new StudioError('JOB_STATE_CONFLICT');
        await requireFreeDisk(parts);
        return {};
      }),
    onUploadFinish: (_request, upload) =>
      answeringProblems(async () => {
        const path = join(folders.uploads, upload.id);
        try {
          const name = upload.metadata?.filename ?? '';
          const { photo, duplicate } = await intake.addPhoto(jobIdOf(upload), createReadStream(path), name);
          return { headers: { 'atlas-photo-id': photo.photoId, 'atlas-duplicate': String(duplicate) } };
        } finally {
          await rm(path, { force: true });
          await rm(`${path}.json`, { force: true });
        }
      }),
  });
}

const jobIdOf = ({ id }: Upload): string => UPLOAD_ID.exec(id)?.[1] ?? '';

/** The tus server takes errors as objects with status and body. */
async function answeringProblems<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const problem = problemOf(error instanceof StudioError ? error : new StudioError('INTERNAL', { cause: error }));
    throw { status_code: problem.status, body: `${JSON.stringify(problem)}\n` };
  }
}
