import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../../src-shared/api/problem-schema.js';
import { ERROR_CODES, type ErrorCode } from '../../../src-shared/errors/error-codes.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { Log } from '../../logging/log.js';

/** Errors of Fastify, its plugins and Node by their code; those not listed go by their status. */
const KNOWN_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'API_UNSUPPORTED_MEDIA_TYPE',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'API_UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'API_BODY_TOO_LARGE',
  FST_PARTS_LIMIT: 'API_BODY_TOO_LARGE',
  FST_FILES_LIMIT: 'API_BODY_TOO_LARGE',
  FST_FIELDS_LIMIT: 'API_BODY_TOO_LARGE',
  FST_REQ_FILE_TOO_LARGE: 'PHOTO_FILE_TOO_LARGE',
  FST_PROTO_VIOLATION: 'API_INVALID_REQUEST',
  HPE_HEADER_OVERFLOW: 'API_HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'API_REQUEST_TIMEOUT',
  // The client went away, or sent a multipart body without its end: nobody reads the first, the second is a bad request.
  ECONNRESET: 'UPLOAD_FAILED',
  ERR_STREAM_PREMATURE_CLOSE: 'UPLOAD_FAILED',
};

const MAX_PASSED_BYTES = 64 * 1024 ** 2;

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'API_NOT_FOUND',
  408: 'API_REQUEST_TIMEOUT',
  413: 'API_BODY_TOO_LARGE',
  415: 'API_UNSUPPORTED_MEDIA_TYPE',
  429: 'API_RATE_LIMITED',
  431: 'API_HEADERS_TOO_LARGE',
};

/** Answers every error as problem+json. Stacks and causes go to the log, never to a client. */
export function registerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error);
    if (problem.code === 'INTERNAL') {
      log.error('request-failed', { method: request.method, route: request.routeOptions.url, stack: error.stack });
    }
    passBy(request);
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((_request: FastifyRequest, reply) =>
    sendProblem(reply, problemOf(new StudioError('API_NOT_FOUND'))),
  );
}

/** Reads past the rest of a body, within limits: closing at once would cut the answer off before its reader sees it. */
function passBy({ raw }: FastifyRequest): void {
  if (raw.complete || raw.destroyed) return;
  let bytes = 0;
  raw.unpipe();
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_PASSED_BYTES) raw.destroy();
  });
  raw.resume();
}

/** Answers what is no HTTP, or comes too slowly: before there is a request. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(new StudioError(KNOWN_CODES[error.code ?? ''] ?? 'API_INVALID_REQUEST'));
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${problem.status} Refused\r\nContent-Type: application/problem+json\r\nConnection: close`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Nobody but us ends the connection of a WebSocket that was refused.
  const { raw } = reply.request;
  if (raw.headers.upgrade !== undefined) reply.raw.once('finish', () => raw.socket.end());
  // Serialised here: the answer is the same whatever schemas the route has.
  return reply
    .code(problem.status)
    .removeHeader('connection')
    .removeHeader('content-length')
    .removeHeader('content-disposition')
    .type('application/problem+json')
    .serializer(String)
    .send(JSON.stringify(problem));
}

/** The answer for an error of ours. */
export function problemOf(error: StudioError): Problem {
  const { httpStatus, retryable, message } = ERROR_CODES[error.code];
  return {
    ...{ type: `urn:atlas:error:${error.code}`, title: message, status: httpStatus, code: error.code },
    ...{ hint: error.hint, retryable },
    ...(error.message === message ? {} : { detail: error.message }),
    ...(Object.keys(error.details).length > 0 && httpStatus < 500 ? { details: error.details } : {}),
  };
}

/** The answer for any error. */
export function toProblem(error: Error & Partial<FastifyError>): Problem {
  if (error instanceof StudioError) return problemOf(error);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      path: `${error.validationContext ?? ''}${instancePath}`,
      message: message ?? 'is not valid',
    }));
    return { ...problemOf(new StudioError('API_INVALID_REQUEST')), errors };
  }
  const status = error.statusCode ?? 500;
  const known = KNOWN_CODES[error.code ?? ''] ?? BY_STATUS[status];
  if (known) return problemOf(new StudioError(known));
  return problemOf(new StudioError(status >= 400 && status < 500 ? 'API_INVALID_REQUEST' : 'INTERNAL'));
}
