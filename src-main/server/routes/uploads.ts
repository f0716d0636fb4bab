import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { problemOf, sendProblem } from '../plugins/problems.js';
import type { ServiceParts } from '../service.js';
import { photoUploadServer } from '../uploads/photo-upload-server.js';

/**
 * Resumable uploads (tus 1.0.0) of photos into a draft: `Upload-Metadata` names the `job_id` and the `filename`; a connection
 * that breaks continues at `Upload-Offset`. When the last byte is there the photo is checked and added to the draft. Described
 * in `openapi/upload-paths.ts`.
 */
export const uploadRoutes =
  (parts: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const tus = photoUploadServer(parts);
    // The bodies go to the tus server unread, whatever they are called.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const url of ['/uploads', '/uploads/:upload_id']) {
      app.route({
        method: url === '/uploads' ? ['POST', 'OPTIONS'] : ['HEAD', 'PATCH', 'DELETE', 'OPTIONS'],
        url,
        schema: { hide: true },
        handler: (request, reply) => {
          if (request.method !== 'OPTIONS' && request.headers['tus-resumable'] !== VERSION) return refuseVersion(reply);
          reply.hijack();
          for (const [name, value] of Object.entries(reply.getHeaders()))
            if (value !== undefined) reply.raw.setHeader(name, value);
          void tus.handle(request.raw, reply.raw).catch((error: unknown) => {
            parts.log.warn('upload-failed', { error: String(error) });
            reply.raw.destroy();
          });
          return reply;
        },
      });
    }
  };

const VERSION = '1.0.0';
const PRECONDITION_FAILED = 412;

/** tus 1.0.0, "Tus-Resumable": a version that is not known is told those that are. */
function refuseVersion(reply: FastifyReply): FastifyReply {
  const error = new StudioError('API_INVALID_REQUEST', { message: `The request must have Tus-Resumable: ${VERSION}.` });
  return sendProblem(reply.header('tus-version', VERSION), { ...problemOf(error), status: PRECONDITION_FAILED });
}
