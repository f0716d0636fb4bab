import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../../src-shared/api/problem-schema.js';
import { ERROR_CODES, type ErrorCode } from '../../../src-shared/errors/error-codes.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Log } from '../../logging/log.js';

/** Fastify's own errors by their code; those not listed go by their status. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'API_UNSUPPORTED_MEDIA_TYPE',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'API_UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'API_BODY_TOO_LARGE',
  FST_PARTS_LIMIT: 'API_BODY_TOO_LARGE',
  FST_FILES_LIMIT: 'API_BODY_TOO_LARGE',
  FST_FIELDS_LIMIT: 'API_BODY_TOO_LARGE',
  FST_REQ_FILE_TOO_LARGE: 'PHOTO_FILE_TOO_LARGE',
};

/** Answers every error as problem+json. Stacks and causes go to the log, never to a client. */
export function registerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error);
    if (problem.status >= 500 && problem.code === 'INTERNAL') {
      log.error('request-failed', { method: request.method, route: request.routeOptions.url, stack: error.stack });
    }
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((_request: FastifyRequest, reply) =>
    sendProblem(reply, problemOf(new StudioError('API_NOT_FOUND'))),
  );
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Serialised here: the answer is the same whatever schemas the route has.
  return reply.code(problem.status).type('application/problem+json').serializer(String).send(JSON.stringify(problem));
}

/** The answer for an error of ours. */
export function problemOf(error: StudioError): Problem {
  const { httpStatus, retryable, message } = ERROR_CODES[error.code];
  return {
    ...{
      type: `urn:atlas:error:${error.code}`,
      title: message,
      status: httpStatus,
      code: error.code,
      hint: error.hint,
    },
    ...(error.message === message ? {} : { detail: error.message }),
    retryable,
    ...(Object.keys(error.details).length > 0 && httpStatus < 500 ? { details: error.details } : {}),
  };
}

function toProblem(error: FastifyError): Problem {
  if (error instanceof StudioError) return problemOf(error);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      path: `${error.validationContext ?? ''}${instancePath}`,
      message: message ?? 'is not valid',
    }));
    return { ...problemOf(new StudioError('API_INVALID_REQUEST')), errors };
  }
  const known = FASTIFY_CODES[error.code];
  if (known) return problemOf(new StudioError(known));
  const status = error.statusCode ?? 500;
  if (status === 429) return problemOf(new StudioError('API_RATE_LIMITED'));
  if (status === 413) return problemOf(new StudioError('API_BODY_TOO_LARGE'));
  if (status === 415) return problemOf(new StudioError('API_UNSUPPORTED_MEDIA_TYPE'));
  if (status >= 400 && status < 500) return { ...problemOf(new StudioError('API_INVALID_REQUEST')), status };
  return problemOf(new StudioError('INTERNAL'));
}
