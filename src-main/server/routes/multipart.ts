import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { ServiceConfig } from '../config.js';

const MOST_FIELDS = 20;

/**
 * The parts of a multipart request, photos within the limits of now.
 *
 * @throws UPLOAD_FAILED when it is damaged or ends too early; errors of the limits as they are
 */
export async function* multipartOf(
  request: FastifyRequest,
  { maxPhotos, maxPhotoBytes }: Pick<ServiceConfig, 'maxPhotos' | 'maxPhotoBytes'>,
): AsyncGenerator<Multipart> {
  // One byte more than is allowed tells a photo that is too large from one that just fits.
  const limits = { fileSize: maxPhotoBytes + 1, files: maxPhotos, parts: maxPhotos + MOST_FIELDS };
  const parts = request.parts({ limits });
  for (;;) {
    const next = await parts.next().catch((error: unknown) => {
      // Limits have codes; what the parser finds wrong has none.
      if (error instanceof Error && 'code' in error) throw error;
      throw new StudioError('UPLOAD_FAILED', { cause: error });
    });
    if (next.done) return;
    yield next.value;
  }
}
