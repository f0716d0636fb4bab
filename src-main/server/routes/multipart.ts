import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { StudioError } from '../../../src-shared/errors/studio-error.js';

/** The parts of a multipart request. @throws UPLOAD_FAILED when it is damaged or ends too early; errors of the limits as they are */
export async function* multipartOf(request: FastifyRequest): AsyncGenerator<Multipart> {
  const parts = request.parts();
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
